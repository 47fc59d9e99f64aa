"""When a load has lasted long enough, on a clock of the test's own."""

import json
from pathlib import Path

import pytest

from mysimbdp.apps.spec import DriverPhase, report
from mysimbdp.errors import KitError
from mysimbdp.experiments.load_end import LOOK_S, LoadEnd


class Clock:
    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def nothing_behind(_folder: Path) -> int:
    return 0


def app(folder: Path, *queries: str) -> Path:
    folder.mkdir()
    report(folder, DriverPhase.RUNNING, queries=queries)
    return folder


def finish_batch(folder: Path, query: str, number: int, rows: int) -> None:
    with (folder / "progress.jsonl").open("a") as file:
        file.write(json.dumps({"name": query, "batchId": number, "numInputRows": rows}) + "\n")


def test_the_duration_counts_from_the_end_of_the_warm_up(tmp_path: Path) -> None:
    folder, clock = app(tmp_path / "app", "analytics"), Clock()
    end = LoadEnd([folder], warm_up_s=0, warm_up_batches=2, duration_s=10, lag=nothing_behind, clock=clock)
    finish_batch(folder, "analytics", 0, rows=0)
    finish_batch(folder, "analytics", 1, rows=7)
    clock.now_s = 30
    assert end.left_s() == 10
    finish_batch(folder, "analytics", 2, rows=7)
    clock.now_s = 40
    assert end.left_s() == 10
    clock.now_s = 44
    assert end.left_s() == 6
    clock.now_s = 51
    assert end.left_s() == 0


def test_every_query_of_every_app_has_to_warm_up(tmp_path: Path) -> None:
    first, second, clock = app(tmp_path / "first", "report", "alert"), app(tmp_path / "second", "report"), Clock()
    end = LoadEnd([first, second], warm_up_s=0, warm_up_batches=1, duration_s=10, lag=nothing_behind, clock=clock)
    for number, (folder, query) in enumerate([(first, "report"), (second, "report"), (first, "alert")]):
        clock.now_s += 1
        assert end.left_s() == 10
        finish_batch(folder, query, number, rows=7)
    clock.now_s = 20
    end.left_s()
    clock.now_s = 25
    assert end.left_s() == 5


@pytest.mark.parametrize(("behind", "left_s"), [(0, 0), (5, 10), (None, 10)])
def test_an_instance_that_has_nothing_to_read_need_not_warm_up(
    tmp_path: Path, behind: int | None, left_s: float
) -> None:
    busy, idle, clock = app(tmp_path / "busy", "analytics"), app(tmp_path / "idle", "analytics"), Clock()
    end = LoadEnd([busy, idle], 0, warm_up_batches=1, duration_s=10, lag=lambda _folder: behind, clock=clock)
    finish_batch(idle, "analytics", 0, rows=0)
    clock.now_s = 1
    assert end.left_s() == 10
    finish_batch(busy, "analytics", 0, rows=7)
    clock.now_s = 2
    end.left_s()
    clock.now_s = 12
    assert end.left_s() == left_s


@pytest.mark.parametrize(("queries", "warm_up_batches"), [(["report", "alert"], 0), (["report"], 1)])
def test_one_empty_first_batch_is_no_warm_up(tmp_path: Path, queries: list[str], warm_up_batches: int) -> None:
    folder, clock = app(tmp_path / "app", *queries), Clock()
    end = LoadEnd([folder], 0, warm_up_batches, duration_s=10, lag=nothing_behind, clock=clock)
    finish_batch(folder, "report", 0, rows=0)
    clock.now_s = 1
    end.left_s()
    clock.now_s = 11
    assert end.left_s() == 10


def test_the_warm_up_lasts_its_seconds_at_least(tmp_path: Path) -> None:
    folder, clock = app(tmp_path / "app", "analytics"), Clock()
    end = LoadEnd([folder], warm_up_s=5, warm_up_batches=0, duration_s=10, lag=nothing_behind, clock=clock)
    finish_batch(folder, "analytics", 0, rows=7)
    clock.now_s = 4
    end.left_s()
    clock.now_s = 5 + LOOK_S
    assert end.left_s() == 10


def test_the_warm_up_lasts_until_no_other_run_is_at_work(tmp_path: Path) -> None:
    folder, clock = app(tmp_path / "app", "analytics"), Clock()
    quiet = iter([False, True])
    end = LoadEnd([folder], 0, 1, 10, nothing_behind, lambda: next(quiet), clock=clock)
    finish_batch(folder, "analytics", 0, rows=7)
    for now_s, left_s in ((5, 10), (6, 10), (8, 8)):
        clock.now_s = now_s
        assert end.left_s() == left_s


def test_the_load_lasts_until_there_is_enough_to_measure(tmp_path: Path) -> None:
    folder, clock = app(tmp_path / "app", "analytics"), Clock()
    enough = iter([False, True])
    end = LoadEnd([folder], 0, 1, 10, nothing_behind, is_enough=lambda: next(enough), clock=clock)
    finish_batch(folder, "analytics", 0, rows=7)
    for now_s, left_s in ((5, 10), (15, LOOK_S), (40, 0)):
        clock.now_s = now_s
        assert end.left_s() == left_s


def test_an_app_that_fails_is_no_app_that_has_warmed_up(tmp_path: Path) -> None:
    folder, clock = app(tmp_path / "app", "analytics"), Clock()
    end = LoadEnd([folder], warm_up_s=0, warm_up_batches=1, duration_s=10, lag=nothing_behind, clock=clock)
    report(folder, DriverPhase.FAILED, reason="The app ran out of memory.")
    clock.now_s = 1
    with pytest.raises(KitError, match="app failed while it was measured: The app ran out of memory"):
        end.left_s()
