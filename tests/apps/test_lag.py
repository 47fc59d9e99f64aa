"""How far an app is behind: from its progress, as it grows, and the ends of its topics."""

from pathlib import Path
from typing import Any

import orjson

from mysimbdp.apps.lag import LagWatch
from mysimbdp.apps.progress import progress_path
from mysimbdp.apps.spec import DriverPhase, report

ENDS = {"measurements": {0: 100, 1: 50, 2: 999}, "report": {0: 7}}


def finishes(app_dir: Path, query: str, number: int, **covered: dict[str, int]) -> None:
    progress: dict[str, Any] = {"name": query, "batchId": number, "sources": [{"endOffset": covered}]}
    with progress_path(app_dir).open("ab") as file:
        file.write(b"\n%s\n" % orjson.dumps(progress))


def test_the_lag_is_what_the_last_batch_of_each_query_has_left_in_its_partitions(tmp_path: Path) -> None:
    report(tmp_path, DriverPhase.RUNNING, queries=["one", "two"])
    watch = LagWatch(tmp_path)
    assert watch.look(ENDS.__getitem__) is None
    finishes(tmp_path, "one", 0, measurements={"0": 10, "1": 10})
    assert watch.look(ENDS.__getitem__) is None
    finishes(tmp_path, "two", 0, report={"0": 0})
    assert watch.look(ENDS.__getitem__) == 90 + 40 + 7
    finishes(tmp_path, "one", 1, measurements={"0": 100, "1": 50})
    assert watch.look(ENDS.__getitem__) == 7
    assert LagWatch(tmp_path).look(ENDS.__getitem__) == 7


def test_all_topics_of_a_query_count_and_sources_that_are_no_topics_do_not(tmp_path: Path) -> None:
    report(tmp_path, DriverPhase.RUNNING, queries=["join"])
    sources = [{"endOffset": {"measurements": {"0": 90}}}, {"endOffset": {"report": {"0": 5}}}, {"endOffset": 99}]
    progress = {"name": "join", "batchId": 0, "sources": sources}
    progress_path(tmp_path).write_bytes(b"%s\n" % orjson.dumps(progress))
    assert LagWatch(tmp_path).look(ENDS.__getitem__) == 10 + 2


def test_a_half_written_batch_counts_once_it_is_whole(tmp_path: Path) -> None:
    report(tmp_path, DriverPhase.RUNNING, queries=["one"])
    finishes(tmp_path, "one", 0, report={"0": 3})
    whole = progress_path(tmp_path).read_bytes()
    watch = LagWatch(tmp_path)
    progress_path(tmp_path).write_bytes(whole[:-5])
    assert watch.look(ENDS.__getitem__) is None
    progress_path(tmp_path).write_bytes(whole)
    assert watch.look(ENDS.__getitem__) == 4
