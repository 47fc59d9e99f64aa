"""After a crash nothing is orphaned, `status` tells the truth, and the next `up` goes on where it was."""

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mysimbdp import coredms, messaging
from mysimbdp.contracts import Collection, Topics
from mysimbdp.service.home import Home
from mysimbdp.service.platform import Platform
from mysimbdp.service.status import ServiceStatus
from mysimbdp.settings import load_settings
from tests.service.conftest import processes_of, python, wait_until

OWNER = """
import sys, time
from pathlib import Path
from mysimbdp.service.platform import Platform
from mysimbdp.settings import load_settings

Platform(load_settings(home=Path(sys.argv[1]))).up()
print("up", flush=True)
time.sleep(600)
"""


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    platform = Platform(load_settings(home=tmp_path_factory.mktemp("crashes") / "home"))
    yield platform
    platform.down()


@pytest.fixture
def own(shared: Platform) -> Platform:
    """The instance of this file, up again whatever the test before did to it."""
    shared.up()
    return shared


def service(platform: Platform, name: str) -> ServiceStatus:
    return next(service for service in platform.status().services if service.name == name)


def kill(platform: Platform, name: str, how: signal.Signals) -> None:
    pid = service(platform, name).pid
    assert pid
    os.kill(pid, how)


@pytest.mark.parametrize("name", ["kafka", "mongodb", "spark", "spark-worker-1"])
def test_a_killed_service_is_dead_and_the_next_up_starts_it_again(own: Platform, name: str) -> None:
    before = own.endpoints()
    kill(own, name, signal.SIGKILL)
    wait_until(lambda: service(own, name).state == "dead", "the service is seen to be dead")
    assert service(own, name).reason == "killed by SIGKILL"
    assert service(own, name).fix == "`mysimbdp up` starts it again"
    assert own.up() == before
    assert service(own, name).state == "running"


def test_the_stores_lose_nothing_when_they_are_killed(own: Platform) -> None:
    where = own.endpoints()
    messaging.create_topics(where.kafka, Topics())
    topic_id = messaging.topic_id(where.kafka, "measurements")
    with coredms.connect(where.mongodb) as database:
        coredms.upsert(database, Collection.RUNS, [{"_id": number} for number in range(1000)])
    for name in ("kafka", "mongodb"):
        kill(own, name, signal.SIGKILL)
        wait_until(lambda name=name: service(own, name).state == "dead", f"{name} is dead")  # type: ignore[misc]
    own.up()
    assert messaging.topic_id(where.kafka, "measurements") == topic_id
    with coredms.connect(where.mongodb) as database:
        assert database["runs"].count_documents({}) == 1000


def test_a_service_that_hangs_is_unreachable(own: Platform) -> None:
    kill(own, "kafka", signal.SIGSTOP)
    status = own.status()
    stuck = next(found for found in status.services if found.name == "kafka")
    assert (stuck.state, stuck.fix) == ("unreachable", "`mysimbdp down`, then `mysimbdp up`")
    assert status.kafka is None
    kill(own, "kafka", signal.SIGCONT)
    assert service(own, "kafka").state == "running"


def test_killing_the_owner_leaves_nothing_after_30_s(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    owner = python(OWNER, str(home.path))
    assert owner.stdout
    assert owner.stdout.readline() == "up\n"
    assert processes_of(home) != []
    owner.kill()
    owner.wait()
    wait_until(lambda: not processes_of(home) and not home.read_supervisor(), "nothing is left", timeout_s=30)
    states = {service.state for service in Platform(load_settings(home=home.path)).status().services}
    assert states == {"stopped"}


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the next command sweeps")
def test_killing_the_supervisor_leaves_nothing_and_is_told(own: Platform) -> None:
    home = Home(own.settings.home)
    supervisor = home.read_supervisor()
    assert supervisor
    os.kill(supervisor.process.pid, signal.SIGKILL)
    wait_until(lambda: processes_of(home) == [], "nothing is left", timeout_s=30)
    wait_until(lambda: service(own, "kafka").state == "dead", "the supervisor is gone")
    assert service(own, "kafka").reason == "its supervisor was killed"
    own.up()
    assert service(own, "kafka").state == "running"
