"""What `up` and the start of an app do to an instance that goes down, or that somebody else holds up."""

from pathlib import Path
from threading import Timer

import pytest

from mysimbdp.errors import KitError
from mysimbdp.service.home import Home
from mysimbdp.service.platform import Platform
from mysimbdp.service.supervision.client import SupervisorClient
from mysimbdp.settings import load_settings
from tests.service.conftest import processes_of, python, wait_until
from tests.service.supervision.test_supervisor import SLEEP, command, end_lingering

# Owns an instance with one child that lingers when it is asked to stop.
OWNER = """
import sys, time
from pathlib import Path
from mysimbdp.service.home import Home
from mysimbdp.service.supervision.client import SupervisorClient
from tests.service.supervision.test_supervisor import LINGER, command

home = Home(Path(sys.argv[1]))
supervisor = SupervisorClient(home)
supervisor.start()
supervisor.start_child(command(home, "lingering", LINGER))
while "asleep" not in home.log("lingering").read_text():
    time.sleep(0.05)
print("ready", flush=True)
time.sleep(600)
"""


@pytest.fixture
def external(home: Home) -> Platform:
    """An instance that has a supervisor but no services of its own."""
    elsewhere = {"kafka": "127.0.0.1:9", "mongodb": "mongodb://127.0.0.1:9", "spark": "local[1]"}
    return Platform(load_settings(home=home.path, **elsewhere))


def lose_owner(home: Path, noticed: bool) -> None:
    """Have an instance whose owner was just killed; its supervisor has `noticed` that or not."""
    owner = python(OWNER, str(home))
    assert owner.stdout
    assert owner.stdout.readline() == "ready\n"
    owner.kill()
    owner.wait()
    if noticed:
        supervisor = SupervisorClient(Home(home))
        wait_until(lambda: supervisor.children()["lingering"]["state"] == "stopping", "it is going down")
    Timer(1, end_lingering, [Home(home)]).start()


@pytest.mark.parametrize("noticed", [True, False])
def test_up_after_the_owner_was_killed_is_up_to_stay(home: Home, external: Platform, noticed: bool) -> None:
    lose_owner(home.path, noticed)
    external.up()
    supervisor = SupervisorClient(home)
    supervisor.start_child(command(home, "sleeper", SLEEP))
    states = {name: child["state"] for name, child in supervisor.children().items()}
    # What was not noticed before `up` does not happen: the instance has an owner again.
    went_down, went_on = {"sleeper": "running"}, {"lingering": "running", "sleeper": "running"}
    assert states == went_down if noticed else states in (went_down, went_on)
    external.release()


def test_an_app_that_needs_services_waits_for_the_end_and_says_that_there_are_none(home: Home) -> None:
    lose_owner(home.path, noticed=True)
    with pytest.raises(KitError, match="There is no kafka here: run `mysimbdp up`"):
        Platform(load_settings(home=home.path)).start_app("tenantstreamapp")
    assert processes_of(home) == []


@pytest.mark.parametrize("owned_before", [True, False])
def test_an_up_that_fails_holds_nothing_up_that_was_not_held_before(home: Home, owned_before: bool) -> None:
    owner = python(OWNER, str(home.path))
    assert owner.stdout
    assert owner.stdout.readline() == "ready\n"
    supervisor = SupervisorClient(home)
    if owned_before:
        supervisor.own()
    with pytest.raises(KitError, match="memory"):
        Platform(load_settings(home=home.path)).up(workers=1000)
    assert supervisor.children()["lingering"]["state"] == "running"
    owner.kill()
    owner.wait()
    end_lingering(home)
    if not owned_before:
        wait_until(lambda: supervisor.record() is None, "the instance went down with its owner")
    else:
        assert not supervisor.own()
        assert supervisor.children()["lingering"]["state"] == "running"
