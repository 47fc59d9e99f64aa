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

DELIVERY_TIMEOUT_S = 20.0  # a broker that restarts within it loses nothing, one that does not is an error
_REQUEST_TIMEOUT_S = 10.0
SETTLE_TIMEOUT_S = DELIVERY_TIMEOUT_S + _REQUEST_TIMEOUT_S  # by then the client has judged every message
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
            KitError: it is gone; the sentence is for the caller to finish.
        """
        try:
            self._future.get(timeout_s)
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
            raise KitError(f"Kafka does not answer for topic {self._topic}: {error}.") from None


@contextmanager
def open_transport(kafka: str, topic: str) -> Iterator[Transport]:
    """A transport with the broker's own message limit.

    A message above it is refused here: a batch that the broker refuses takes its neighbours in flight with it.

    Raises:
        KitError: the broker does not answer, or the topic is not there.
    """
    limit_bytes = max_message_bytes(kafka, topic)
    producer = KafkaProducer(
        bootstrap_servers=kafka.split(","),
        acks="all",
        enable_idempotence=True,
        max_request_size=limit_bytes,
        batch_size=min(_BATCH_BYTES, limit_bytes),
        request_timeout_ms=int(_REQUEST_TIMEOUT_S * 1000),
        delivery_timeout_ms=int(DELIVERY_TIMEOUT_S * 1000),
        max_block_ms=int(_REQUEST_TIMEOUT_S * 1000),
    )
    try:
        yield Transport(producer, topic)
    finally:
        with suppress(KafkaError):  # what it could not deliver has been reported already
            producer.close(timeout=_CLOSE_TIMEOUT_S)
