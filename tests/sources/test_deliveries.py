"""What is under way is bounded in number and event time, and counted once by its kind."""

from typing import Any

import pytest
from kafka import TopicPartition  # type: ignore[import-untyped]  # kafka-python ships no types
from kafka.errors import KafkaTimeoutError, MessageSizeTooLargeError  # type: ignore[import-untyped]
from kafka.producer.future import FutureProduceResult, FutureRecordMetadata  # type: ignore[import-untyped]

from mysimbdp.errors import KitError
from mysimbdp.sources.deliveries import Deliveries
from mysimbdp.sources.outgoing import Outgoing
from mysimbdp.sources.transport.kafka_python import KafkaPythonTransport
from mysimbdp.sources.wrong_data import Kind

SECOND_US = 1_000_000
MOST = 100


class Client:
    """A client whose messages' fates a test decides; the futures are kafka-python's own."""

    def __init__(self) -> None:
        self._sent: list[Any] = []

    def send(self, _topic: str, **_message: object) -> Any:
        self._sent.append(FutureProduceResult(TopicPartition("some", 0)))
        return FutureRecordMetadata(self._sent[-1], 0, None, None, 0, 0, 0)

    def flush(self, _timeout_s: float) -> None:
        """Nothing that a test has not decided gets settled."""

    def acknowledge(self, message: int) -> None:
        self._sent[message].success((0, 0, None))

    def fail(self, message: int, error: Exception) -> None:
        self._sent[message].failure(error)


def sent(*clocks_s: int, span_s: int | None = 60, kind: Kind = Kind.CLEAN) -> tuple[Deliveries, Client]:
    client = Client()
    transport = KafkaPythonTransport(client, "some")
    transport.max_under_way = MOST
    deliveries = Deliveries(transport, 0.05, None if span_s is None else span_s * SECOND_US)
    for clock_s in clocks_s:
        send(deliveries, clock_s, kind)
    return deliveries, client


def send(deliveries: Deliveries, clock_s: int, kind: Kind = Kind.CLEAN) -> None:
    deliveries.send(Outgoing(b"", None, kind, None), clock_s * SECOND_US, [])


@pytest.mark.parametrize(
    ("clocks_s", "span_s", "next_s", "must_wait"),
    [
        ([], 60, 1000, False),
        ([100], 60, 100, False),
        ([100], 60, 160, False),
        ([100], 60, 161, True),
        ([100, 150, 160], 60, 161, True),
        ([100], None, 10_000, False),
        ([0] * MOST, None, 0, True),
        ([0] * (MOST - 1), None, 0, False),
    ],
)
def test_there_is_room_within_the_span_of_event_time_and_the_number(
    clocks_s: list[int], span_s: int | None, next_s: int, must_wait: bool
) -> None:
    deliveries, _ = sent(*clocks_s, span_s=span_s)
    if must_wait:
        with pytest.raises(KitError):  # nobody confirms, so that waiting ends in this
            send(deliveries, next_s)
    else:
        send(deliveries, next_s)
    assert deliveries.acknowledged_so_far == 0
    assert deliveries.sent == len(clocks_s) + (not must_wait)


def test_the_span_begins_anew_where_nothing_was_under_way() -> None:
    deliveries, client = sent(100, 150)
    client.acknowledge(0)
    client.acknowledge(1)
    send(deliveries, 161)
    send(deliveries, 221)
    with pytest.raises(KitError):
        send(deliveries, 222)


def test_room_is_there_again_once_messages_have_arrived() -> None:
    deliveries, client = sent(*[0] * MOST, span_s=None)
    for message in range(2):
        client.acknowledge(message)
    send(deliveries, 0)
    send(deliveries, 0)
    assert deliveries.acknowledged_so_far == 2
    with pytest.raises(KitError):
        send(deliveries, 0)


def test_each_is_counted_once_by_its_kind() -> None:
    deliveries, client = sent(1, 2, 3, kind=Kind.MISSING)
    client.acknowledge(0)
    client.acknowledge(2)
    deliveries.look()
    assert deliveries.acknowledged_so_far == 1  # the client tells in the order of sending
    client.acknowledge(1)
    deliveries.drain()
    deliveries.drain()
    assert deliveries.acknowledged == {Kind.MISSING: 3}
    assert deliveries.acknowledged_so_far == 3


def test_a_refused_message_is_counted_apart_and_stops_nothing() -> None:
    deliveries, client = sent(1, 2)
    client.fail(0, MessageSizeTooLargeError())
    client.acknowledge(1)
    deliveries.drain()
    assert (deliveries.refused, deliveries.acknowledged) == (1, {Kind.CLEAN: 1})


def test_a_broker_that_is_gone_is_an_error_and_what_arrived_behind_it_is_still_counted() -> None:
    deliveries, client = sent(1, 2, 3, 4)
    client.acknowledge(0)
    client.fail(1, KafkaTimeoutError())
    client.acknowledge(3)
    with pytest.raises(KitError, match="KafkaTimeoutError"):
        deliveries.drain()
    deliveries.give_up()
    assert deliveries.acknowledged == {Kind.CLEAN: 2}
    assert deliveries.acknowledged_so_far == 2


def test_waiting_for_all_ends_after_its_timeout() -> None:
    deliveries, _ = sent(1)
    with pytest.raises(KitError, match=r"stopped confirming messages \(timeout\)"):
        deliveries.drain(timeout_s=0.1)
