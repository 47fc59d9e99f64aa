"""An app is seen from outside by its progress file and the ends of its topics."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from mysimbdp.apps.spec import AppSpec
from mysimbdp.contracts import Endpoints
from mysimbdp.documents import Flow
from mysimbdp.errors import KitError
from mysimbdp.monitor.app_watch import AppWatch
from mysimbdp.service.app_folder import AppFolder
from mysimbdp.service.home import Home
from tests.monitor.progress import progress


class Watched:
    """An app of made-up batches, and the watch on it since second 1000."""

    def __init__(self, path: Path, queries: tuple[str, ...] = ("analytics",)) -> None:
        home = Home(path / "home")
        home.create()
        self.folder = AppFolder(home, "app")
        self.folder.begin(_spec(trigger_interval_s=5.0))
        self.ends: Mapping[str, Mapping[int, int]] = {}
        self._queries = queries
        self._watch = AppWatch(self.folder, 1000.0)

    def finishes(self, batch: dict[str, Any]) -> None:
        with (self.folder.path / "progress.jsonl").open("a") as file:
            file.write(f"\n{json.dumps(batch)}\n")

    def look(self, at_s: float) -> Flow:
        return self._watch.look(at_s, self._queries, self._ends_of)

    def _ends_of(self, topic: str) -> Mapping[int, int]:
        if topic not in self.ends:
            raise KitError("Kafka is dead.")
        return self.ends[topic]


def _spec(**options: Any) -> AppSpec:
    return AppSpec(
        name="app",
        module="mysimbdp.streamapp.app",
        options=options,
        endpoints=Endpoints(kafka="", mongodb="", spark=""),
        checkpoint="",
        fresh=True,
        jars=[],
        spark_conf={},
    )


@pytest.fixture
def watched(tmp_path: Path) -> Watched:
    return Watched(tmp_path)


def test_an_app_that_has_not_finished_a_batch_waits_since_its_start(watched: Watched) -> None:
    seen = watched.look(1030.0)
    assert (seen["lag"], seen["waiting_s"], seen["progress_age_s"]) == (None, 30.0, None)
    assert seen["trigger_interval_s"] == 5.0


def test_lag_is_what_lies_behind_the_last_batch_in_the_partitions_that_it_read(watched: Watched) -> None:
    watched.finishes(progress(0, 1001, covered={"m": {"0": 10, "2": 5}}))
    watched.ends = {"m": {0: 12, 1: 999, 2: 8}}
    assert watched.look(1004.0)["lag"] == 5


def test_lag_is_unknown_until_every_query_has_finished_a_batch(tmp_path: Path) -> None:
    watched = Watched(tmp_path, queries=("one", "two"))
    watched.ends = {"m": {0: 10}}
    watched.finishes(progress(0, 1001, covered={"m": {"0": 4}}, query="one"))
    assert watched.look(1004.0)["lag"] is None
    watched.finishes(progress(0, 1002, covered={"m": {"0": 1}}, query="two"))
    assert watched.look(1004.0)["lag"] == 6 + 9


def test_an_app_waits_while_it_is_behind_and_no_batch_ends(watched: Watched) -> None:
    watched.ends = {"m": {0: 10}}
    watched.finishes(progress(0, 1001, duration_s=2, covered={"m": {"0": 10}}))
    assert watched.look(1100.0)["waiting_s"] == 0  # nothing to do
    watched.ends = {"m": {0: 11}}
    assert watched.look(1110.0)["waiting_s"] == 10
    assert watched.look(1120.0)["progress_age_s"] == 117
    watched.finishes(progress(1, 1119, duration_s=2, covered={"m": {"0": 10}}))
    assert watched.look(1122.0)["waiting_s"] == 1


def test_a_broker_that_is_away_is_not_the_apps_fault(watched: Watched) -> None:
    watched.ends = {"m": {0: 11}}
    watched.finishes(progress(0, 1001, covered={"m": {"0": 10}}))
    watched.look(1010.0)
    watched.look(1040.0)
    watched.ends = {}
    seen = watched.look(1042.0)
    assert (seen["lag"], seen["waiting_s"]) == (None, 0)
    assert (seen["lag_trend_per_s"], seen["input_rate_per_s"]) == (None, None)


def test_rates_are_those_of_the_last_minute(watched: Watched) -> None:
    watched.finishes(progress(0, 900, duration_s=10, rows=10_000, flawed=10_000))
    watched.finishes(progress(1, 1000, duration_s=2, rows=100, flawed=30, covered={"m": {"0": 100}}))
    watched.finishes(progress(2, 1004, duration_s=1, rows=200, flawed=0, covered={"m": {"0": 300}}))
    watched.ends = {"m": {0: 300}}
    watched.look(1006.0)
    watched.ends = {"m": {0: 500}}
    seen = watched.look(1016.0)
    assert (seen["input_rate_per_s"], seen["processed_rate_per_s"]) == (20, 100)
    assert (seen["recent_messages"], seen["bad_share"], seen["batch_s"]) == (300, 0.1, 1)


def test_the_trend_of_the_lag_is_known_after_twenty_seconds(watched: Watched) -> None:
    watched.finishes(progress(0, 1001, covered={"m": {"0": 0}}))
    trends = []
    for second in range(0, 24, 4):
        watched.ends = {"m": {0: 10 * second}}
        trends.append(watched.look(1010.0 + second)["lag_trend_per_s"])
    assert trends == [None] * 5 + [pytest.approx(10)]
