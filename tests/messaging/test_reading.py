"""A topic is read to its end, or followed, each message once."""

import threading
from collections import defaultdict
from collections.abc import Sequence

import pytest
from kafka import KafkaProducer  # type: ignore[import-untyped]  # kafka-python ships no types

from mysimbdp.contracts import Topics
from mysimbdp.errors import KitError
from mysimbdp.messaging import create_topics, delete_topics, end_offsets, last_messages, read
from mysimbdp.service.platform import Platform

PARTITIONS = 3


@pytest.fixture(scope="module")
def kafka(platform: Platform) -> str:
    return platform.endpoints().kafka


@pytest.fixture
def topics(request: pytest.FixtureRequest, kafka: str) -> Topics:
    topics = Topics(f"reading{abs(hash(request.node.name)) % 10**9}")
    create_topics(kafka, topics, PARTITIONS)
    return topics


def send(
    kafka: str,
    topic: str,
    *values: bytes | None,
    keys: Sequence[bytes | None] | None = None,
    headers: list[tuple[str, bytes]] | None = None,
    partition: int | None = None,
) -> None:
    """Send messages to one partition, or to all in turn, with these keys, or else their numbers."""
    producer = KafkaProducer(bootstrap_servers=kafka, max_request_size=2**23)
    keys = [b"%d" % number for number in range(len(values))] if keys is None else keys
    for number, (value, key) in enumerate(zip(values, keys, strict=True)):
        there = number % PARTITIONS if partition is None else partition
        producer.send(topic, value, key=key, partition=there, headers=headers)
    producer.close()


def test_every_message_comes_once_and_in_the_order_of_its_partition(kafka: str, topics: Topics) -> None:
    values = [b"%d" % number for number in range(2000)]
    send(kafka, topics.report, *values)
    found = defaultdict(list)
    for message in read(kafka, topics.report):
        found[message.partition].append((message.offset, message.value, message.key))
    for partition in range(PARTITIONS):
        assert found[partition] == [(i, v, v) for i, v in enumerate(values[partition::PARTITIONS])]


def test_an_empty_topic_has_no_messages(kafka: str, topics: Topics) -> None:
    assert list(read(kafka, topics.report)) == []


def test_tombstones_and_headers_come_through(kafka: str, topics: Topics) -> None:
    send(kafka, topics.report, None, headers=[("some", b"thing")])
    (message,) = read(kafka, topics.report)
    assert (message.value, message.headers, message.topic) == (None, {"some": b"thing"}, topics.report)


def test_the_last_message_of_each_partition_that_has_one(kafka: str, topics: Topics) -> None:
    assert last_messages(kafka, topics.report) == []
    send(kafka, topics.report, b"0", b"1", None, b"3")
    send(kafka, topics.alert, b"0", b"1")
    found = {message.partition: message.value for message in last_messages(kafka, topics.report)}
    assert found == {0: b"3", 1: b"1", 2: None}
    assert sorted(message.partition for message in last_messages(kafka, topics.alert)) == [0, 1]


def test_messages_larger_than_a_fetch_come_through(kafka: str, topics: Topics) -> None:
    large = b"x" * (4 * 1024 * 1024 - 1000)
    send(kafka, topics.quarantine, large, b"small", b"small", large)
    assert sorted(len(message.value or b"") for message in read(kafka, topics.quarantine)) == sorted(
        [len(large), 5, 5, len(large)]
    )


def test_reading_starts_at_the_offsets_given(kafka: str, topics: Topics) -> None:
    send(kafka, topics.report, *(b"%d" % number for number in range(12)))
    start = {0: 3, 1: 4, 2: 1}
    found = [(message.partition, message.offset) for message in read(kafka, topics.report, start=start)]
    assert sorted(found) == [(0, 3), (2, 1), (2, 2), (2, 3)]


def test_without_follow_it_stops_at_what_was_the_end(kafka: str, topics: Topics) -> None:
    """Also where one partition has come to its end while others are still being read."""
    first = [b"first"] * 2000
    send(kafka, topics.report, *first)
    messages = read(kafka, topics.report)
    values = [next(messages).value]
    send(kafka, topics.report, *(b"second" for _ in range(PARTITIONS)))
    values += [message.value for message in messages]
    assert values == first


def test_following_waits_for_what_comes(kafka: str, topics: Topics) -> None:
    send(kafka, topics.report, b"first")
    messages = read(kafka, topics.report, follow=True)
    assert next(messages).value == b"first"
    threading.Timer(1, send, (kafka, topics.report, b"second")).start()
    assert next(messages).value == b"second"


def test_following_survives_silence_longer_than_the_timeout(kafka: str, topics: Topics) -> None:
    messages = read(kafka, topics.report, follow=True, timeout_s=2)
    threading.Timer(5, send, (kafka, topics.report, b"late")).start()
    assert next(messages).value == b"late"


def test_following_a_topic_that_is_deleted_is_an_error(kafka: str, topics: Topics) -> None:
    send(kafka, topics.report, b"first")
    messages = read(kafka, topics.report, follow=True, timeout_s=3)
    next(messages)
    delete_topics(kafka, [topics.report])
    with pytest.raises(KitError, match=f"There is no topic {topics.report}"):
        next(messages)


def test_a_topic_that_is_not_there_is_an_error(kafka: str) -> None:
    with pytest.raises(KitError, match="There is no topic nothing"):
        next(read(kafka, "nothing"))


def test_a_reader_that_is_dropped_leaves_no_thread(kafka: str, topics: Topics) -> None:
    send(kafka, topics.report, b"first")
    before = threading.active_count()
    messages = read(kafka, topics.report, follow=True)
    next(messages)
    messages.close()  # type: ignore[attr-defined]  # it is a generator
    assert threading.active_count() == before


def test_reading_moves_no_offsets(kafka: str, topics: Topics) -> None:
    send(kafka, topics.report, b"first")
    assert len(list(read(kafka, topics.report))) == len(list(read(kafka, topics.report))) == 1
    assert sum(end_offsets(kafka, topics.report).values()) == 1
