"""Where new instances begin: table of offsets and windows, from the progress of the instances before."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from mysimbdp.apps.handover import Generation, forget_generation, generation
from mysimbdp.apps.progress import progress_path
from mysimbdp.errors import KitError

WINDOW = timedelta(minutes=15)


def batch(query: str, number: int, offsets: tuple[Any, Any], **times: str) -> bytes:
    """A batch that read up to `offsets[1]`; `max` and `watermark` are minutes of an hour."""
    start, end = offsets
    source = {"startOffset": start and {"measurements": start}, "endOffset": {"measurements": end}}
    at = {name: f"2019-05-18T12:{minutes}:00.000Z" for name, minutes in times.items()}
    progress: dict[str, Any] = {"name": query, "batchId": number, "sources": [source], "eventTime": at}
    return orjson.dumps(progress)


def folder_with(path: Path, *batches: bytes) -> Path:
    progress_path(path).write_bytes(b"".join(line + b"\n" for line in batches))
    return path


ONE = (
    batch("analytics", 0, (None, {"0": 10, "1": 20}), max="10"),
    batch("analytics", 1, ({"0": 10, "1": 20}, {"0": 15, "1": 30}), max="29", watermark="03"),
    batch("analytics", 2, ({"0": 15, "1": 30}, {"0": 16, "1": 31}), max="40", watermark="22"),
    batch("analytics", 3, ({"0": 16, "1": 31}, {"0": 17, "1": 40}), watermark="33"),
)

FIRST_OF_TWO = (
    batch("analytics-0of2", 0, (None, {"0": 10}), max="50"),
    batch("analytics-0of2", 1, ({"0": 10}, {"0": 12}), max="55", watermark="43"),
)


@pytest.mark.parametrize(
    ("finished", "offsets", "not_before"),
    [
        (0, {}, "1970-01-01T00:00:00.000Z"),
        (1, {}, "1970-01-01T00:00:00.000Z"),
        (2, {}, "2019-05-18T11:48:00.000Z"),
        (3, {}, "2019-05-18T12:07:00.000Z"),
        (4, {0: 10, 1: 20}, "2019-05-18T12:18:00.000Z"),
    ],
    ids=["no-batch", "no-watermark", "all-open", "first-batch-still-open", "first-batch-over"],
)
def test_new_instances_read_again_what_open_windows_were_made_of(
    tmp_path: Path, finished: int, offsets: dict[int, int], not_before: str
) -> None:
    folder = folder_with(tmp_path, *ONE[:finished])
    assert generation(folder, "analytics", 1, WINDOW) == Generation()
    found = generation(folder, "analytics", 2, WINDOW)
    assert (found.number, found.instances, found.not_before) == (1, 2, not_before)
    assert found.offsets == offsets


def test_a_batch_that_nobody_could_tell_of_is_read_again(tmp_path: Path) -> None:
    untold = folder_with(tmp_path, ONE[0], *ONE[2:])
    generation(untold, "analytics", 1, WINDOW)
    assert generation(untold, "analytics", 2, WINDOW).offsets == {0: 10, 1: 20}


def test_the_instance_that_is_furthest_behind_settles_which_windows_are_open(tmp_path: Path) -> None:
    generation(folder_with(tmp_path), "analytics", 2, WINDOW)
    folder_with(
        tmp_path,
        *FIRST_OF_TWO,
        batch("analytics-1of2", 0, (None, {"1": 5}), max="20"),
        batch("analytics-1of2", 1, ({"1": 5}, {"1": 9}), max="30", watermark="13"),
    )
    found = generation(tmp_path, "analytics", 3, WINDOW)
    assert (found.not_before, found.offsets) == ("2019-05-18T11:58:00.000Z", {})


def test_with_an_instance_that_has_finished_no_batch_all_windows_are_open(tmp_path: Path) -> None:
    generation(folder_with(tmp_path), "analytics", 2, WINDOW)
    folder_with(tmp_path, *FIRST_OF_TWO)
    assert generation(tmp_path, "analytics", 1, WINDOW) == Generation(1, 1, {}, Generation.not_before)


def test_windows_that_were_over_stay_so_with_an_instance_that_has_finished_no_batch(tmp_path: Path) -> None:
    generation(folder_with(tmp_path, *ONE), "analytics", 1, WINDOW)
    before = generation(tmp_path, "analytics", 2, WINDOW)
    folder_with(tmp_path, *ONE, batch("analytics-0of2.1", 0, ({"0": 10}, {"0": 20}), max="59", watermark="54"))
    after = generation(tmp_path, "analytics", 1, WINDOW)
    assert (after.number, after.not_before) == (2, before.not_before)
    assert after.offsets == {0: 10, 1: 20}


def test_the_sharing_stays_until_the_number_changes_and_is_forgotten_with_a_new_beginning(tmp_path: Path) -> None:
    first = generation(folder_with(tmp_path), "analytics", 2, WINDOW)
    assert generation(tmp_path, "analytics", 2, WINDOW) == first
    assert [first.query("analytics", instance) for instance in range(2)] == ["analytics-0of2", "analytics-1of2"]
    second = generation(tmp_path, "analytics", 1, WINDOW)
    assert second.query("analytics", 0) == "analytics.1"
    forget_generation(tmp_path)
    assert generation(tmp_path, "analytics", 1, WINDOW).query("analytics", 0) == "analytics"


def test_an_instance_that_is_an_app_of_its_own_stays_one_of_as_many(tmp_path: Path) -> None:
    first = generation(folder_with(tmp_path), "analytics", 2, WINDOW, has_all=False)
    assert generation(tmp_path, "analytics", 2, WINDOW, has_all=False) == first
    with pytest.raises(KitError, match="cannot become one of 3: begin all of them anew"):
        generation(tmp_path, "analytics", 3, WINDOW, has_all=False)
