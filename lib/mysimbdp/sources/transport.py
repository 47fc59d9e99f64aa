"""The way of a producer's messages to Kafka: confirmed by the broker, bounded in time."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from kafka import KafkaProducer  # type: ignore[import-untyped]  # kafka-python ships no types
from kafka.errors import (  # type: ignore[import-untyped]
    InvalidRecordError,
    KafkaError,
    MessageSizeTooLargeError,
    RecordListTooLargeError,
)

from mysimbdp.errors import KitError
from mysimbdp.messaging import max_message_bytes

_RECONNECT_MS = 500  # the client would wait up to 30 s, longer than a broker needs to restart
_CLOSE_TIMEOUT_S = 2.0
_BATCH_BYTES = 64 * 1024

_OF_THIS_RECORD = (MessageSizeTooLargeError, RecordListTooLargeError, InvalidRecordError)


class RefusedError(Exception):
    """The broker does not take this message, and would not at another try; others are not affected."""


class Delivery:
    """A message under way."""

    __slots__ = ("_future",)

    def __init__(self, future: Any) -> None:
        self._future = future

    @property
    def settled(self) -> bool:
        return bool(self._future.is_done)

    def wait(self, timeout_s: float) -> None:
        """Return once the broker has confirmed.

        Raises:
            RefusedError: it does not take this message.
            KitError: it is gone; the caller has the counts, and finishes the sentence.
        """
        try:
            self._future.get(max(timeout_s, 0.0))
        except _OF_THIS_RECORD as error:
            raise RefusedError(str(error)) from None
        except KafkaError as error:
            raise KitError(f"Kafka stopped confirming messages ({type(error).__name__})") from None


class Transport:
    """Sends to one topic; use `open_transport`."""

    def __init__(self, producer: Any, topic: str) -> None:
        self._producer = producer
        self._topic = topic

    def send(self, value: bytes, key: bytes | None, headers: list[tuple[str, bytes]]) -> Delivery:
        """Hand a message to the client, which sends it on by itself.

        Raises:
            RefusedError: the message is above the broker's limit.
            KitError: the topic's partitions cannot be learned.
        """
        try:
            return Delivery(self._producer.send(self._topic, value=value, key=key, headers=headers))
        except _OF_THIS_RECORD as error:
            raise RefusedError(str(error)) from None
        except KafkaError as error:
            raise KitError(f"Kafka does not answer for topic {self._topic} ({type(error).__name__})") from None


@contextmanager
def open_transport(kafka: str, topic: str, delivery_timeout_s: float) -> Iterator[Transport]:
    """A transport with the broker's own message limit; what is not confirmed in `delivery_timeout_s` has failed.

    A message above the limit is refused here: a batch that the broker refuses takes its neighbours in flight with it.

    Raises:
        KitError: the broker does not answer, or the topic is not there.
    """
    producer = _connect(kafka, max_message_bytes(kafka, topic), int(delivery_timeout_s * 1000))
    try:
        with suppress(KafkaError):  # where they cannot be learned, sending says so
            producer.partitions_for(topic)  # else the first message would wait for them
        yield Transport(producer, topic)
    finally:
        _close(producer)


def _connect(kafka: str, limit_bytes: int, delivery_timeout_ms: int) -> Any:
    try:
        return KafkaProducer(
            bootstrap_servers=kafka.split(","),
            acks="all",
            enable_idempotence=True,
            max_request_size=limit_bytes,
            batch_size=min(_BATCH_BYTES, limit_bytes),
            reconnect_backoff_max_ms=_RECONNECT_MS,
            delivery_timeout_ms=delivery_timeout_ms,
            request_timeout_ms=delivery_timeout_ms // 2,  # time for a second try
            max_block_ms=delivery_timeout_ms,
        )
    except KafkaError as error:
        raise KitError(f"Kafka at {kafka} does not answer a producer: {error}.") from None


def _close(producer: Any) -> None:
    try:
        producer.close(timeout=_CLOSE_TIMEOUT_S)
    except KafkaError:
        # Without a broker close() gives up and leaves its thread at work for ever: give up its messages first.
        producer._sender.force_close()
        producer.close(timeout=_CLOSE_TIMEOUT_S)
