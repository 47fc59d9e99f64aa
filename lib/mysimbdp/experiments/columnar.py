"""The same reports without Spark: columns in polars, on one core. A measure of what the machine could do.

Run as `python -m mysimbdp.experiments.columnar`; the request is JSON on standard input, the account of it the last
line of standard output. It keeps no checkpoint, survives nothing, and believes every message: what it leaves out is
what a stream processor is for.
"""

import logging
import sys
import time
from collections.abc import Iterator

import orjson
import polars as pl
from confluent_kafka import Consumer, Message, Producer, TopicPartition
from pydantic import BaseModel

from mysimbdp.contracts import PLAUSIBLE_BELOW
from mysimbdp.messaging import end_offsets
from mysimbdp.messaging.bulk import MESSAGES_AT_ONCE, bulk_consumer

AT_ONCE = 100_000  # messages; so many lie between two reports of a window
_WAIT_S = 0.1
_ISO_UTC = "%Y-%m-%dT%H:%M:%SZ"
_TIME = "%Y-%m-%d %H:%M:%S%.f"
_KEY = ["sensor_id", "pollution_type", "start"]


class Request(BaseModel):
    """Which topic to read, from which offsets to its end, and where to write the reports of which windows.

    A window must be a multiple of the slide.
    """

    kafka: str
    measurements: str
    since: dict[int, int]
    report: str
    window_minutes: int
    slide_minutes: int


class Account(BaseModel):
    """How long it took, from the first message asked for to the last report confirmed."""

    messages: int
    seconds: float
    cpu_s: float


def main() -> int:
    request = Request.model_validate_json(sys.stdin.read())
    print(run(request).model_dump_json(), flush=True)
    return 0


def run(request: Request) -> Account:
    """Read the topic to its end now, and write every report that changed after each piece."""
    ends = end_offsets(request.kafka, request.measurements)
    left = sum(ends.values()) - sum(request.since.values())
    settings = {"bootstrap.servers": request.kafka, "linger.ms": 50, "acks": "all"}
    producer = Producer(settings, logger=logging.getLogger("confluent_kafka"))
    with bulk_consumer(request.kafka) as consumer:
        began_s, began_cpu_s = time.monotonic(), time.process_time()
        consumer.assign([TopicPartition(request.measurements, *start) for start in request.since.items()])
        windows: pl.DataFrame | None = None
        messages = 0
        for piece in _pieces(consumer, left):
            messages += len(piece)
            new = window_sums(readings(piece), request.window_minutes, request.slide_minutes)
            windows = new if windows is None else added(windows, new)
            _publish(producer, request.report, windows.join(new, on=_KEY, how="semi"), request.window_minutes)
        producer.flush()
        used_s, used_cpu_s = time.monotonic() - began_s, time.process_time() - began_cpu_s
    return Account(messages=messages, seconds=used_s, cpu_s=used_cpu_s)


def _pieces(consumer: Consumer, left: int) -> Iterator[list[bytes]]:
    """The values of so many messages, in pieces."""
    while left:
        wanted = min(AT_ONCE, left)
        values: list[bytes | None] = []
        while len(values) < wanted:
            messages = consumer.consume(min(MESSAGES_AT_ONCE, wanted - len(values)), _WAIT_S)
            values.extend(map(Message.value, messages))
        left -= wanted
        yield [value for value in values if value is not None]


def readings(values: list[bytes]) -> pl.DataFrame:
    """Plausible readings, a row each: `sensor_id, pollution_type, time, level`."""
    sensors, times, types, levels = list[str](), list[str](), list[str](), list[str]()
    for value in values:
        record = orjson.loads(value)
        sensor, taken = str(record["sensor"]["id"]), record["timestamp"]
        for reading in record["sensordatavalues"]:
            if reading["value_type"] in PLAUSIBLE_BELOW:
                sensors.append(sensor)
                times.append(taken)
                types.append(reading["value_type"])
                levels.append(reading["value"])
    texts = pl.DataFrame({"sensor_id": sensors, "pollution_type": types, "time": times, "level": levels})
    limits = pl.col("pollution_type").replace_strict(PLAUSIBLE_BELOW, return_dtype=pl.Float64)
    return texts.with_columns(
        pl.col("time").str.replace("T", " ", literal=True).str.to_datetime(_TIME, time_zone="UTC"),
        pl.col("level").cast(pl.Float64, strict=False),
    ).filter(pl.col("level") >= 0, pl.col("level") < limits)


def window_sums(readings: pl.DataFrame, window_minutes: int, slide_minutes: int) -> pl.DataFrame:
    """Sums by sensor, type and window: `sensor_id, pollution_type, start, level_sum, readings`.

    First by slices as long as the slide, a few rows of each; only those are laid into the windows they are part of.
    """
    slices = readings.group_by(
        "sensor_id", "pollution_type", start=pl.col("time").dt.truncate(f"{slide_minutes}m")
    ).agg(level_sum=pl.col("level").sum(), readings=pl.len())
    starts = range(0, window_minutes, slide_minutes)
    earlier = [pl.col("start") - pl.duration(minutes=minutes) for minutes in starts]
    laid = slices.with_columns(start=pl.concat_list(earlier)).explode("start")
    return laid.group_by(_KEY).agg(pl.col("level_sum").sum(), pl.col("readings").sum())


def added(windows: pl.DataFrame, new: pl.DataFrame) -> pl.DataFrame:
    """Both together."""
    return pl.concat([windows, new]).group_by(_KEY).agg(pl.col("level_sum").sum(), pl.col("readings").sum())


def _publish(producer: Producer, topic: str, windows: pl.DataFrame, window_minutes: int) -> None:
    rows = windows.select(
        "sensor_id",
        "pollution_type",
        pl.col("level_sum") / pl.col("readings"),
        pl.col("start").dt.strftime(_ISO_UTC),
        (pl.col("start") + pl.duration(minutes=window_minutes)).dt.strftime(_ISO_UTC).alias("end"),
        "readings",
    )
    for sensor, pollution_type, level, start, end, count in rows.iter_rows():
        report = {
            "sensor_id": sensor,
            "pollution_type": pollution_type,
            "pollution_level": level,
            "window": {"start": start, "end": end},
            "readings": count,
        }
        producer.produce(topic, orjson.dumps(report), sensor)
    producer.poll(0)


if __name__ == "__main__":
    sys.exit(main())
