"""Kafka without its details: topics, offsets, readers; the only client import beside the producer's transport."""

import logging

from mysimbdp.messaging.offsets import EndOffsets
from mysimbdp.messaging.probe import DEFAULT_TIMEOUT_S, ping
from mysimbdp.messaging.reading import Message, last_messages, read
from mysimbdp.messaging.topics import (
    DEFAULT_PARTITIONS,
    QUARANTINE_MAX_BYTES,
    await_messages,
    create_topics,
    delete_topics,
    end_offsets,
    max_message_bytes,
    topic_id,
)

__all__ = [
    "DEFAULT_PARTITIONS",
    "DEFAULT_TIMEOUT_S",
    "QUARANTINE_MAX_BYTES",
    "EndOffsets",
    "Message",
    "await_messages",
    "create_topics",
    "delete_topics",
    "end_offsets",
    "last_messages",
    "max_message_bytes",
    "ping",
    "read",
    "topic_id",
]

# The clients report a broker that is away in dozens of log lines; the kit says it once, as a KitError.
for client in ("kafka", "confluent_kafka"):
    logging.getLogger(client).addHandler(logging.NullHandler())
