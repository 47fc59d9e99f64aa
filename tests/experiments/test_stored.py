"""Stored documents are matched with messages one by one, and what does not fit is told."""

from datetime import UTC, datetime
from typing import Any

import polars as pl
import pytest

from mysimbdp import coredms
from mysimbdp.contracts import Collection, Topics
from mysimbdp.experiments.stored import documents_of, forget, of_documents, of_messages, verify
from mysimbdp.service.platform import Platform

MESSAGES = [b'{"id":1,"sensor":{"id":7}}', b'{"id":2,"sensor":{"id":7}}', b'{"id":3,"sensor":{"id":8}}']
RECORDS: list[dict[str, Any]] = [
    {"id": number, "sensor": {"id": sensor}} for number, sensor in ((1, 7), (2, 7), (3, 8))
]


def sent(*values: bytes) -> pl.DataFrame:
    rows = [(0, offset, value) for offset, value in enumerate(values)]
    schema: dict[str, Any] = {"partition": pl.Int32, "offset": pl.Int64, "value": pl.Binary}
    return of_messages([pl.DataFrame(rows, schema=schema, orient="row")])


def document(record: dict[str, Any], offset: int, topic: str = "measurements-a") -> coredms.Document:
    source = {"topic": topic, "partition": 0, "offset": offset}
    key = f"{Topics.suffix_of(topic)}-{offset}"
    return {**record, "_id": key, "time": datetime(2026, 11, 28, tzinfo=UTC), "source": source}


WHOLE = [document(record, offset) for offset, record in enumerate(RECORDS)]


@pytest.mark.parametrize(
    ("documents", "lost", "differences"),
    [
        (WHOLE, 0, 0),
        (WHOLE[:2], 1, 1),
        ([*WHOLE, document(RECORDS[0], 3)], 0, 1),
        ([*WHOLE[:2], document({**RECORDS[2], "id": 4}, 2)], 0, 1),
        ([], 3, 3),
    ],
    ids=["as sent", "one is missing", "one is too many", "one says something else", "nothing"],
)
def test_every_message_is_one_document(documents: list[coredms.Document], lost: int, differences: int) -> None:
    found = verify(sent(*MESSAGES), of_documents(documents), {"clean": 3})
    assert (found["expected_reports"], found["found_reports"]) == (3, len(documents))
    assert (found["lost"], found["differences"], found["passed"]) == (lost, differences, not differences)


def test_the_documents_of_one_pipeline_are_found_and_deleted_alone(platform: Platform) -> None:
    with coredms.connect(platform.endpoints().mongodb) as database:
        coredms.prepare(database)
        others = [document(RECORDS[0], 0, f"measurements{suffix}") for suffix in ("-ab", "-a-b", "")]
        coredms.insert(database, Collection.MEASUREMENTS, [*WHOLE, *others])
        found = list(documents_of(database, Topics("a")))
        forget(database, Topics("a"))
        left = list(database[Collection.MEASUREMENTS].find({"_id": {"$in": [one["_id"] for one in (*WHOLE, *others)]}}))
        database[Collection.MEASUREMENTS].delete_many({"_id": {"$in": [one["_id"] for one in others]}})
    assert sorted(one["_id"] for one in found) == ["a-0", "a-1", "a-2"]
    assert sorted(one["source"]["topic"] for one in left) == sorted(one["source"]["topic"] for one in others)
