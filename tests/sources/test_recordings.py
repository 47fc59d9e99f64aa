"""Recordings are read in every form they come in, and a damaged one is refused before anything is sent."""

import gzip
import json
from pathlib import Path

import pytest

from mysimbdp.errors import KitError, UsageError
from mysimbdp.sources.recordings import check_recording, read_recording
from tests.sources.conftest import measurement

# Spaces and a trailing zero, which writing the record out again would change.
LINES = [b'{"id": 1, "timestamp":"2019-05-18 21:00:00", "value": 1.50}', b'{"id":2}']
ARRAY = b" [ " + LINES[0] + b",\n\t" + LINES[1] + b" ]\n"
GOOD = json.dumps(measurement()).encode() + b"\n"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("lines.jsonl", b"\n".join(LINES) + b"\n"),
        ("no_last_newline.jsonl", b"\n".join(LINES)),
        ("windows.jsonl", b"\r\n".join(LINES) + b"\r\n"),
        ("blank_lines.jsonl", b"\n\n".join(LINES) + b"\n\n"),
        ("lines.json", b"\n".join(LINES)),
        ("lines.jsonl.gz", gzip.compress(b"\n".join(LINES), mtime=0)),
        ("gzipped_in_two_parts.jsonl.gz", gzip.compress(LINES[0] + b"\n", mtime=0) + gzip.compress(LINES[1], mtime=0)),
        ("array.json", ARRAY),
        ("array.json.gz", gzip.compress(ARRAY, mtime=0)),
    ],
)
def test_every_form_gives_the_records_in_order_with_their_bytes_untouched(
    tmp_path: Path, name: str, content: bytes
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    records = list(read_recording(path))
    assert [raw for raw, _ in records] == LINES
    assert [record["id"] for _, record in records] == [1, 2]
    assert check_recording(path) == 2


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("empty.jsonl", b"", "is empty"),
        ("blank.jsonl", b"\n \n", "is empty"),
        ("empty.jsonl.gz", gzip.compress(b"", mtime=0), "is empty"),
        ("no_records.json", b"[]", "is empty"),
        ("third.jsonl", GOOD + GOOD + b"{'id': 3}\n", "line 3 is not JSON"),
        ("cut.jsonl", GOOD + GOOD[:40], "line 2 is not JSON"),
        ("two_in_a_line.jsonl", GOOD + GOOD.strip() + GOOD, "line 2 is not JSON"),
        ("number.jsonl", GOOD + b"17\n", "line 2 is not a JSON object"),
        ("text.jsonl", GOOD + b"null\n", "line 2 is not a JSON object"),
        ("latin1.jsonl", GOOD + '{"a": "é"}'.encode("latin-1"), "line 2 is not JSON"),
        ("element.json", b"[" + GOOD + b', "text"]', "element 2 is not a JSON object"),
        ("open.json", b"[" + GOOD, "is not a JSON array"),
        ("plain.jsonl.gz", GOOD, "it is not gzipped"),
        ("cut.jsonl.gz", gzip.compress(GOOD * 9, mtime=0)[:-12], "is damaged"),
        ("flipped.jsonl.gz", gzip.compress(GOOD, mtime=0)[:-8] + b"\0" * 8, "is damaged"),
    ],
)
def test_a_damaged_recording_is_refused_in_one_sentence_that_says_where(
    tmp_path: Path, name: str, content: bytes, sentence: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(KitError, match=sentence) as refused:
        check_recording(path)
    assert str(path) in str(refused.value)


def test_a_missing_file_and_a_directory_are_mistakes_of_the_user(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"none\.jsonl cannot be read: No such file"):
        check_recording(tmp_path / "none.jsonl")
    with pytest.raises(UsageError, match="cannot be read: Is a directory"):
        check_recording(tmp_path)


def test_lines_are_streamed(tmp_path: Path) -> None:
    """Records before a damaged line come out before the damage is met: the file is not held in memory."""
    path = tmp_path / "late.jsonl"
    path.write_bytes(GOOD * 3 + b"damaged")
    records = read_recording(path)
    assert [next(records).record["sensor"]["id"] for _ in range(3)] == [17, 17, 17]
    with pytest.raises(KitError, match="line 4"):
        next(records)
