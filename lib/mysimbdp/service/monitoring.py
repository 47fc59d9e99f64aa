"""Starts and stops the monitor of an instance, and knows what it says."""

from mysimbdp.documents import PlatformAlert
from mysimbdp.service.home import Home
from mysimbdp.service.launch import Tell, launch
from mysimbdp.service.monitor import NAME, Monitor, last_look
from mysimbdp.service.supervision.client import SupervisorClient
from mysimbdp.settings import Settings


class Monitoring:
    """The monitor of one instance, which runs while somebody wants it and the instance is up."""

    def __init__(self, settings: Settings, home: Home, supervisor: SupervisorClient) -> None:
        self._settings = settings
        self._home = home
        self._supervisor = supervisor

    def start(self, tell: Tell) -> None:
        """Have it run; return once it has looked.

        Raises:
            KitError: it does not look.
        """
        if self._state() != "running":
            self._supervisor.have()
            launch(self._supervisor, [Monitor(self._settings, self._home)], tell)

    def stop(self) -> None:
        """Have it run no more."""
        if self._state() == "running":
            self._supervisor.stop_child(NAME)

    def revive(self, tell: Tell) -> None:
        """Start it again if it has died."""
        if self._state() == "dead":
            self.start(tell)

    def alerts(self) -> list[PlatformAlert]:
        """Those that stand, while it runs: nobody knows otherwise."""
        look = last_look(self._home)
        return look.alerts if look and self._state() == "running" else []

    def _state(self) -> str | None:
        child = self._supervisor.children().get(NAME)
        return child["state"] if child else None
