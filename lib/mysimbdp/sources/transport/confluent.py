"""By confluent-kafka: a client in C with threads of its own, 100,000 messages a second and more."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache

from confluent_kafka import KafkaError, KafkaException, Message, Producer

from mysimbdp.errors import KitError
from mysimbdp.sources.transport.interface import BATCH_BYTES, RECONNECT_MS, Failed, Headers, RefusedError

_POLL_S = 0.1
_LINGER_MS = 5  # a batch of some fifty messages at 10,000 a second, against a request for each
_MAX_BUFFER_KB = 256 * 1024  # five seconds of 100,000 messages a second
_METADATA_TIMEOUT_S = 5.0
_PURGED_S = 1.0  # nothing is waited for but the client's own threads

# Around key and value: the head of a batch (61), of a record (21 at most), and the event-time header.
_AROUND_BYTES = 128
_SMALLEST_LIMIT_BYTES = 1000  # of the client

_OF_THIS_RECORD = (KafkaError.MSG_SIZE_TOO_LARGE, KafkaError.INVALID_RECORD)


class ConfluentTransport:
    """Sends to one topic."""

    max_under_way = 100_000

    def __init__(self, producer: Producer, topic: str, limit_bytes: int) -> None:
        self._producer = producer
        self._topic = topic
        self._largest_bytes = limit_bytes - _AROUND_BYTES

    def send(self, value: bytes, key: bytes | None, headers: Headers, failed: Failed) -> None:
        if len(value) + len(key or b"") > self._largest_bytes:
            raise RefusedError(f"a message of {len(value)} bytes")
        while True:
            try:
                self._producer.produce(self._topic, value, key, headers=headers, on_delivery=_telling(failed))
            except BufferError:  # full by bytes; delivery or its timeout makes room
                self._producer.poll(_POLL_S)
            except KafkaException as error:
                raise KitError(f"Kafka takes nothing for topic {self._topic} ({error.args[0].name()})") from None
            else:
                return

    def under_way(self) -> int:
        self._producer.poll(0)  # the client calls back only when polled
        return len(self._producer)

    def settle(self, timeout_s: float) -> None:
        self._producer.flush(timeout_s)

    def give_up(self) -> None:
        self._producer.purge()
        self._producer.flush(_PURGED_S)


@lru_cache(maxsize=16)  # a producer has one for each kind of message
def _telling(failed: Failed) -> Callable[[KafkaError | None, Message], None]:
    """`failed` as the client calls back."""

    def tell(error: KafkaError | None, _message: Message) -> None:
        assert error  # nothing else is reported
        if error.code() in _OF_THIS_RECORD:
            failed(RefusedError(error.str()))
        else:
            failed(KitError(f"Kafka stopped confirming messages ({error.name()})"))

    return tell


@contextmanager
def open_confluent(kafka: str, topic: str, limit_bytes: int, delivery_timeout_s: float) -> Iterator[ConfluentTransport]:
    """A transport that refuses what is larger than `limit_bytes` on its own; a key lies where kafka-python puts it."""
    producer = Producer(
        _config(kafka, limit_bytes, int(delivery_timeout_s * 1000)), logger=logging.getLogger("confluent_kafka")
    )
    try:
        with suppress(KafkaException):  # where they cannot be learned, delivery says so
            producer.list_topics(topic, _METADATA_TIMEOUT_S)  # else the first message would wait for them
        yield ConfluentTransport(producer, topic, limit_bytes)
    finally:
        producer.purge()  # else closing would wait for a broker that is gone
        producer.close()


def _config(kafka: str, limit_bytes: int, delivery_timeout_ms: int) -> dict[str, str | int | bool]:
    return {
        "bootstrap.servers": kafka,
        "acks": "all",
        "enable.idempotence": True,
        "delivery.report.only.error": True,
        "partitioner": "murmur2_random",
        "message.max.bytes": max(limit_bytes, _SMALLEST_LIMIT_BYTES),
        "batch.size": min(BATCH_BYTES, limit_bytes),
        "linger.ms": _LINGER_MS,
        "queue.buffering.max.messages": ConfluentTransport.max_under_way,
        "queue.buffering.max.kbytes": _MAX_BUFFER_KB,
        "reconnect.backoff.max.ms": RECONNECT_MS,
        "message.timeout.ms": delivery_timeout_ms,
        "socket.timeout.ms": delivery_timeout_ms // 2,  # time for a second try
    }
