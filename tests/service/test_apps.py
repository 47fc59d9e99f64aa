"""Apps run as jobs of their own until they are stopped; one that ends by itself says why."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mysimbdp.apps.progress import finished_batches
from mysimbdp.apps.spec import DriverPhase
from mysimbdp.errors import KitError, UsageError
from mysimbdp.service.app_status import AppStatus
from mysimbdp.service.home import Home
from mysimbdp.service.platform import Platform
from mysimbdp.service.processes import find_by_token
from mysimbdp.settings import load_settings
from tests.service.conftest import processes_of, wait_until

TICKING_APP = str(Path(__file__).with_name("ticking_app.py"))
NAME = "ticking_app"


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """An instance without services of its own, never brought up: its apps run on Spark inside their drivers."""
    elsewhere = {"kafka": "127.0.0.1:9", "mongodb": "mongodb://127.0.0.1:9", "spark": "local[1]"}
    platform = Platform(load_settings(home=tmp_path_factory.mktemp("apps") / "home", **elsewhere))
    yield platform
    platform.down()


@pytest.fixture
def ticking(local: Platform) -> AppStatus:
    """The app, running; each start costs a JVM, so the tests hand it on."""
    running = [app for app in local.apps() if app.name == NAME and app.pid]
    return running[0] if running else local.start_app(TICKING_APP, {"rows_per_s": "20"})


def app(platform: Platform, name: str = NAME) -> AppStatus:
    return next(app for app in platform.apps() if app.name == name)


def drivers(platform: Platform) -> int:
    token = Home(platform.settings.home).read_instance().token
    return len(find_by_token(token, f"app-{NAME}"))


def batches(platform: Platform) -> list[dict[str, Any]]:
    """The progress of the app's batches; a query keeps its id as long as it keeps its checkpoint."""
    return finished_batches(platform.app_log(NAME).parent)


@pytest.mark.usefixtures("ticking")
def test_the_second_start_refuses_and_names_the_first(local: Platform) -> None:
    first = app(local)
    with pytest.raises(KitError, match=f"runs already .process {first.pid}, since .*mysimbdp app stop {NAME}"):
        local.start_app(TICKING_APP)
    assert (app(local).pid, app(local).since) == (first.pid, first.since)


def test_a_killed_app_says_so_leaves_nothing_and_starts_again(local: Platform, ticking: AppStatus) -> None:
    assert ticking.pid
    os.kill(ticking.pid, signal.SIGKILL)
    wait_until(lambda: app(local).state is DriverPhase.FAILED, "the app is seen to be dead")
    assert app(local).reason == "killed by SIGKILL"
    wait_until(lambda: drivers(local) == 0, "its JVM is gone too")
    assert local.start_app(TICKING_APP).state is DriverPhase.RUNNING


@pytest.mark.usefixtures("ticking")
def test_a_start_goes_on_from_the_checkpoint_and_a_fresh_one_begins_anew(local: Platform) -> None:
    wait_until(lambda: len(batches(local)) > 0, "the first batch is done")
    first = batches(local)[0]
    local.stop_app(NAME)
    done = len(batches(local))
    local.start_app(TICKING_APP)
    wait_until(lambda: len(batches(local)) > done, "it goes on")
    assert {batch["id"] for batch in batches(local)} == {first["id"]}
    local.stop_app(NAME)
    local.start_app(TICKING_APP, fresh=True)
    wait_until(lambda: len(batches(local)) > 0, "it begins anew")
    assert first["id"] not in {batch["id"] for batch in batches(local)}


def test_a_started_app_runs_and_a_stopped_one_leaves_nothing(local: Platform, ticking: AppStatus) -> None:
    assert ticking.pid == app(local).pid
    assert ticking.state is DriverPhase.RUNNING
    assert ticking.log.is_relative_to(local.settings.home)
    assert local.stop_app(NAME).state is DriverPhase.STOPPED
    assert drivers(local) == 0


def test_an_app_that_fails_while_starting_says_why_in_one_sentence(local: Platform) -> None:
    with pytest.raises(KitError, match=r"^failing did not start: ValueError: told to fail; see .*log.txt.$"):
        local.start_app(TICKING_APP, {"fail_in_build": True}, name="failing")
    assert app(local, "failing").state is DriverPhase.FAILED


def test_an_app_that_fails_later_shows_its_reason_in_the_list(local: Platform) -> None:
    local.start_app(TICKING_APP, {"fail_in_batch": True}, name="failing-later")
    wait_until(lambda: app(local, "failing-later").state is DriverPhase.FAILED, "the failure is seen")
    assert "told to fail in a batch" in str(app(local, "failing-later").reason)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"app": "no_such_app"}, "No app no_such_app"),
        ({"app": "missing.py"}, "missing.py does not exist"),
        ({"app": TICKING_APP, "options": {"rows": "3"}}, "has no option rows"),
        ({"app": TICKING_APP, "options": {"rows_per_s": "many"}}, "rows_per_s of ticking_app does not fit"),
        ({"app": TICKING_APP, "name": "../escape"}, "cannot be the name of an app"),
    ],
)
def test_a_request_that_cannot_be_right_starts_nothing(
    tmp_path: Path, arguments: dict[str, object], sentence: str
) -> None:
    elsewhere = {"kafka": "127.0.0.1:9", "mongodb": "mongodb://127.0.0.1:9", "spark": "local[1]"}
    platform = Platform(load_settings(home=tmp_path / "home", **elsewhere))
    with pytest.raises(UsageError, match=sentence):
        platform.start_app(**arguments)  # type: ignore[arg-type]  # the table has the right types
    assert not platform.settings.home.exists()


def test_an_app_that_was_never_started_cannot_be_stopped(local: Platform) -> None:
    with pytest.raises(UsageError, match="No app called nothing was started here"):
        local.stop_app("nothing")


def test_apps_end_with_their_instance(tmp_path: Path) -> None:
    elsewhere = {"kafka": "127.0.0.1:9", "mongodb": "mongodb://127.0.0.1:9", "spark": "local[1]"}
    platform = Platform(load_settings(home=tmp_path / "home", **elsewhere))
    platform.start_app(TICKING_APP)
    wait_until(lambda: len(batches(platform)) > 0, "the first batch, the slowest, is done")
    platform.down()
    assert processes_of(Home(platform.settings.home)) == []
    assert app(platform).state is DriverPhase.STOPPED


def test_each_app_finds_a_worker_of_its_own_on_the_embedded_cluster(platform: Platform) -> None:
    names = ["first", "second"]
    try:
        for name in names:
            assert platform.start_app(TICKING_APP, name=name).state is DriverPhase.RUNNING
        workers = [service for service in platform.status().services if service.name.startswith("spark-worker")]
        assert len(workers) >= 2
    finally:
        for running in [app.name for app in platform.apps() if app.name in names and app.pid]:
            platform.stop_app(running)
