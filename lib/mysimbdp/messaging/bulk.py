"""A whole topic as columns, read as fast as the broker gives it."""

import logging
import time

import polars as pl
from confluent_kafka import Consumer, KafkaException, TopicPartition

from mysimbdp.errors import KitError
from mysimbdp.messaging.probe import DEFAULT_TIMEOUT_S
from mysimbdp.messaging.topics import end_offsets

_AT_ONCE = 10_000
_WAIT_S = 0.1  # the client returns no sooner, unless it has as many as asked for

_Row = tuple[int, int, int, bytes | None]
_SCHEMA: dict[str, type[pl.DataType]] = {
    "partition": pl.Int32,
    "offset": pl.Int64,
    "broker_time_ms": pl.Int64,
    "value": pl.Binary,
}


def read_columns(kafka: str, topic: str, timeout_s: float = DEFAULT_TIMEOUT_S) -> pl.DataFrame:
    """All messages of `topic` up to its end now: `partition, offset, broker_time_ms, value`, sorted by the first two.

    Raises:
        KitError: the topic is not there, or the broker is silent for `timeout_s`.
    """
    ends = {partition: end for partition, end in end_offsets(kafka, topic, timeout_s).items() if end}
    consumer = Consumer(
        {
            "bootstrap.servers": kafka,
            "group.id": "mysimbdp-read-columns",  # the client insists on one; nothing is committed
            "enable.auto.commit": False,
            "auto.offset.reset": "earliest",
        },
        logger=logging.getLogger("confluent_kafka"),
    )
    try:
        consumer.assign([TopicPartition(topic, partition, 0) for partition in ends])
        rows = _rows(consumer, ends, timeout_s)
    except KafkaException as error:
        raise KitError(f"Reading {topic} from Kafka at {kafka} failed: {error}.") from None
    finally:
        consumer.close()
    return pl.DataFrame(rows, schema=_SCHEMA, orient="row").sort("partition", "offset")


def _rows(consumer: Consumer, ends: dict[int, int], timeout_s: float) -> list[_Row]:
    rows: list[_Row] = []
    wanted, heard_s = sum(ends.values()), time.monotonic()
    while len(rows) < wanted:
        messages = consumer.consume(_AT_ONCE, _WAIT_S)
        if messages:
            heard_s = time.monotonic()
        elif time.monotonic() - heard_s > timeout_s:
            raise KitError(f"Kafka sent {len(rows)} of {wanted} messages, and then nothing for {timeout_s:g} s.")
        for message in messages:
            if message.error():
                raise KafkaException(message.error())
            partition, offset = message.partition(), message.offset()
            if partition is not None and offset is not None and offset < ends[partition]:
                rows.append((partition, offset, message.timestamp()[1], message.value()))
    return rows
