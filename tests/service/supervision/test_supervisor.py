"""A supervisor owns what it starts, tells how it ended, and ends it when its owners have gone."""

import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from multiprocessing import AuthenticationError
from threading import Timer

import psutil
import pytest

from mysimbdp.errors import KitError
from mysimbdp.service.home import Home
from mysimbdp.service.processes import ProcessId
from mysimbdp.service.supervision import channel
from mysimbdp.service.supervision.child import STOP_GRACE_S, Child, Command
from mysimbdp.service.supervision.client import SupervisorClient
from mysimbdp.service.supervision.supervisor import Supervisor
from tests.service.conftest import WAIT_S, processes_of, python, wait_until

SLEEP = "import time; print('asleep', flush=True); time.sleep(600)"
IGNORE_SIGTERM = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); {SLEEP}"
# Asked to end, it waits for a file beside its data.
LINGER = f"""
import os, signal, time

def linger(*_):
    while not os.path.exists("enough"):
        time.sleep(0.05)
    exit()

signal.signal(signal.SIGTERM, linger)
{SLEEP}
"""
# A grandchild in a session of its own, as the workers of pyspark have.
LEAVE_A_GRANDCHILD = """
import subprocess, sys, time
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
print("grandchild", flush=True)
time.sleep(600)
"""

# Owns the instance, starts one sleeper in it, says so, and waits to be killed.
OWNER = """
import sys, time
from pathlib import Path
from mysimbdp.service.home import Home
from mysimbdp.service.supervision.client import SupervisorClient
from tests.service.supervision.test_supervisor import SLEEP, command

home = Home(Path(sys.argv[1]))
supervisor = SupervisorClient(home)
supervisor.start()
supervisor.start_child(command(home, "sleeper", SLEEP))
if "detached" in sys.argv:
    supervisor.detach()
print("ready", flush=True)
time.sleep(600)
"""


def end_lingering(home: Home) -> None:
    """Let a child that lingers come to its end."""
    (home.data / "enough").touch()


def command(home: Home, name: str, code: str, stop_order: int = 0) -> Command:
    argv = [sys.executable, "-c", code]
    return Command(name, argv, dict(os.environ), str(home.data), str(home.log(name)), stop_order)


@pytest.fixture
def supervisor(home: Home) -> SupervisorClient:
    client = SupervisorClient(home)
    client.start()
    return client


@pytest.mark.parametrize(
    ("code", "reason"),
    [("raise SystemExit(3)", "exited with code 3"), ("import os; os.kill(os.getpid(), 9)", "killed by SIGKILL")],
)
def test_a_child_that_ends_by_itself_is_dead_with_its_reason(
    supervisor: SupervisorClient, code: str, reason: str
) -> None:
    supervisor.start_child(command(supervisor.home, "short", code))
    wait_until(lambda: supervisor.children()["short"]["state"] == "dead", "the child is seen to be dead")
    assert supervisor.children()["short"]["reason"] == reason
    assert supervisor.children()["short"]["pid"] is None


def test_nothing_is_left_of_a_child_that_was_killed(supervisor: SupervisorClient) -> None:
    home = supervisor.home
    supervisor.start_child(command(home, "parent", LEAVE_A_GRANDCHILD))
    wait_until(lambda: "grandchild" in home.log("parent").read_text(), "the grandchild runs")
    assert len(processes_of(home)) == 2
    os.kill(supervisor.children()["parent"]["pid"], signal.SIGKILL)
    wait_until(lambda: processes_of(home) == [], "the grandchild is gone too")


def test_a_stopped_child_is_not_dead(supervisor: SupervisorClient) -> None:
    supervisor.start_child(command(supervisor.home, "sleeper", SLEEP))
    supervisor.stop_child("sleeper")
    assert supervisor.children()["sleeper"]["state"] == "stopped"
    assert processes_of(supervisor.home) == []


def test_a_child_that_does_not_stop_when_asked_is_killed(home: Home) -> None:
    child = Child(command(home, "deaf", IGNORE_SIGTERM), home.read_instance().token)
    wait_until(lambda: "deaf" in home.log("deaf").read_text(), "it ignores SIGTERM")
    child.stop(grace_s=0.2)

    def ended() -> bool:
        child.watch()
        return not child.alive

    wait_until(ended, "it is killed")
    assert (child.state, child.reason) == ("stopped", "did not stop when asked, and was killed")


def test_whoever_is_asked_to_end_gives_its_children_the_time_that_is_promised() -> None:
    owner = ProcessId.of_this_process()
    supervisor = Supervisor("token", owner)
    supervisor.requests.put(({"do": "release", "pid": owner.pid}, Future()))
    supervisor.run()
    assert supervisor.grace_s == STOP_GRACE_S


def test_a_running_child_is_not_started_twice(supervisor: SupervisorClient) -> None:
    supervisor.start_child(command(supervisor.home, "sleeper", SLEEP))
    with pytest.raises(KitError, match="sleeper runs already"):
        supervisor.start_child(command(supervisor.home, "sleeper", SLEEP))


def test_children_of_a_lower_order_are_stopped_first(supervisor: SupervisorClient) -> None:
    tell_the_end = "import signal, time; signal.signal(signal.SIGTERM, lambda *_: (print({!r}, flush=True), exit())); "
    home, order = supervisor.home, ["app", "store"]
    for position, name in enumerate(order):
        code = tell_the_end.format(name) + "print('up', flush=True); time.sleep(600)"
        supervisor.start_child(command(home, name, code, position))
        wait_until(lambda name=name: "up" in home.log(name).read_text(), f"{name} is up")  # type: ignore[misc]
    supervisor.end()
    ended = {name: home.log(name).stat().st_mtime_ns for name in order}
    assert ended["app"] < ended["store"]
    assert home.log("store").read_text().endswith("store\n")


def test_killing_the_owner_ends_everything(home: Home) -> None:
    owner = python(OWNER, str(home.path))
    assert owner.stdout
    assert owner.stdout.readline() == "ready\n"
    assert processes_of(home) != []
    owner.kill()
    wait_until(lambda: not processes_of(home) and not SupervisorClient(home).record(), "nothing is left")
    assert not SupervisorClient(home).was_killed
    owner.wait()


def test_a_detached_instance_outlives_its_owner(home: Home) -> None:
    owner = python(OWNER, str(home.path), "detached")
    assert owner.stdout
    assert owner.stdout.readline() == "ready\n"
    owner.kill()
    owner.wait()
    supervisor = SupervisorClient(home)
    supervisor.own()
    supervisor.release()
    assert supervisor.children()["sleeper"]["state"] == "running"


def test_an_instance_lives_as_long_as_one_of_its_owners(home: Home) -> None:
    owner = python(OWNER, str(home.path))
    assert owner.stdout
    owner.stdout.readline()
    supervisor = SupervisorClient(home)
    supervisor.own()
    owner.kill()
    owner.wait()
    assert supervisor.children()["sleeper"]["state"] == "running"
    supervisor.release()
    assert supervisor.record() is None
    assert processes_of(home) == []


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the next command sweeps")
def test_killing_the_supervisor_leaves_no_child(supervisor: SupervisorClient) -> None:
    home = supervisor.home
    supervisor.start_child(command(home, "sleeper", SLEEP))
    wait_until(lambda: "asleep" in home.log("sleeper").read_text(), "the sleeper runs")
    record = supervisor.record()
    assert record
    os.kill(record.process.pid, signal.SIGKILL)
    wait_until(lambda: processes_of(home) == [], "the sleeper is gone")
    wait_until(lambda: supervisor.was_killed, "the supervisor is gone")
    assert supervisor.children() == {}


def test_what_a_killed_supervisor_left_is_swept_at_the_next_start(supervisor: SupervisorClient) -> None:
    home = supervisor.home
    supervisor.start_child(command(home, "parent", LEAVE_A_GRANDCHILD))
    wait_until(lambda: "grandchild" in home.log("parent").read_text(), "the grandchild runs")
    record = supervisor.record()
    assert record
    os.kill(record.process.pid, signal.SIGKILL)
    wait_until(lambda: supervisor.was_killed, "the supervisor is gone")
    assert processes_of(home) != []
    supervisor.start()
    assert processes_of(home) == []
    assert supervisor.children() == {}


def test_who_does_not_know_the_key_is_refused(supervisor: SupervisorClient) -> None:
    record = supervisor.record()
    assert record
    with pytest.raises((AuthenticationError, OSError, EOFError)):
        channel.ask(record.port, b"guessed", {"do": "end"}, timeout_s=5)
    assert supervisor.children() == {}


def test_silent_callers_hold_nobody_up(supervisor: SupervisorClient) -> None:
    record = supervisor.record()
    assert record
    with ExitStack() as silent:
        for _ in range(5):  # each would be waited for longer than a client waits for all
            silent.enter_context(socket.create_connection(("127.0.0.1", record.port)))
        assert supervisor.children() == {}


def test_a_supervisor_that_hangs_is_ended_all_the_same(
    supervisor: SupervisorClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    supervisor.start_child(command(supervisor.home, "sleeper", SLEEP))
    record = supervisor.record()
    assert record
    os.kill(record.process.pid, signal.SIGSTOP)
    monkeypatch.setattr("mysimbdp.service.supervision.client.ANSWER_TIMEOUT_S", 0.5)
    with pytest.raises(KitError, match="does not answer"):
        supervisor.children()
    supervisor.end()
    assert record.process.find() is None
    assert processes_of(supervisor.home) == []


def test_state_and_secrets_can_be_read_by_their_user_only(supervisor: SupervisorClient) -> None:
    home = supervisor.home
    assert home.path.stat().st_mode & 0o777 == 0o700
    secret = [path for path in home.path.iterdir() if path.is_file() and path.stat().st_size]
    assert {path.stat().st_mode & 0o077 for path in secret} == {0}


@pytest.fixture
def ending(supervisor: SupervisorClient) -> Iterator[SupervisorClient]:
    """An instance that is going down and has a child left that lingers."""
    home = supervisor.home
    supervisor.start_child(command(home, "lingering", LINGER))
    wait_until(lambda: "asleep" in home.log("lingering").read_text(), "the child runs")
    record = supervisor.record()
    assert record
    os.kill(record.process.pid, signal.SIGTERM)
    wait_until(lambda: supervisor.children()["lingering"]["state"] == "stopping", "it is going down")
    yield supervisor
    end_lingering(home)


@pytest.mark.parametrize("promise", ["own", "detach", "start"])
def test_an_instance_that_is_going_down_promises_nothing(ending: SupervisorClient, promise: str) -> None:
    asked: dict[str, Callable[[], object]] = {
        "own": ending.own,
        "detach": ending.detach,
        "start": lambda: ending.start_child(command(ending.home, "late", SLEEP)),
    }
    with pytest.raises(KitError, match="The instance is going down, so"):
        asked[promise]()


def test_the_end_of_an_instance_that_is_going_down_can_be_awaited(ending: SupervisorClient) -> None:
    Timer(0.5, end_lingering, [ending.home]).start()
    assert ending.outlast_end()
    assert processes_of(ending.home) == []
    ending.start()
    assert not ending.outlast_end()


def test_a_supervisor_that_ends_instead_of_answering_has_no_children(supervisor: SupervisorClient) -> None:
    record = supervisor.record()
    assert record
    os.kill(record.process.pid, signal.SIGSTOP)
    with ThreadPoolExecutor() as pool:
        answer = pool.submit(supervisor.children)
        wait_until(lambda: _is_connected_to(record.port), "it is asked")
        os.kill(record.process.pid, signal.SIGKILL)
        assert answer.result(WAIT_S) == {}
    with pytest.raises(KitError, match=r"kafka has gone with its supervisor; see .*supervisor\.txt"):
        supervisor.child("kafka")


def _is_connected_to(port: int) -> bool:
    connections = psutil.Process().net_connections("tcp4")
    return any(connection.raddr and connection.raddr.port == port for connection in connections)
