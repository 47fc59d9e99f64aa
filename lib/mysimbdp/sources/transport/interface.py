"""What a producer asks of a Kafka client."""

from collections.abc import Callable
from typing import Literal, Protocol

Client = Literal["kafka-python", "confluent"]
Headers = list[tuple[str, str | bytes | None]]

RECONNECT_MS = 500  # the clients would wait up to 10 or 30 s, longer than a broker needs to restart
BATCH_BYTES = 64 * 1024


class RefusedError(Exception):
    """The broker does not take this message, and would not at another try; others are not affected."""


# Hears why a message is not on the topic: a RefusedError, or a KitError where the broker is gone. Of that its receiver,
# who has the counts, makes a whole sentence.
Failed = Callable[[Exception], None]


class Transport(Protocol):
    """Sends to one topic; use `open_transport`. Most messages arrive, so only failures are told of one by one."""

    max_under_way: int  # messages that its caller may have under way

    def send(self, value: bytes, key: bytes | None, headers: Headers, failed: Failed) -> None:
        """Hand a message to the client, which sends it on by itself; `failed` is called if it does not arrive.

        Raises:
            RefusedError: the message is above the broker's limit; it was not sent.
            KitError: the broker is gone, or the topic's partitions cannot be learned.
        """

    def under_way(self) -> int:
        """How many messages may still arrive or fail; of those that have failed, `failed` was called by now."""

    def settle(self, timeout_s: float) -> None:
        """Send at once what is under way, and wait until it has arrived or failed, at most so long."""

    def give_up(self) -> None:
        """Take what is under way for lost, and say so to its `failed`."""
