"""The progress of an app is read as it comes, each batch once."""

from pathlib import Path

from mysimbdp.apps.progress import ProgressTail

FIRST, SECOND = '\n{"batchId": 0}\n', '\n{"batchId": 1}\n'


def numbers(tail: ProgressTail) -> list[int]:
    return [batch["batchId"] for batch in tail.new_batches()]


def append(app_dir: Path, text: str) -> None:
    with (app_dir / "progress.jsonl").open("a") as file:
        file.write(text)


def test_each_batch_is_read_once(tmp_path: Path) -> None:
    tail = ProgressTail(tmp_path)
    assert numbers(tail) == []
    append(tmp_path, FIRST)
    assert numbers(tail) == [0]
    assert numbers(tail) == []
    append(tmp_path, SECOND)
    assert numbers(tail) == [1]


def test_half_a_line_is_read_when_it_is_whole(tmp_path: Path) -> None:
    tail = ProgressTail(tmp_path)
    append(tmp_path, FIRST + SECOND[:5])
    assert numbers(tail) == [0]
    append(tmp_path, SECOND[5:])
    assert numbers(tail) == [1]


def test_what_a_killed_driver_left_half_written_is_passed_over(tmp_path: Path) -> None:
    tail = ProgressTail(tmp_path)
    append(tmp_path, FIRST[:5] + SECOND)
    assert numbers(tail) == [1]


def test_an_app_that_begins_anew_is_read_from_its_beginning(tmp_path: Path) -> None:
    tail = ProgressTail(tmp_path)
    append(tmp_path, FIRST + SECOND)
    assert numbers(tail) == [0, 1]
    (tmp_path / "progress.jsonl").unlink()
    append(tmp_path, FIRST)
    assert numbers(tail) == [0]
