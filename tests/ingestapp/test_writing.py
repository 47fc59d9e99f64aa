"""Batches of messages become documents in order, each written while the next one is judged."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pyarrow as pa
import pytest
from pymongo.errors import ServerSelectionTimeoutError

from mysimbdp import coredms
from mysimbdp.contracts import Collection
from mysimbdp.ingestapp import writing
from mysimbdp.ingestapp.documents import Message
from mysimbdp.ingestapp.writing import Outcome, writer
from mysimbdp.service.platform import Platform

TIME = datetime(2026, 1, 1, tzinfo=UTC)


def batch(*offsets: int) -> pa.RecordBatch:
    rows = [
        {"topic": "writing", "partition": 0, "offset": offset, "timestamp": TIME, "key": b"7", "value": b"%d" % offset}
        for offset in offsets
    ]
    return pa.RecordBatch.from_pylist(rows)


def store_offset(message: Message, outcome: Outcome) -> None:
    """One document of the topic, which says what came last."""
    document = {"_id": "writing", "time": TIME, "source": message.source, "offset": message.offset}
    outcome.documents[Collection.MEASUREMENTS].append(document)
    outcome.counts[f"offset {message.offset}"] += 1


def counted(rows: pa.RecordBatch) -> list[str]:
    return [str(name) for name in rows.column("counted").to_pylist()]


def test_messages_are_written_while_the_next_are_judged_and_the_last_one_wins(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "WRITTEN_AT_ONCE", 2)
    mongodb = platform.endpoints().mongodb
    asked: list[int] = []

    def batches() -> Iterator[pa.RecordBatch]:
        for number in range(3):
            asked.append(number)
            yield batch(2 * number, 2 * number + 1)

    written = writer(mongodb, store_offset)(batches())
    with coredms.connect(mongodb) as database:
        try:
            assert counted(next(written)) == ["offset 0", "offset 1"]
            assert asked == [0, 1]
            assert database.measurements.count_documents({"_id": "writing"}) == 1
            assert [name for rows in written for name in counted(rows)] == [f"offset {n}" for n in range(2, 6)]
            assert (database.measurements.find_one({"_id": "writing"}) or {})["offset"] == 5
        finally:
            database.measurements.delete_one({"_id": "writing"})


@pytest.mark.parametrize(
    ("at_once", "size", "expected"),
    [
        (2, 10**6, [[0, 1], [2, 3], [4]]),
        (3, 10**6, [[0, 1, 2], [3, 4]]),
        (10, 10**6, [[0, 1, 2, 3, 4]]),
        (10, 1, [*"01234"]),
    ],
)
def test_messages_are_written_by_number_or_by_size(
    platform: Platform, monkeypatch: pytest.MonkeyPatch, at_once: int, size: int, expected: list[list[int]]
) -> None:
    monkeypatch.setattr(writing, "WRITTEN_AT_ONCE", at_once)
    monkeypatch.setattr(writing, "WRITTEN_BYTES", size)
    count_only = writer(
        platform.endpoints().mongodb, lambda message, outcome: outcome.counts.update([str(message.offset)])
    )
    written = [counted(rows) for rows in count_only(batch(offset) for offset in range(5))]
    assert written == [[str(offset) for offset in offsets] for offsets in expected]


def test_no_batches_are_no_rows(platform: Platform) -> None:
    assert list(writer(platform.endpoints().mongodb, store_offset)(iter([]))) == []


def test_what_cannot_be_written_fails_the_task(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coredms, "SELECTION_TIMEOUT_MS", 200)
    with pytest.raises(ServerSelectionTimeoutError):
        list(writer("mongodb://127.0.0.1:9", store_offset)(iter([batch(0), batch(1)])))
