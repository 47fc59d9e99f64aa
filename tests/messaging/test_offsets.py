"""End offsets are asked for again and again, also of topics and brokers that go and come back."""

import threading
from pathlib import Path

import psutil
import pytest
from kafka import KafkaProducer  # type: ignore[import-untyped]  # kafka-python ships no types

from mysimbdp.contracts import Topics
from mysimbdp.errors import KitError
from mysimbdp.messaging import EndOffsets, create_topics, delete_topics
from mysimbdp.service.platform import Platform
from mysimbdp.settings import load_settings

TOPICS = Topics("ends")
ELSEWHERE = {"mongodb": "mongodb://127.0.0.1:1", "spark": "local[1]"}  # so that the instance is a broker only


def test_what_was_sent_since_is_seen(platform: Platform) -> None:
    kafka = platform.endpoints().kafka
    create_topics(kafka, TOPICS, 2)
    with EndOffsets(kafka) as ends, KafkaProducer(bootstrap_servers=kafka) as producer:
        assert ends.of(TOPICS.measurements) == {0: 0, 1: 0}
        producer.send(TOPICS.measurements, b"one", partition=1).get(timeout=10)
        assert ends.of(TOPICS.measurements) == {0: 0, 1: 1}


def test_a_topic_may_go_and_come_back(platform: Platform) -> None:
    kafka = platform.endpoints().kafka
    topics = Topics("ends-remade")
    create_topics(kafka, topics, 3)
    with EndOffsets(kafka) as ends:
        assert len(ends.of(topics.measurements)) == 3
        delete_topics(kafka, topics.all())
        with pytest.raises(KitError, match="There is no topic measurements-ends-remade"):
            ends.of(topics.measurements)
        create_topics(kafka, topics, 2)
        assert ends.of(topics.measurements) == {0: 0, 1: 0}


def test_a_broker_may_go_and_come_back(tmp_path: Path) -> None:
    with Platform(load_settings(home=tmp_path / "home", **ELSEWHERE)) as broker:
        kafka = broker.endpoints().kafka
        create_topics(kafka, TOPICS, 1)
        threads = threading.active_count()
        with EndOffsets(kafka, timeout_s=5) as ends:
            assert ends.of(TOPICS.measurements) == {0: 0}
            process = psutil.Process(broker.processes()["kafka"]["pid"])
            process.kill()
            process.wait(10)
            with pytest.raises(KitError, match="Kafka is not reachable"):
                ends.of(TOPICS.measurements)
            assert threading.active_count() == threads  # nobody goes on trying
            broker.up()
            assert ends.of(TOPICS.measurements) == {0: 0}


def test_it_may_be_opened_while_the_broker_is_away() -> None:
    with EndOffsets("127.0.0.1:1") as ends, pytest.raises(KitError, match="Kafka is not reachable"):
        ends.of(TOPICS.measurements)
