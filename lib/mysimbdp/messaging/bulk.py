"""A topic as columns, read as fast as the broker gives it: whole, or piece by piece."""

import logging
import time
from collections.abc import Callable, Container, Generator, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from typing import Any

import polars as pl
from confluent_kafka import Consumer, KafkaException, Message, TopicPartition

from mysimbdp.errors import KitError
from mysimbdp.messaging.probe import DEFAULT_TIMEOUT_S
from mysimbdp.messaging.topics import end_offsets

MESSAGES_AT_ONCE = 500  # as the client's objects; larger portions are read slower (docs/decisions/0027)
_PIECE = 200_000
_WAIT_S = 0.1  # the client returns no sooner, unless it has as many as asked for
_FULL_WAIT_MS = 5  # the client fetches no more for a second, unless told so, once it holds 100,000 messages

Pieces = Generator[pl.DataFrame, None, None]

# A column's type, and how it is had of a message.
_COLUMNS: dict[str, tuple[type[pl.DataType], Callable[[Message], Any]]] = {
    "partition": (pl.Int32, Message.partition),
    "offset": (pl.Int64, Message.offset),
    "broker_time_ms": (pl.Int64, lambda message: message.timestamp()[1]),
    "key": (pl.Binary, Message.key),
    "value": (pl.Binary, Message.value),
}
_SCHEMA = {name: kind for name, (kind, _) in _COLUMNS.items()}


def read_columns(kafka: str, topic: str, timeout_s: float = DEFAULT_TIMEOUT_S) -> pl.DataFrame:
    """All messages of `topic` up to its end now, by partition and offset.

    The columns are `partition, offset, broker_time_ms, key, value`.

    Raises:
        KitError: the topic is not there, or the broker is silent for `timeout_s`.
    """
    pieces = [pl.DataFrame(schema=_SCHEMA), *read_pieces(kafka, topic, timeout_s=timeout_s)]
    return pl.concat(pieces).sort("partition", "offset")


def read_pieces(
    kafka: str,
    topic: str,
    since: Mapping[int, int] = {},
    until: Mapping[int, int] | None = None,
    keys: Container[bytes] | None = None,
    timeout_s: float = DEFAULT_TIMEOUT_S,
) -> Pieces:
    """The messages of `topic` from the offsets `since` up to its end now, a few hundred thousand at a time.

    Each partition's messages come in their order.

    Args:
        until: offsets to stop before instead.
        keys: messages with another one are passed over; those without a key are not.

    Raises (while iterating):
        KitError: as `read_columns`.
    """
    last = end_offsets(kafka, topic, timeout_s) if until is None else until
    ends = {partition: end for partition, end in last.items() if end > since.get(partition, 0)}
    wanted = sum(end - since.get(partition, 0) for partition, end in ends.items())
    with _telling(kafka, topic), bulk_consumer(kafka) as consumer:
        consumer.assign([TopicPartition(topic, partition, since.get(partition, 0)) for partition in ends])
        while wanted:
            number, columns = _columns(consumer, ends, keys, min(wanted, _PIECE), timeout_s)
            wanted -= number
            piece = pl.DataFrame(columns, schema=_SCHEMA)
            del columns  # a second copy, while the piece is made use of
            yield piece


def read_ahead(pieces: Pieces) -> Pieces:
    """The same pieces, each read by a thread while the one before it is made use of.

    To be ended early it waits for the piece under way.
    """
    with closing(pieces), ThreadPoolExecutor(max_workers=1) as reader:
        coming = reader.submit(next, pieces, None)
        while (piece := coming.result()) is not None:
            coming = reader.submit(next, pieces, None)
            yield piece


@contextmanager
def bulk_consumer(kafka: str) -> Iterator[Consumer]:
    """A consumer of confluent-kafka that is never short of messages while the broker has some, to be assigned."""
    consumer = Consumer(
        {
            "bootstrap.servers": kafka,
            "group.id": "mysimbdp-bulk",  # the client insists on one; nothing is committed
            "enable.auto.commit": False,
            "auto.offset.reset": "earliest",
            "fetch.queue.backoff.ms": _FULL_WAIT_MS,
        },
        logger=logging.getLogger("confluent_kafka"),
    )
    try:
        yield consumer
    finally:
        consumer.close()


@contextmanager
def _telling(kafka: str, topic: str) -> Iterator[None]:
    try:
        yield
    except KafkaException as error:
        raise KitError(f"Reading {topic} from Kafka at {kafka} failed: {error}.") from None


def _columns(
    consumer: Consumer, ends: Mapping[int, int], keys: Container[bytes] | None, at_least: int, timeout_s: float
) -> tuple[int, dict[str, list[Any]]]:
    """So many messages or a few more, none from beyond the `ends`: their number, and those with one of the keys."""
    number = 0
    columns: dict[str, list[Any]] = {name: [] for name in _COLUMNS}
    heard_s = time.monotonic()
    while number < at_least:
        messages = consumer.consume(MESSAGES_AT_ONCE, _WAIT_S)
        if messages:
            heard_s = time.monotonic()
        elif time.monotonic() - heard_s > timeout_s:
            raise KitError(f"Kafka sent {number} of {at_least} messages, and then nothing for {timeout_s:g} s.")
        asked = [message for message in messages if _is_before(message, ends)]
        number += len(asked)
        kept = asked if keys is None else [message for message in asked if _has_one_of(message, keys)]
        for name, (_, of_message) in _COLUMNS.items():  # at once, so that no pile of messages grows
            columns[name].extend(map(of_message, kept))
    return number, columns


def _is_before(message: Message, ends: Mapping[int, int]) -> bool:
    if message.error():
        raise KafkaException(message.error())
    partition, offset = message.partition(), message.offset()
    return partition is not None and offset is not None and offset < ends[partition]


def _has_one_of(message: Message, keys: Container[bytes]) -> bool:
    key = message.key()
    return key is None or key in keys
