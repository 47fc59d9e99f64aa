"""A service starts once what it needs serves, and what a failed launch started is stopped again."""

import os
import signal
from dataclasses import dataclass
from threading import Event

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
    needs: str | None = None

    def command(self) -> Command:
        return command(self.home, self.name, self.code)

    def become_ready(self, timeout_s: float) -> None:
        if "asleep" not in self.home.log(self.name).read_text():
            raise KitError(f"{self.name} is not asleep within {timeout_s} s")


class Interrupted(Sleeper):
    """A service during whose preparation the user presses Ctrl-C; it goes on once the others are stopped, or in 1 s."""

    stopping = Event()

    def command(self) -> Command:
        os.kill(os.getpid(), signal.SIGINT)
        self.stopping.wait(1)
        return super().command()


def states(supervisor: SupervisorClient) -> dict[str, str]:
    return {name: child["state"] for name, child in supervisor.children().items()}


@pytest.fixture
def supervisor(home: Home) -> SupervisorClient:
    supervisor = SupervisorClient(home)
    supervisor.start()
    return supervisor


def test_a_service_waits_for_the_one_that_it_needs_and_for_no_other(home: Home, supervisor: SupervisorClient) -> None:
    told: list[str] = []
    worker = Sleeper(home, "worker", needs="master")
    waits = (
        f"import pathlib, time\nwhile not pathlib.Path({str(home.log('worker'))!r}).exists(): time.sleep(0.01)\n{SLEEP}"
    )
    launch(supervisor, [Sleeper(home, "slow", waits), Sleeper(home, "master"), worker], told.append)
    assert told.index("master is ready") < told.index("starting worker") < told.index("slow is ready")


def test_what_a_failed_launch_started_is_stopped_again_and_nothing_else(
    home: Home, supervisor: SupervisorClient
) -> None:
    launch(supervisor, [Sleeper(home, "before")], print)
    fails = Sleeper(home, "fails", "raise SystemExit(3)", needs="master")
    others = [Sleeper(home, "beside", needs="master"), Sleeper(home, "never", needs="fails")]
    with pytest.raises(KitError, match="fails ended while starting: exited with code 3"):
        launch(supervisor, [Sleeper(home, "master"), fails, *others], print)
    assert states(supervisor) == {"before": "running", "master": "stopped", "fails": "dead", "beside": "stopped"}


def test_what_was_about_to_start_at_a_ctrl_c_is_stopped_as_well(
    supervisor: SupervisorClient, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop_child = supervisor.stop_child

    def stop(name: str) -> None:
        stop_child(name)
        Interrupted.stopping.set()

    monkeypatch.setattr(supervisor, "stop_child", stop)
    with pytest.raises(KeyboardInterrupt):
        launch(supervisor, [Sleeper(home, "first"), Interrupted(home, "late", needs="first")], print)
    assert states(supervisor) == {"first": "stopped", "late": "stopped"}
