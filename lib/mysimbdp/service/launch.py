"""Start services and wait until they really serve."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

from mysimbdp.errors import KitError
from mysimbdp.service.last_words import last_words
from mysimbdp.service.services import Service
from mysimbdp.service.supervision.client import SupervisorClient

READY_TIMEOUT_S = 90.0
ATTEMPT_TIMEOUT_S = 2.0
ATTEMPT_PAUSE_S = 0.1

Tell = Callable[[str], None]


def launch(supervisor: SupervisorClient, services: Sequence[Service], tell: Tell) -> None:
    """Start services, each as soon as what it needs serves, and return when all have answered.

    `tell` hears of every step.

    Args:
        services: one that another needs comes before it, or serves already.

    Raises:
        KitError: one ended or did not answer in time; the sentence has its last words and its log. The others are
            stopped again.
    """
    launched: dict[str | None, Future[None]] = {}
    try:
        with ThreadPoolExecutor() as pool:
            for service in services:
                needed = launched.get(service.needs)
                launched[service.name] = pool.submit(_launch_one, supervisor, service, needed, tell)
            for one in launched.values():
                one.result()
    except BaseException:
        _stop_running(supervisor, {service.name for service in services})
        raise


def _stop_running(supervisor: SupervisorClient, names: set[str]) -> None:
    for name, child in supervisor.children().items():
        if name in names and child["state"] == "running":
            supervisor.stop_child(name)


def _launch_one(supervisor: SupervisorClient, service: Service, needed: Future[None] | None, tell: Tell) -> None:
    if needed:
        needed.result()
    tell(f"starting {service.name}")
    supervisor.start_child(service.command())
    _wait_until_ready(supervisor, service)
    tell(f"{service.name} is ready")


def _wait_until_ready(supervisor: SupervisorClient, service: Service) -> None:
    deadline = time.monotonic() + READY_TIMEOUT_S
    while True:
        try:
            return service.become_ready(ATTEMPT_TIMEOUT_S)
        except KitError as error:
            child = supervisor.child(service.name)
            if child["state"] != "running":
                raise KitError(_obituary(child)) from None
            if time.monotonic() > deadline:
                raise KitError(f"{service.name} does not serve after {READY_TIMEOUT_S:.0f} s: {error}") from None
        time.sleep(ATTEMPT_PAUSE_S)


def _obituary(child: dict[str, Any]) -> str:
    words = last_words(Path(child["log"]))
    told = f" ({words})" if words else ""
    return f"{child['name']} ended while starting: {child['reason']}{told}; see {child['log']}."
