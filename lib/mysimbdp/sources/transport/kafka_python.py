"""By kafka-python: plain Python, at most some 10,000 messages a second."""

from collections import deque
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
from mysimbdp.sources.transport.interface import BATCH_BYTES, RECONNECT_MS, Failed, Headers, RefusedError

_CLOSE_TIMEOUT_S = 2.0

_OF_THIS_RECORD = (MessageSizeTooLargeError, RecordListTooLargeError, InvalidRecordError)


class KafkaPythonTransport:
    """Sends to one topic."""

    max_under_way = 10_000  # the client's own buffer has no bound

    def __init__(self, producer: Any, topic: str) -> None:
        self._producer = producer
        self._topic = topic
        self._sent: deque[tuple[Any, Failed]] = deque()  # futures of the client, in the order of sending

    def send(self, value: bytes, key: bytes | None, headers: Headers, failed: Failed) -> None:
        try:
            future = self._producer.send(self._topic, value=value, key=key, headers=headers)
        except _OF_THIS_RECORD as error:
            raise RefusedError(str(error)) from None
        except KafkaError as error:
            raise KitError(f"Kafka does not answer for topic {self._topic} ({type(error).__name__})") from None
        self._sent.append((future, failed))

    def under_way(self) -> int:
        while self._sent and self._sent[0][0].is_done:
            _tell(*self._sent.popleft())
        return len(self._sent)

    def settle(self, timeout_s: float) -> None:
        with suppress(KafkaError):  # what became of each message, its future says
            self._producer.flush(timeout_s)

    def give_up(self) -> None:
        while self._sent:
            _tell(*self._sent.popleft())


def _tell(future: Any, failed: Failed) -> None:
    """Call `failed` unless the message has arrived."""
    try:
        future.get(0)
    except _OF_THIS_RECORD as error:
        failed(RefusedError(str(error)))
    except KafkaError as error:
        failed(KitError(f"Kafka stopped confirming messages ({type(error).__name__})"))


@contextmanager
def open_kafka_python(
    kafka: str, topic: str, limit_bytes: int, delivery_timeout_s: float
) -> Iterator[KafkaPythonTransport]:
    """A transport that refuses what is larger than `limit_bytes` on its own.

    Raises:
        KitError: the broker does not answer.
    """
    producer = _connect(kafka, limit_bytes, int(delivery_timeout_s * 1000))
    try:
        with suppress(KafkaError):  # where they cannot be learned, sending says so
            producer.partitions_for(topic)  # else the first message would wait for them
        yield KafkaPythonTransport(producer, topic)
    finally:
        _close(producer)


def _connect(kafka: str, limit_bytes: int, delivery_timeout_ms: int) -> Any:
    try:
        return KafkaProducer(
            bootstrap_servers=kafka.split(","),
            acks="all",
            enable_idempotence=True,
            max_request_size=limit_bytes,
            batch_size=min(BATCH_BYTES, limit_bytes),
            reconnect_backoff_max_ms=RECONNECT_MS,
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
