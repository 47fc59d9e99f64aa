"""Topics are made as the contracts say, and only once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from kafka.admin import KafkaAdminClient  # type: ignore[import-untyped]  # kafka-python ships no types

from mysimbdp.contracts import Topics
from mysimbdp.errors import KitError, UsageError
from mysimbdp.messaging import (
    DEFAULT_PARTITIONS,
    await_messages,
    create_topics,
    delete_topics,
    end_offsets,
    max_message_bytes,
    read,
    topic_id,
)
from mysimbdp.service.platform import Platform
from mysimbdp.sources import ProduceOptions, produce


@pytest.fixture(scope="module")
def kafka(platform: Platform) -> str:
    return platform.endpoints().kafka


@pytest.mark.parametrize(("partitions", "made"), [(None, DEFAULT_PARTITIONS), (1, 1), (7, 7)])
def test_all_topics_of_a_pipeline_are_made(kafka: str, partitions: int | None, made: int) -> None:
    topics = Topics(f"made{made}")
    create_topics(kafka, topics, partitions)
    for topic in topics.all():
        assert end_offsets(kafka, topic) == dict.fromkeys(range(made), 0)


def test_making_them_again_changes_nothing(kafka: str) -> None:
    topics = Topics("twice")
    create_topics(kafka, topics, 3)
    before = topic_id(kafka, topics.measurements)
    create_topics(kafka, topics)
    create_topics(kafka, topics, 3)
    assert topic_id(kafka, topics.measurements) == before


def test_another_number_of_partitions_is_refused_and_nothing_made(kafka: str) -> None:
    topics = Topics("other")
    create_topics(kafka, topics, 2)
    delete_topics(kafka, [topics.alert])
    with pytest.raises(UsageError, match="Topic measurements-other exists with 2 partitions, not 3"):
        create_topics(kafka, topics, 3)
    with pytest.raises(KitError, match="There is no topic alert-other"):
        end_offsets(kafka, topics.alert)


def test_a_topic_that_is_not_there_is_told_with_what_makes_it(kafka: str) -> None:
    with pytest.raises(KitError, match="There is no topic absent: `mysimbdp produce`, `mysimbdp app start`"):
        topic_id(kafka, "absent")


def test_messages_are_awaited_until_there_are_enough_and_not_longer_than_told(kafka: str) -> None:
    topics = Topics("awaited")
    create_topics(kafka, topics, 2)
    with ThreadPoolExecutor() as threads:
        arrived = threads.submit(await_messages, kafka, topics.measurements, 20, timeout_s=30.0)
        produce(kafka, ProduceOptions(rate_per_s=100.0, count=20, topic_suffix="awaited"))
        assert arrived.result() == 20
    assert await_messages(kafka, topics.measurements, 21, timeout_s=0.0) == 20


def make_as_a_stranger(kafka: str, topic: str, **config: str) -> None:
    with KafkaAdminClient(bootstrap_servers=kafka) as admin:
        admin.create_topics({topic: {"num_partitions": 1, "configs": config}})
        admin.wait_for_topics([topic])


@pytest.mark.parametrize("name", ["measurements", "quarantine"])
def test_a_topic_whose_times_are_the_senders_is_refused_and_nothing_made(kafka: str, name: str) -> None:
    topics = Topics(f"senders-{name}")
    make_as_a_stranger(kafka, f"{name}-{topics.suffix}", **{"message.timestamp.type": "CreateTime"})
    with pytest.raises(UsageError, match=f"Topic {name}-{topics.suffix} .*=CreateTime.*another suffix.*kafka-configs"):
        create_topics(kafka, topics)
    with pytest.raises(KitError, match=f"There is no topic {topics.report}"):
        topic_id(kafka, topics.report)


def test_a_topic_that_has_the_brokers_time_by_the_brokers_default_is_taken(kafka: str) -> None:
    topics = Topics("default")
    make_as_a_stranger(kafka, topics.measurements)
    create_topics(kafka, topics)
    assert len(end_offsets(kafka, topics.measurements)) == 1


def test_messages_get_the_brokers_time(kafka: str) -> None:
    produce(kafka, ProduceOptions(count=5, max_delay_s=3600, topic_suffix="brokertime"))
    times_ms = [message.broker_time_ms for message in read(kafka, "measurements-brokertime")]
    assert max(times_ms) - min(times_ms) < 60_000


def test_a_quarantined_message_may_be_larger_than_a_measurement(kafka: str) -> None:
    topics = Topics("large")
    create_topics(kafka, topics)
    assert max_message_bytes(kafka, topics.quarantine) >= 4 * max_message_bytes(kafka, topics.measurements) - 200


def test_a_topic_made_again_has_another_id(kafka: str) -> None:
    topics = Topics("again")
    create_topics(kafka, topics)
    before = topic_id(kafka, topics.report)
    delete_topics(kafka, topics.all())
    create_topics(kafka, topics)
    assert topic_id(kafka, topics.report) != before


def test_deleting_what_is_not_there_is_no_error(kafka: str) -> None:
    delete_topics(kafka, ["nothing-of-this-name"])


def test_a_name_that_kafka_refuses_is_an_error_in_its_words(kafka: str) -> None:
    with pytest.raises(KitError, match="longer than the max allowed length"):
        create_topics(kafka, Topics("x" * 300))
