"""Messages of a topic, from its beginning to its end or as they come."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from kafka import KafkaConsumer, TopicPartition  # type: ignore[import-untyped]  # kafka-python ships no types
from kafka.errors import KafkaError  # type: ignore[import-untyped]

from mysimbdp.errors import KitError
from mysimbdp.messaging.probe import DEFAULT_TIMEOUT_S
from mysimbdp.messaging.topics import end_offsets

_POLL_S = 0.5
_RECONNECT_MS = 500  # the client would wait up to 30 s for a broker that restarts in three
_MAX_BATCH_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it lies on a topic; `broker_time_ms` is the broker's append time, milliseconds since 1970."""

    topic: str
    partition: int
    offset: int
    broker_time_ms: int
    key: bytes | None
    value: bytes | None
    headers: dict[str, bytes]


def read(
    kafka: str,
    topic: str,
    *,
    follow: bool = False,
    start: dict[int, int] | None = None,
    timeout_s: float = DEFAULT_TIMEOUT_S,
) -> Iterator[Message]:
    """The messages of `topic`, in order within each partition.

    Args:
        follow: go on with new messages until the caller stops; else stop at what was the end when reading began.
        start: the first offset of each partition; the beginning where not said.
        timeout_s: how long the broker may be silent while messages are outstanding.

    Raises:
        KitError: the topic is not there, or the broker goes away.
    """
    ends = end_offsets(kafka, topic, timeout_s)
    try:
        consumer = KafkaConsumer(
            bootstrap_servers=kafka.split(","),
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            check_crcs=False,  # the client computes them in Python at 2 MB/s, and TCP has its own
            max_partition_fetch_bytes=_MAX_BATCH_BYTES,
            bootstrap_timeout_ms=int(timeout_s * 1000),
            reconnect_backoff_max_ms=_RECONNECT_MS,
        )
        try:
            _seek(consumer, topic, ends, start or {})
            yield from _Reader(kafka, topic, consumer, timeout_s).messages(None if follow else ends)
        finally:
            consumer.close(timeout_ms=1000)
    except KafkaError as error:
        raise KitError(f"Reading {topic} from Kafka at {kafka} failed: {error}.") from None


def last_messages(kafka: str, topic: str, timeout_s: float = DEFAULT_TIMEOUT_S) -> list[Message]:
    """The newest message of each partition, where there is one.

    Raises:
        KitError: as `read`.
    """
    ends = end_offsets(kafka, topic, timeout_s)
    start = {partition: end - 1 for partition, end in ends.items() if end}
    newest = {message.partition: message for message in read(kafka, topic, start=start, timeout_s=timeout_s)}
    return list(newest.values())


def _seek(consumer: Any, topic: str, ends: dict[int, int], start: dict[int, int]) -> None:
    partitions = [TopicPartition(topic, partition) for partition in ends]
    consumer.assign(partitions)
    consumer.seek_to_beginning(*partitions)
    for partition, offset in start.items():
        consumer.seek(TopicPartition(topic, partition), offset)


class _Reader:
    """Polls a consumer and notices, which the consumer itself does not, when the broker is gone."""

    def __init__(self, kafka: str, topic: str, consumer: Any, timeout_s: float) -> None:
        self._kafka = kafka
        self._topic = topic
        self._consumer = consumer
        self._timeout_s = timeout_s

    def messages(self, ends: dict[int, int] | None) -> Iterator[Message]:
        heard_s = time.monotonic()
        while ends is None or self._outstanding(ends):
            polled = self._consumer.poll(timeout_ms=int(_POLL_S * 1000))
            for partition, records in polled.items():
                until = None if ends is None else ends[partition.partition]
                yield from (_message(record) for record in records if until is None or record.offset < until)
            if polled:
                heard_s = time.monotonic()
            elif time.monotonic() - heard_s > self._timeout_s:
                self._check_silence(ends)
                heard_s = time.monotonic()

    def _outstanding(self, ends: dict[int, int]) -> bool:
        return any(
            self._consumer.position(TopicPartition(self._topic, partition), timeout_ms=int(self._timeout_s * 1000))
            < end
            for partition, end in ends.items()
        )

    def _check_silence(self, ends: dict[int, int] | None) -> None:
        """Silence is fine while following a quiet topic, as long as the topic is still there."""
        end_offsets(self._kafka, self._topic, self._timeout_s)
        if ends is not None:
            raise KitError(f"Kafka at {self._kafka} sent nothing of {self._topic} for {self._timeout_s:g} s.")


def _message(record: Any) -> Message:
    return Message(
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        broker_time_ms=record.timestamp,
        key=record.key,
        value=record.value,
        headers=dict(record.headers),
    )
