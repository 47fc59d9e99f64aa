"""Arrow batches of Kafka messages → coredms, on the executors; what is refused comes back for `quarantine`."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial

import orjson
import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql.types import BinaryType, LongType, StringType, StructField, StructType

from mysimbdp import coredms
from mysimbdp.contracts import Collection, Quarantined, Reason, Topics
from mysimbdp.decoding import judge
from mysimbdp.garbage import collect_less
from mysimbdp.ingestapp import alerts
from mysimbdp.ingestapp.documents import (
    Message,
    alert_document,
    measurement_document,
    quarantine_document,
    quarantined,
    report_document,
)

# A row is a message for the topic `quarantine` (key, value) or a count (counted, count).
WRITTEN = StructType(
    [
        StructField("key", StringType()),
        StructField("value", BinaryType()),
        StructField("counted", StringType()),
        StructField("count", LongType()),
    ]
)
_ARROW = pa.schema([("key", pa.string()), ("value", pa.binary()), ("counted", pa.string()), ("count", pa.int64())])

# The database is asked for its journal once for so many messages, or so many bytes of them.
WRITTEN_AT_ONCE = 2_500
WRITTEN_BYTES = 32 * 1024 * 1024

_DOCUMENT_OF = {
    Collection.REPORTS: report_document,
    Collection.ALERTS: alert_document,
    Collection.QUARANTINE: quarantine_document,
}

Batches = Iterable[pa.RecordBatch]
Judge = Callable[["Message", "Outcome"], None]


class Outcome:
    """What becomes of messages: documents by collection, entries for quarantine, counts."""

    def __init__(self) -> None:
        self.documents: defaultdict[Collection, list[coredms.Document]] = defaultdict(list)
        self.refused: list[Quarantined] = []
        self.counts: Counter[str] = Counter()


def store_measurements(messages: DataFrame, mongodb: str) -> DataFrame:
    """Write accepted measurements into coredms; the rows that come out are `WRITTEN`."""
    return messages.select(*_COLUMNS).mapInArrow(writer(mongodb, _judge_measurement), WRITTEN)


def store_results(messages: DataFrame, mongodb: str, topics: Topics) -> DataFrame:
    """Write reports, alerts and quarantine entries into coredms; the rows that come out are `WRITTEN`."""
    collections = {topics.report: Collection.REPORTS, topics.alert: Collection.ALERTS}
    judge = partial(_judge_result, collections)
    return messages.select(*_COLUMNS).mapInArrow(writer(mongodb, judge), WRITTEN)


_COLUMNS = ("topic", "partition", "offset", "timestamp", "key", "value")


def writer(mongodb: str, judge: Judge) -> Callable[[Batches], Iterator[pa.RecordBatch]]:
    """What writes Arrow batches of messages, as `mapInArrow` takes it.

    A thread writes some thousand messages while the next are judged. Their rows come once the journal has them.
    """

    def write(batches: Batches) -> Iterator[pa.RecordBatch]:
        collect_less()
        with ThreadPoolExecutor(max_workers=1) as writer:
            written: Future[pa.RecordBatch] | None = None
            for outcome in _outcomes(batches, judge):
                if written:
                    yield written.result()
                written = writer.submit(_write, mongodb, outcome)
            if written:
                yield written.result()

    return write


def _outcomes(batches: Batches, judge: Judge) -> Iterator[Outcome]:
    """What becomes of the messages, so many at a time as are written at once."""
    outcome, messages, size = Outcome(), 0, 0
    for batch in batches:
        for message in _messages(batch):
            judge(message, outcome)
        messages, size = messages + batch.num_rows, size + batch.nbytes
        if messages >= WRITTEN_AT_ONCE or size >= WRITTEN_BYTES:
            yield outcome
            outcome, messages, size = Outcome(), 0, 0
    if messages:
        yield outcome


def _write(mongodb: str, outcome: Outcome) -> pa.RecordBatch:
    for collection, documents in outcome.documents.items():
        _store(coredms.shared_connection(mongodb), collection, documents)
    return _rows(outcome)


def _store(database: coredms.Coredms, collection: Collection, documents: list[coredms.Document]) -> None:
    write = coredms.insert if collection is Collection.MEASUREMENTS else coredms.upsert
    write(database, collection, documents)
    if collection in (Collection.REPORTS, Collection.ALERTS):
        alerts.withdraw(database, documents)


def _judge_measurement(message: Message, outcome: Outcome) -> None:
    """Raw measurements: what is accepted is stored; what is refused of it, whole or in part, is quarantined."""
    judged = judge(message.key, message.value, message.broker_time_us, outcome.counts)
    if judged.reasons:
        outcome.refused.append(quarantined(message, judged.reasons))
    if judged.accepted:
        outcome.documents[Collection.MEASUREMENTS].append(measurement_document(message, judged))


def _judge_result(collections: Mapping[str, Collection], message: Message, outcome: Outcome) -> None:
    """Results of the stream app: a message that is none is quarantined, or only counted if it came from there."""
    collection = collections.get(message.topic, Collection.QUARANTINE)
    document = _DOCUMENT_OF[collection](message)
    if not isinstance(document, Reason):
        outcome.counts[collection] += 1
        outcome.documents[collection].append(document)
        return
    outcome.counts["unreadable"] += 1
    if collection is not Collection.QUARANTINE and message.value is not None:
        outcome.refused.append(quarantined(message, [document]))


def _messages(batch: pa.RecordBatch) -> Iterator[Message]:
    columns = [batch.column(name) for name in _COLUMNS]
    columns[3] = columns[3].cast(pa.int64())
    return map(Message, *(column.to_pylist() for column in columns))


def _rows(outcome: Outcome) -> pa.RecordBatch:
    keys = [f"{entry['topic']}-{entry['partition']}-{entry['offset']}" for entry in outcome.refused]
    rows = [*zip(keys, map(orjson.dumps, outcome.refused), strict=True)]
    found = [(name, count) for name, count in outcome.counts.items() if count]
    return pa.RecordBatch.from_arrays(
        [
            pa.array([key for key, _ in rows] + [None] * len(found), pa.string()),
            pa.array([value for _, value in rows] + [None] * len(found), pa.binary()),
            pa.array([None] * len(rows) + [name for name, _ in found], pa.string()),
            pa.array([None] * len(rows) + [count for _, count in found], pa.int64()),
        ],
        schema=_ARROW,
    )
