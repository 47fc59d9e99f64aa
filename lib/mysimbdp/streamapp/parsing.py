"""Kafka messages → readings and counts, in Arrow batches: the enforced schema of the stream."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator

import pyarrow as pa
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql.types import DoubleType, LongType, StringType, StructField, StructType, TimestampType

from mysimbdp.contracts import MAX_EVENT_TIME_HEADER
from mysimbdp.decoding import Decoded, decode
from mysimbdp.decoding.counts import count_message

PARSED = StructType(
    [
        StructField("sensor_id", StringType()),
        StructField("pollution_type", StringType()),
        StructField("time", TimestampType()),
        StructField("level", DoubleType()),
        StructField("fingerprint", LongType()),
        StructField("counted", StringType()),
        StructField("count", LongType()),
    ]
)
_ARROW = pa.schema(
    [
        ("sensor_id", pa.string()),
        ("pollution_type", pa.string()),
        ("time", pa.timestamp("us", "UTC")),
        ("level", pa.float64()),
        ("fingerprint", pa.int64()),
        ("counted", pa.string()),
        ("count", pa.int64()),
    ]
)

# Said also where it is nothing: a reader asks for it by name.
_ALWAYS_TOLD = ("accepted", "readings", "late")

Columns = tuple[list[str], list[str], list[int], list[float], list[int]]


def parse(messages: DataFrame, watermark_minutes: float) -> DataFrame:
    """Decode messages into rows of readings, with a few rows of counts per Arrow batch.

    A reading is late when its time lies more than the watermark behind the source's clock: the largest event
    time its producer had sent so far, which the producer writes into a header. That depends neither on batches
    nor on partitions. Messages without the header are judged by Spark's watermark alone.

    Args:
        messages: rows of the Kafka source with headers: `key, value, timestamp, headers`.

    Returns:
        rows `sensor_id, pollution_type, time, level, fingerprint` of accepted readings that are not late, and
        rows `counted, count`; the other columns are null.
    """
    columns = messages.select(
        F.col("key"),
        F.col("value"),
        F.col("timestamp"),
        _source_clock_ms().alias("clock_ms"),
        F.xxhash64("value").alias("fingerprint"),
    )
    return columns.mapInArrow(_parser(int(watermark_minutes * 60_000_000)), PARSED)


def _source_clock_ms() -> Column:
    clocks = F.filter("headers", lambda header: header["key"] == MAX_EVENT_TIME_HEADER)
    return F.get(clocks, F.lit(0))["value"].cast("string").try_cast("long")


def _parser(watermark_us: int) -> Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    def parse_batches(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            yield from _parse_batch(batch, watermark_us)

    return parse_batches


def _parse_batch(batch: pa.RecordBatch, watermark_us: int) -> Iterator[pa.RecordBatch]:
    readings: Columns = ([], [], [], [], [])
    counts: Counter[str] = Counter(dict.fromkeys(_ALWAYS_TOLD, 0))
    messages = zip(
        batch.column("key").to_pylist(),
        batch.column("value").to_pylist(),
        batch.column("timestamp").cast(pa.int64()).to_pylist(),
        batch.column("clock_ms").to_pylist(),
        batch.column("fingerprint").to_pylist(),
        strict=True,
    )
    for key, value, broker_time_us, clock_ms, fingerprint in messages:
        decoded = decode(value, broker_time_us)
        count_message(decoded, key, counts)
        if not decoded.readings:
            continue
        # An accepted reading is aggregated or late: accepted readings = readings + late.
        if clock_ms is not None and decoded.time_us < clock_ms * 1000 - watermark_us:
            counts["late"] += len(decoded.readings)
        else:
            counts["readings"] += len(decoded.readings)
            _append(decoded, fingerprint, readings)
    yield _reading_rows(readings)
    yield _count_rows(counts)


def _append(decoded: Decoded, fingerprint: int, readings: Columns) -> None:
    sensor_ids, types, times, levels, fingerprints = readings
    for position, (pollution_type, level) in enumerate(decoded.readings):
        sensor_ids.append(decoded.sensor_id)
        types.append(pollution_type)
        times.append(decoded.time_us)
        levels.append(level)
        fingerprints.append(fingerprint ^ position)  # a message may hold two readings of a type


def _reading_rows(readings: Columns) -> pa.RecordBatch:
    arrays = [pa.array(column, type=field.type) for column, field in zip(readings, _ARROW, strict=False)]
    rows = len(readings[0])
    return pa.RecordBatch.from_arrays([*arrays, pa.nulls(rows, pa.string()), pa.nulls(rows, pa.int64())], schema=_ARROW)


def _count_rows(counts: Counter[str]) -> pa.RecordBatch:
    found = [(name, count) for name, count in counts.items() if count or name in _ALWAYS_TOLD]
    nulls = [pa.nulls(len(found), field.type) for field in list(_ARROW)[:5]]
    names = pa.array([name for name, _ in found], pa.string())
    return pa.RecordBatch.from_arrays(
        [*nulls, names, pa.array([count for _, count in found], pa.int64())], schema=_ARROW
    )
