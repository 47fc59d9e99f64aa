"""Stored measurements beside the messages that they are of, matched one by one."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import orjson
import polars as pl

from mysimbdp.contracts import Collection, Topics
from mysimbdp.coredms import Coredms, Document
from mysimbdp.documents import Verification

_PLACE = ["partition", "offset"]
_SCHEMA: dict[str, Any] = {"partition": pl.Int32, "offset": pl.Int64, "digest": pl.Int64}
_AT_ONCE = 20_000
_ADDED = ("_id", "time", "source")  # to the record, by the ingest app


def of_messages(pieces: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """Where each message lies, and a digest of what it says: `partition, offset, digest`."""
    rows = (
        (partition, offset, _digest(orjson.loads(value)))
        for piece in pieces
        for partition, offset, value in piece.select(*_PLACE, "value").iter_rows()
    )
    return pl.DataFrame(list(rows), schema=_SCHEMA, orient="row")


def of_documents(documents: Iterable[Document]) -> pl.DataFrame:
    """Where the message of each document lay, and a digest of the record in it: as `of_messages`."""
    rows = (
        (document["source"]["partition"], document["source"]["offset"], _record(document)) for document in documents
    )
    return pl.DataFrame(list(rows), schema=_SCHEMA, orient="row")


def verify(messages: pl.DataFrame, documents: pl.DataFrame, delivered: Mapping[str, int]) -> Verification:
    """Whether every message is a document once, with the same record, and none besides."""
    both = messages.join(documents, on=_PLACE, how="full", coalesce=True, suffix="_found")
    lost = int(both["digest_found"].is_null().sum())
    different = len(both.filter(pl.col("digest").ne_missing(pl.col("digest_found"))))
    return Verification(
        expected_reports=len(messages),
        found_reports=len(documents),
        differences=different,
        delivered=dict(delivered),
        counted={},
        lost=lost,
        late=0,
        passed=not different,
    )


def documents_of(database: Coredms, topics: Topics) -> Iterator[Document]:
    """The measurements in coredms that came from the topics of one pipeline."""
    yield from database[Collection.MEASUREMENTS].find(_of(topics))


def forget(database: Coredms, topics: Topics) -> None:
    """Delete the measurements that came from the topics of one pipeline; each request is soon answered."""
    measurements = database[Collection.MEASUREMENTS]
    while ids := [found["_id"] for found in measurements.find(_of(topics), {"_id": True}).limit(_AT_ONCE)]:
        measurements.delete_many({"_id": {"$in": ids}})


def _of(topics: Topics) -> Document:
    """The ids begin with the pipeline's suffix, and those with that prefix are found by the index."""
    return {"_id": {"$gte": f"{topics.suffix}-", "$lt": f"{topics.suffix}."}, "source.topic": topics.measurements}


def _record(document: Document) -> int:
    return _digest({name: value for name, value in document.items() if name not in _ADDED})


def _digest(record: Document) -> int:
    return hash(orjson.dumps(record, option=orjson.OPT_SORT_KEYS))
