"""What a producer asks of a Kafka client."""

from typing import Literal, Protocol

Client = Literal["kafka-python", "confluent"]
Headers = list[tuple[str, str | bytes | None]]

RECONNECT_MS = 500  # the clients would wait up to 10 or 30 s, longer than a broker needs to restart
BATCH_BYTES = 64 * 1024


class RefusedError(Exception):
    """The broker does not take this message, and would not at another try; others are not affected."""


class Delivery(Protocol):
    """A message under way."""

    @property
    def settled(self) -> bool:
        """Whether its fate is known."""

    def confirm(self) -> None:
        """Return if the broker has confirmed.

        Raises:
            RefusedError: it does not take this message.
            KitError: it is gone, or has said nothing yet; the caller has the counts, and finishes the sentence.
        """


class Transport(Protocol):
    """Sends to one topic; use `open_transport`."""

    max_under_way: int  # messages that its caller may leave unsettled

    def send(self, value: bytes, key: bytes | None, headers: Headers) -> Delivery:
        """Hand a message to the client, which sends it on by itself.

        Raises:
            RefusedError: the message is above the broker's limit.
            KitError: the broker is gone, or the topic's partitions cannot be learned.
        """
