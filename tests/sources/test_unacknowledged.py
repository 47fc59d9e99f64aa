"""What is under way is bounded in number and event time, and counted once when it is settled."""

from typing import Any

import pytest
from kafka import TopicPartition  # type: ignore[import-untyped]  # kafka-python ships no types
from kafka.errors import KafkaTimeoutError, MessageSizeTooLargeError  # type: ignore[import-untyped]
from kafka.producer.future import FutureProduceResult, FutureRecordMetadata  # type: ignore[import-untyped]

from mysimbdp.errors import KitError
from mysimbdp.sources.transport.kafka_python import KafkaPythonDelivery
from mysimbdp.sources.unacknowledged import Unacknowledged
from mysimbdp.sources.wrong_data import Kind

SECOND_US = 1_000_000
MAX_MESSAGES = 100


class Sent:
    """A message whose fate a test decides; the futures are the client's own."""

    def __init__(self) -> None:
        self._batch: Any = FutureProduceResult(TopicPartition("some", 0))
        self.delivery = KafkaPythonDelivery(FutureRecordMetadata(self._batch, 0, None, None, 0, 0, 0))

    def acknowledge(self) -> None:
        self._batch.success((0, 0, None))

    def fail(self, error: Exception) -> None:
        self._batch.failure(error)


def under_way(*clocks_s: int, span_s: int | None = 60, kind: Kind = Kind.CLEAN) -> tuple[Unacknowledged, list[Sent]]:
    unacknowledged = Unacknowledged(0.05, MAX_MESSAGES, None if span_s is None else span_s * SECOND_US)
    messages = [Sent() for _ in clocks_s]
    for clock_s, message in zip(clocks_s, messages, strict=True):
        unacknowledged.add(clock_s * SECOND_US, kind, message.delivery)
    return unacknowledged, messages


@pytest.mark.parametrize(
    ("clocks_s", "span_s", "next_s", "must_wait"),
    [
        ([], 60, 1000, False),
        ([100], 60, 100, False),
        ([100], 60, 160, False),
        ([100], 60, 161, True),
        ([100, 150, 160], 60, 161, True),
        ([100], None, 10_000, False),
        ([0] * MAX_MESSAGES, None, 0, True),
        ([0] * (MAX_MESSAGES - 1), None, 0, False),
    ],
)
def test_there_is_room_within_the_span_of_event_time_and_the_number(
    clocks_s: list[int], span_s: int | None, next_s: int, must_wait: bool
) -> None:
    unacknowledged, _ = under_way(*clocks_s, span_s=span_s)
    if must_wait:
        with pytest.raises(KitError):  # nobody confirms, so that waiting ends in this
            unacknowledged.make_room(next_s * SECOND_US)
    else:
        unacknowledged.make_room(next_s * SECOND_US)
        assert unacknowledged.acknowledged.total() == 0


def test_room_is_there_once_the_oldest_have_been_confirmed() -> None:
    unacknowledged, messages = under_way(100, 150, 200)
    messages[0].acknowledge()
    messages[1].acknowledge()
    unacknowledged.make_room(260 * SECOND_US)
    assert unacknowledged.acknowledged == {Kind.CLEAN: 2}


def test_each_is_counted_once_by_its_kind() -> None:
    unacknowledged, messages = under_way(1, 2, 3, kind=Kind.MISSING)
    messages[0].acknowledge()
    messages[2].acknowledge()
    unacknowledged.reap()
    assert unacknowledged.acknowledged == {Kind.MISSING: 1}
    messages[1].acknowledge()
    unacknowledged.drain()
    unacknowledged.drain()
    assert unacknowledged.acknowledged == {Kind.MISSING: 3}


def test_a_refused_message_is_counted_apart_and_stops_nothing() -> None:
    unacknowledged, messages = under_way(1, 2)
    messages[0].fail(MessageSizeTooLargeError())
    messages[1].acknowledge()
    unacknowledged.drain()
    assert (unacknowledged.refused, unacknowledged.acknowledged) == (1, {Kind.CLEAN: 1})


def test_a_broker_that_is_gone_is_an_error_and_what_arrived_behind_it_is_still_counted() -> None:
    unacknowledged, messages = under_way(1, 2, 3, 4)
    messages[0].acknowledge()
    messages[1].fail(KafkaTimeoutError())
    messages[3].acknowledge()
    with pytest.raises(KitError, match="stopped confirming"):
        unacknowledged.drain()
    unacknowledged.give_up()
    assert unacknowledged.acknowledged == {Kind.CLEAN: 2}


def test_waiting_for_all_ends_after_its_timeout() -> None:
    unacknowledged, _ = under_way(1)
    with pytest.raises(KitError, match="stopped confirming"):
        unacknowledged.drain(timeout_s=0.1)
