"""The platform of one instance: services up and down, where they answer, what is true of them now."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

from pydantic import BaseModel

from mysimbdp.contracts import Endpoints
from mysimbdp.documents import PlatformAlert
from mysimbdp.errors import KitError
from mysimbdp.service.app_folder import AppFolder
from mysimbdp.service.app_status import AppStatus, app_states, with_counts
from mysimbdp.service.display import status_line
from mysimbdp.service.embedded import NAMES, EmbeddedServices
from mysimbdp.service.home import Home
from mysimbdp.service.launch import Tell
from mysimbdp.service.manager import AppManager
from mysimbdp.service.monitoring import Monitoring
from mysimbdp.service.status import ServiceStatus, embedded_endpoint, service_states
from mysimbdp.service.supervision.client import SupervisorClient
from mysimbdp.settings import Settings, load_settings


class Status(BaseModel):
    """An instance at one moment; an endpoint is None while its service is not running."""

    home: Path
    kafka: str | None
    mongodb: str | None
    spark: str | None
    services: list[ServiceStatus]
    apps: list[AppStatus]
    alerts: list[PlatformAlert]  # as the monitor sees it, while it runs


class Platform:
    """Everything that can be done with an instance.

    Used as a context manager, it is up inside and, unless somebody else holds it up, down afterwards.
    """

    def __init__(self, settings: Settings | None = None) -> None:
        self.settings = settings or load_settings()
        self._home = Home(self.settings.home)
        self._supervisor = SupervisorClient(self._home)
        self._embedded = EmbeddedServices(self.settings, self._home, self._supervisor)
        self._manager = AppManager(self.settings, self._home, self._supervisor)
        self._monitoring = Monitoring(self.settings, self._home, self._supervisor)

    def __enter__(self) -> "Platform":
        self.up()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.release()

    def up(self, workers: int = 1, detached: bool = False, tell: Tell | None = None) -> Endpoints:
        """Start what is not running yet and return where everything answers.

        The instance stays up as long as this process lives, or, `detached`, until `down`.

        Args:
            workers: how many Spark workers there are at least.
            detached: whether it outlives this process.
            tell: hears of every step; without it, a line on the terminal or in the notebook shows the last one.

        Raises:
            KitError: something is missing or did not come up; then what this call started is stopped again.
        """
        self._home.create()
        with self._home.changing(), _telling(tell) as tell_step:
            self._home.create()  # it may have been purged meanwhile
            let_go = self._take_hold()
            try:
                self._embedded.bring_up(workers, tell_step)
                self._monitoring.revive(tell_step)
                if detached:
                    self._supervisor.detach()
            except BaseException:
                let_go()
                raise
        return self.endpoints()

    def _take_hold(self) -> Callable[[], None]:
        """Own the instance if it is up, so that it stays so, else make it ready to begin; return what undoes that.

        One that is going down is waited for.
        """
        if self._supervisor.record():
            try:
                return self._supervisor.release if self._supervisor.own() else lambda: None
            except KitError:
                if not self._supervisor.outlast_end():
                    raise
        self._supervisor.sweep()
        self._home.clear_scratch()
        return self._supervisor.end

    def release(self) -> None:
        """Let go of the instance: it goes down unless somebody else holds it up."""
        self._supervisor.release()

    def down(self, purge: bool = False) -> None:
        """Stop all apps and services of the instance; with `purge`, delete its data, logs and checkpoints too.

        Checkpoints that the settings place elsewhere stay: their place need not be this machine's.
        """
        if not self._home.exists:
            return
        with self._home.changing():
            self._supervisor.end()
            if purge:
                self._home.purge()

    def status(self) -> Status:
        """Ask every service now."""
        services = service_states(self.settings, self._home, self._supervisor)
        serving = {service.name for service in services if service.state in ("running", "external")}
        endpoints = {name: self._endpoint(name) if name in serving else None for name in NAMES}
        alerts = self._monitoring.alerts()
        return Status(home=self._home.path, services=services, apps=self.apps(), alerts=alerts, **endpoints)

    def endpoints(self) -> Endpoints:
        """Where the services answer: as the settings say, else those of the running instance.

        Raises:
            KitError: a service is neither set nor running.
        """
        running = self._embedded.running()
        for name in self._embedded.names:
            if name not in running:
                raise KitError(f"There is no {name} here: run `mysimbdp up`, or set MYSIMBDP_{name.upper()}.")
        return Endpoints(**{name: self._endpoint(name) for name in NAMES})

    def _endpoint(self, name: str) -> str:
        return getattr(self.settings, name) or embedded_endpoint(self._home, name)

    def start_app(
        self,
        app: str,
        options: Mapping[str, object] | None = None,
        name: str | None = None,
        fresh: bool = False,
        tell: Tell | None = None,
    ) -> AppStatus:
        """Start an app as a Spark job of its own; it runs until it is stopped or the instance goes down.

        Args:
            app: a built-in app's name, or the path of a Python file.
            options: what its `Options` declare; texts are converted.
            name: what to call it, so that one app can run twice with different options.
            fresh: begin with a new checkpoint.
            tell: hears of every step, as in `up`.

        Raises:
            UsageError: there is no such app, or an option does not fit.
            KitError: it runs already, there is no room for it, or it ended while starting.
        """
        with _telling(tell) as tell_step:
            self._supervisor.outlast_end()  # what it still runs is not there to stay
            return self._manager.start(app, options or {}, self.endpoints, name, fresh, tell_step)

    def stop_app(self, name: str) -> AppStatus:
        """Let the app finish the batch it works on, and end it; after 15 s the batch is left for its next start.

        Raises:
            UsageError: no app of that name was started here.
            KitError: it does not run, or does not stop.
        """
        return self._manager.stop(name)

    def apps(self) -> list[AppStatus]:
        """Every app that was ever started here, what became of it, and what it counted."""
        return [with_counts(state) for state in self.app_states()]

    def app_states(self) -> list[AppStatus]:
        """As `apps`, but without the counts, which of an app that has run for days take a while to read."""
        return app_states(self._home, self._supervisor)

    def forget_app(self, name: str, keep_log: bool = False) -> None:
        """Delete all that is kept of an app that does not run: its progress, its checkpoint and, unless kept, its log.

        Raises:
            UsageError: no app of that name was started here.
            KitError: it runs.
        """
        self._manager.forget(name, keep_log)

    def processes(self) -> dict[str, dict[str, Any]]:
        """What the instance's supervisor runs now, by name, as `service.usage` takes it."""
        return self._supervisor.children()

    def start_monitor(self, tell: Tell | None = None) -> None:
        """Have the monitor watch the instance until it is stopped or the instance goes down.

        Raises:
            KitError: a service is neither set nor running.
        """
        with _telling(tell) as tell_step:
            self.endpoints()
            self._home.create()
            with self._home.changing():
                self._monitoring.start(tell_step)

    def stop_monitor(self) -> None:
        """End the monitor, if it runs."""
        self._monitoring.stop()

    def wait_until_caught_up(self, name: str, timeout_s: float = 120.0, tell: Tell | None = None) -> None:
        """Return once the app has finished all that lies in its topics.

        Raises:
            KitError: it ended, or is still behind after `timeout_s`.
        """
        with _telling(tell) as tell_step:
            self._manager.wait_until_caught_up(name, self.endpoints().kafka, timeout_s, tell_step)

    def have_free_cores(self, cores: int, tell: Tell | None = None) -> None:
        """Have so many cores of the embedded cluster free, for a Spark session that is no app of the instance.

        Raises:
            KitError: there is no memory for another worker, or Spark does not answer.
        """
        with self._home.changing(), _telling(tell) as tell_step:
            self._manager.have_free_cores(cores, tell_step)

    def app_folder(self, name: str) -> AppFolder:
        """The folder of an app: what it was started with, its progress, its checkpoint."""
        return self._manager.folder(name)

    def app_log(self, name: str) -> Path:
        """Where the app's output is."""
        return self._manager.log(name)


@contextmanager
def _telling(tell: Tell | None) -> Iterator[Tell]:
    """What hears of every step: the caller's own, else one line on the terminal or in the notebook."""
    if tell:
        yield tell
    else:
        with status_line("looking around") as tell_line:
            yield tell_line
