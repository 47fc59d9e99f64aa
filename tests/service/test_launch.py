"""Services start in groups, and what a failed launch started is stopped again."""

from dataclasses import dataclass

import pytest

from mysimbdp.errors import KitError
from mysimbdp.service.home import Home
from mysimbdp.service.launch import launch
from mysimbdp.service.supervision.child import Command
from mysimbdp.service.supervision.client import SupervisorClient
from tests.service.supervision.test_supervisor import SLEEP, command


@dataclass
class Sleeper:
    """A service that serves as soon as it has said so."""

    home: Home
    name: str
    code: str = SLEEP

    def command(self) -> Command:
        return command(self.home, self.name, self.code)

    def become_ready(self, timeout_s: float) -> None:
        if "asleep" not in self.home.log(self.name).read_text():
            raise KitError(f"{self.name} is not asleep within {timeout_s} s")


def states(supervisor: SupervisorClient) -> dict[str, str]:
    return {name: child["state"] for name, child in supervisor.children().items()}


def test_what_a_failed_launch_started_is_stopped_again_and_nothing_else(home: Home) -> None:
    supervisor = SupervisorClient(home)
    supervisor.start()
    launch(supervisor, [[Sleeper(home, "before")]], print)
    workers = [Sleeper(home, "worker-2"), Sleeper(home, "worker-3", "raise SystemExit(3)"), Sleeper(home, "worker-4")]
    with pytest.raises(KitError, match="worker-3 ended while starting: exited with code 3"):
        launch(supervisor, [[Sleeper(home, "master")], workers, [Sleeper(home, "never")]], print)
    assert states(supervisor) == {
        "before": "running",
        "master": "stopped",
        "worker-2": "stopped",
        "worker-3": "dead",
        "worker-4": "stopped",
    }
