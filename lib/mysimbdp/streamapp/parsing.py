"""Kafka messages → partial sums of readings, and counts, in Arrow batches: the enforced schema of the stream."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql.types import DoubleType, LongType, StringType, StructField, StructType, TimestampType

from mysimbdp.contracts import MAX_EVENT_TIME_HEADER
from mysimbdp.decoding import judge
from mysimbdp.garbage import collect_less
from mysimbdp.streamapp.partials import FIELDS, Partials

PARSED = StructType(
    [
        StructField("sensor_id", StringType()),
        StructField("pollution_type", StringType()),
        StructField("time", TimestampType()),
        StructField("level_sum", DoubleType()),
        StructField("readings", LongType()),
        StructField("fingerprint", LongType()),
        StructField("counted", StringType()),
        StructField("count", LongType()),
    ]
)
_COUNTS = [pa.field("counted", pa.string()), pa.field("count", pa.int64())]
_READINGS = [field.name for field in FIELDS].index("readings")
_ARROW = pa.schema([*FIELDS, *_COUNTS])

# Said also where it is nothing: a reader asks for it by name.
_ALWAYS_TOLD = ("accepted", "readings", "late")
# So many rows of partial sums are kept at most: about 30 MB.
_KEPT_AT_MOST = 100_000
_NEVER_MS = -(2**53)  # a clock that has not begun: nothing is late by it

Message = tuple[bytes | None, bytes | None, int, int, int]  # key, value, broker's time, source's clock, fingerprint


def parse(messages: DataFrame, watermark_minutes: float, slice_us: int | None) -> DataFrame:
    """Decode messages and add up their readings, with a few rows of counts per task.

    A reading is late when its time lies more than the watermark behind the source's clock: the largest event
    time its producer had sent so far, which the producer writes into a header. That depends neither on batches
    nor on partitions. Messages without the header are judged by Spark's watermark alone.

    Args:
        messages: rows of the Kafka source with headers: `key, value, timestamp, headers`.
        slice_us: readings of a sensor and type within such a stretch of time are one row; None leaves each its own.

    Returns:
        rows `sensor_id, pollution_type, time, level_sum, readings, fingerprint` of accepted readings that are not late,
        and rows `counted, count`; the other columns are null.
    """
    columns = messages.select(
        F.col("key"),
        F.col("value"),
        F.col("timestamp"),
        F.coalesce(_source_clock_ms(), F.lit(_NEVER_MS)).alias("clock_ms"),
        (F.lit(0).cast("long") if slice_us else F.xxhash64("value")).alias("fingerprint"),
    )
    return columns.mapInArrow(_parser(int(watermark_minutes * 60_000_000), slice_us), PARSED)


def _source_clock_ms() -> Column:
    # In functions that Spark compiles: one with a lambda would be interpreted for every message. To look through all
    # headers makes two arrays of them for each message, and the kit's producer sends a single header.
    first = F.get("headers", F.lit(0))
    place = F.array_position("headers.key", MAX_EVENT_TIME_HEADER)
    sought = F.get("headers.value", (place - 1).cast("int"))
    clock = F.when(first["key"] == MAX_EVENT_TIME_HEADER, first["value"]).otherwise(sought)
    return clock.cast("string").try_cast("long")


def _parser(watermark_us: int, slice_us: int | None) -> Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    def parse_batches(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        collect_less()
        partials = Partials(slice_us)
        counts: Counter[str] = Counter(dict.fromkeys(_ALWAYS_TOLD, 0))
        for batch in batches:
            _parse_batch(batch, watermark_us, partials, counts)
            if len(partials) >= _KEPT_AT_MOST:
                yield _partial_rows(partials, counts)
        yield _partial_rows(partials, counts)
        yield _count_rows(counts)

    return parse_batches


def _parse_batch(batch: pa.RecordBatch, watermark_us: int, partials: Partials, counts: Counter[str]) -> None:
    for key, value, broker_time_us, clock_ms, fingerprint in _messages(batch):
        judged = judge(key, value, broker_time_us, counts)
        if not judged.readings:
            continue
        # An accepted reading is aggregated or late: accepted readings = readings + late.
        if judged.time_us < clock_ms * 1000 - watermark_us:
            counts["late"] += len(judged.readings)
        else:
            partials.add(judged.sensor_id, judged.time_us, judged.readings, fingerprint)


def _messages(batch: pa.RecordBatch) -> Iterator[Message]:
    times = batch.column("timestamp").cast(pa.int64())
    columns = (batch.column("key"), batch.column("value"), times, batch.column("clock_ms"), batch.column("fingerprint"))
    return zip(*(column.to_pylist() for column in columns), strict=True)


def _partial_rows(partials: Partials, counts: Counter[str]) -> pa.RecordBatch:
    """The sums so far as rows, whose readings are added to the counts."""
    columns = partials.take()
    counts["readings"] += pc.sum(columns[_READINGS]).as_py() or 0
    return _rows([*columns, *(pa.nulls(len(columns[_READINGS]), field.type) for field in _COUNTS)])


def _count_rows(counts: Counter[str]) -> pa.RecordBatch:
    found = {name: number for name, number in counts.items() if number or name in _ALWAYS_TOLD}
    names, numbers = pa.array(found, pa.string()), pa.array(found.values(), pa.int64())
    return _rows([*(pa.nulls(len(found), field.type) for field in FIELDS), names, numbers])


def _rows(columns: Sequence[pa.Array]) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays(columns, schema=_ARROW)
