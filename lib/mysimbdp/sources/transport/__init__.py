"""The way of a producer's messages to Kafka: confirmed by the broker, bounded in time, by either of two clients."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from mysimbdp.messaging import max_message_bytes
from mysimbdp.sources.transport.confluent import open_confluent
from mysimbdp.sources.transport.interface import Client, Failed, Headers, RefusedError, Transport
from mysimbdp.sources.transport.kafka_python import open_kafka_python

__all__ = ["Client", "Failed", "Headers", "RefusedError", "Transport", "open_transport"]

_OPEN: dict[Client, Callable[[str, str, int, float], AbstractContextManager[Transport]]] = {
    "kafka-python": open_kafka_python,
    "confluent": open_confluent,
}


def open_transport(
    kafka: str, topic: str, client: Client, delivery_timeout_s: float
) -> AbstractContextManager[Transport]:
    """A transport with the broker's own message limit; what is not confirmed in `delivery_timeout_s` has failed.

    A message above the limit is refused here: a batch that the broker refuses takes its neighbours in flight with it.

    Raises:
        KitError: the broker does not answer, or the topic is not there.
    """
    return _OPEN[client](kafka, topic, max_message_bytes(kafka, topic), delivery_timeout_s)
