"""One look after the other at an instance from outside: its services, its apps, their processes."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import cache, cached_property
from types import TracebackType
from typing import Any

from mysimbdp.apps.lag import EndsOf
from mysimbdp.apps.spec import DriverPhase, last_state
from mysimbdp.documents import AppObservation, Observation, ServiceObservation
from mysimbdp.errors import KitError
from mysimbdp.messaging import EndOffsets
from mysimbdp.monitor.app_watch import AppWatch
from mysimbdp.monitor.gauge import Gauge, Use
from mysimbdp.service import kafka
from mysimbdp.service.app_folder import AppFolder, app_folders
from mysimbdp.service.app_status import describe
from mysimbdp.service.home import Home
from mysimbdp.service.status import PING_TIMEOUT_S, ServiceStatus, embedded_endpoint, service_states
from mysimbdp.service.supervision.client import SupervisorClient
from mysimbdp.service.usage import executors_of
from mysimbdp.settings import Settings

Uses = Mapping[str, Use]


class Observer:
    """Looks at one instance: asks the services itself, reads what apps leave behind, and changes nothing.

    It remembers between looks what rates and trends are made of. One thread may use it.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._home = Home(settings.home)
        self._supervisor = SupervisorClient(self._home)
        self._gauge = Gauge()
        self._watches: dict[str, tuple[float, AppWatch]] = {}  # by app, with the start that it is of
        self._open = ExitStack()

    def __enter__(self) -> "Observer":
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._open.close()

    def look(self) -> Observation:
        """What is true now. Takes a fraction of a second, or a few where a service does not answer.

        Apps of an earlier life of the instance are left out.

        Raises:
            KitError: the supervisor of the instance does not answer.
        """
        at = datetime.now(UTC)
        children = self._supervisor.children()
        services = service_states(self._settings, self._home, self._supervisor)
        uses = self._gauge.look(at.timestamp(), children)
        ends_of = self._ends_of(services)
        seen = [(folder, children[folder.child]) for folder in app_folders(self._home) if folder.child in children]
        return Observation(
            _id=at.isoformat(),
            at=at,
            services=[_service(service, uses.get(service.name, Use())) for service in services],
            apps=[self._app(folder, child, at.timestamp(), uses, ends_of) for folder, child in seen],
        )

    def _app(
        self, folder: AppFolder, child: dict[str, Any], at_s: float, uses: Uses, ends_of: EndsOf
    ) -> AppObservation:
        status, said = describe(folder, child, supervisor_was_killed=False), last_state(folder.path)
        flow, use = None, uses.get(folder.child, Use())
        if said and status.state is DriverPhase.RUNNING:
            if not folder.begun_with().real_time:
                flow = self._watch(folder, child["since"]).look(at_s, said.queries, ends_of)
            use += uses.get(executors_of(said.application or ""), Use())
        return AppObservation(
            app=folder.name,
            state=status.state,
            reason=status.reason,
            cpu_cores=use.cpu_cores,
            memory_mb=use.memory_mb,
            flow=flow,
        )

    def _watch(self, folder: AppFolder, since_s: float) -> AppWatch:
        """The watch of this start of the app; an earlier start's is forgotten."""
        if folder.name not in self._watches or self._watches[folder.name][0] != since_s:
            self._watches[folder.name] = since_s, AppWatch(folder, since_s)
        return self._watches[folder.name][1]

    def _ends_of(self, services: Sequence[ServiceStatus]) -> EndsOf:
        """Asks for each topic once in a look, and for none while the broker is away."""
        (broker,) = [service for service in services if service.name == kafka.NAME]

        @cache
        def ends_of(topic: str) -> Mapping[int, int]:
            if broker.state != "running":
                self._end_offsets.close()
                raise KitError(f"Kafka is {broker.state}.")
            return self._end_offsets.of(topic)

        return ends_of

    @cached_property
    def _end_offsets(self) -> EndOffsets:
        address = self._settings.kafka or embedded_endpoint(self._home, kafka.NAME)
        return self._open.enter_context(EndOffsets(address, PING_TIMEOUT_S))


def _service(service: ServiceStatus, use: Use) -> ServiceObservation:
    return ServiceObservation(
        service=service.name,
        state=service.state,
        reason=service.reason,
        cpu_cores=use.cpu_cores,
        memory_mb=use.memory_mb,
    )
