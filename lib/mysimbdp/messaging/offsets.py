"""End offsets asked for again and again, by one client that is kept open."""

from types import TracebackType

from kafka.admin import KafkaAdminClient  # type: ignore[import-untyped]  # kafka-python ships no types

from mysimbdp.errors import KitError
from mysimbdp.messaging.probe import DEFAULT_TIMEOUT_S, ping
from mysimbdp.messaging.topics import ends_of, open_admin, telling_of_kafka


class EndOffsets:
    """Asks a Kafka for end offsets, for the use of one thread.

    A broker may be away when it is opened and later: each question is a new try.
    """

    def __init__(self, kafka: str, timeout_s: float = DEFAULT_TIMEOUT_S) -> None:
        self._kafka = kafka
        self._timeout_s = timeout_s
        self._client: KafkaAdminClient | None = None

    def __enter__(self) -> "EndOffsets":
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the client; the next question opens another."""
        if self._client:
            self._client.close()
            self._client = None

    def of(self, topic: str) -> dict[int, int]:
        """The offset that the next message of each partition will get.

        Raises:
            KitError: the broker does not answer within the time-out, or there is no such topic.
        """
        self._require_broker()
        with telling_of_kafka(self._kafka, self._timeout_s):
            self._client = self._client or open_admin(self._kafka, self._timeout_s)
            return ends_of(self._client, topic)

    def _require_broker(self) -> None:
        """Raise KitError at once where nobody listens; the client would go on trying, in a thread of its own."""
        try:
            ping(self._kafka, self._timeout_s)
        except KitError:
            self.close()
            raise
