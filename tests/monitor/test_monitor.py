"""The monitor on real services and a real app: it says what is wrong, clears it when it is over, and goes on itself."""

import signal
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import psutil
import pytest

from mysimbdp import coredms
from mysimbdp.contracts import Collection, Topics
from mysimbdp.messaging import create_topics
from mysimbdp.monitor import observe
from mysimbdp.service.platform import Platform
from mysimbdp.settings import load_settings
from mysimbdp.sources import ProduceOptions, WrongShares, produce
from tests.service.conftest import WAIT_S, wait_until

TOPICS = Topics("watched")
APP = "watched"


def standing(platform: Platform) -> set[tuple[str, str]]:
    """Subject and kind of the alerts that the instance's monitor tells."""
    return {(alert["subject"], alert["kind"]) for alert in platform.status().alerts}


def kill(platform: Platform, child: str) -> None:
    process = psutil.Process(platform.processes()[child]["pid"])
    process.send_signal(signal.SIGKILL)
    process.wait(WAIT_S)


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """A broker, a database and a monitor of these tests' own, which they may kill."""
    settings = load_settings(home=tmp_path_factory.mktemp("watched") / "home", spark="local[1]")
    with Platform(settings) as platform:
        platform.start_monitor()
        yield platform


def test_a_broker_that_died_is_told_within_seconds_and_cleared_when_it_is_back(stores: Platform) -> None:
    kill(stores, "kafka")
    wait_until(lambda: standing(stores) == {("kafka", "unreachable")}, "the broker is reported", timeout_s=10)
    stores.up()
    wait_until(lambda: standing(stores) == set(), "it is cleared", timeout_s=20)


def test_what_is_seen_while_the_database_is_away_is_told_at_once_and_written_later(stores: Platform) -> None:
    began = datetime.now(UTC)
    kill(stores, "mongodb")
    wait_until(lambda: standing(stores) == {("mongodb", "unreachable")}, "the database is reported", timeout_s=10)
    (alert,) = stores.status().alerts
    assert alert["reason"] == "it is dead: killed by SIGKILL"
    stores.up()
    wait_until(lambda: standing(stores) == set(), "it is cleared", timeout_s=20)
    with coredms.connect(stores.endpoints().mongodb) as database:
        looks = database[Collection.OBSERVATIONS].find({"at": {"$gte": began}})
        states = [service["state"] for look in looks for service in look["services"] if service["service"] == "mongodb"]
        assert {"dead", "running"} <= set(states)
        assert database[Collection.PLATFORM_ALERTS].count_documents({"_id": alert["_id"]}) == 1


def test_a_monitor_that_died_is_dead_and_the_next_up_starts_it_again(stores: Platform) -> None:
    def state() -> str:
        return next(service.state for service in stores.status().services if service.name == "monitor")

    assert state() == "running"
    kill(stores, "monitor")
    wait_until(lambda: state() == "dead", "the monitor is seen to be dead")
    stores.up()
    assert state() == "running"


def test_alerts_stand_only_while_somebody_watches(stores: Platform) -> None:
    kill(stores, "kafka")
    wait_until(lambda: standing(stores) == {("kafka", "unreachable")}, "the broker is reported", timeout_s=10)
    stores.stop_monitor()
    assert standing(stores) == set()
    assert [service.name for service in stores.status().services] == ["kafka", "mongodb", "spark"]


@pytest.fixture(scope="module")
def watched(platform: Platform) -> Iterator[Platform]:
    """The shared instance, with a monitor and a stream app that has nothing to do."""
    platform.start_monitor()
    create_topics(platform.endpoints().kafka, TOPICS)
    platform.start_app("tenantstreamapp", {"topic_suffix": TOPICS.suffix}, name=APP, fresh=True)
    platform.wait_until_caught_up(APP)
    yield platform
    if any(app.name == APP and app.pid for app in platform.apps()):
        platform.stop_app(APP)
    platform.stop_monitor()


def send(platform: Platform, count: int, missing: float) -> None:
    options = ProduceOptions(
        count=count, rate_per_s=1000, wrong=WrongShares(missing=missing), topic_suffix=TOPICS.suffix
    )
    produce(platform.endpoints().kafka, options)
    platform.wait_until_caught_up(APP)


def test_bad_data_raise_an_alert_that_good_data_clear(watched: Platform) -> None:
    began = datetime.now(UTC)
    send(watched, 1000, missing=0.9)
    wait_until(lambda: standing(watched) == {(APP, "bad data")}, "bad data are reported")
    send(watched, 3000, missing=0.0)
    wait_until(lambda: standing(watched) == set(), "it is cleared")
    with coredms.connect(watched.endpoints().mongodb) as database:
        alerts = database[Collection.PLATFORM_ALERTS]
        raised = {"subject": APP, "raised_at": {"$gte": began}}
        wait_until(lambda: alerts.count_documents({**raised, "cleared_at": None}) == 0, "that is written, too")
        (alert,) = alerts.find(raised)
        assert alert["raised_at"] < alert["cleared_at"]
        assert "messages of the last minute are bad" in alert["reason"]


def test_what_is_seen_of_an_app_is_true(watched: Platform) -> None:
    send(watched, 2000, missing=0.0)
    first, second = (app_in(look.observation) for look in islice(observe(), 2))
    assert second["flow"]["lag"] == 0
    assert second["flow"]["recent_messages"] >= 2000
    assert second["flow"]["processed_rate_per_s"] > 0
    assert second["flow"]["waiting_s"] == 0
    assert second["memory_mb"] > 600  # a driver's two processes, and an executor
    assert first["cpu_cores"] is None
    assert 0 <= second["cpu_cores"] < 8


def app_in(observation: Any) -> Any:
    (app,) = [app for app in observation["apps"] if app["app"] == APP]
    return app


def test_an_app_that_was_killed_is_told_until_it_runs_again(watched: Platform) -> None:
    kill(watched, f"app-{APP}")
    wait_until(lambda: standing(watched) == {(APP, "app failed")}, "the app is reported", timeout_s=10)
    assert [alert["reason"] for alert in watched.status().alerts] == ["it ended: killed by SIGKILL"]
    watched.start_app("tenantstreamapp", {"topic_suffix": TOPICS.suffix}, name=APP)
    wait_until(lambda: standing(watched) == set(), "it is cleared")


def test_looking_changes_nothing_and_needs_no_instance(tmp_path: Path) -> None:
    (look, *_) = observe(load_settings(home=tmp_path / "none"), duration_s=0)
    assert {service["state"] for service in look.observation["services"]} == {"stopped"}
    assert (look.observation["apps"], look.alerts) == ([], [])
    assert not (tmp_path / "none").exists()
