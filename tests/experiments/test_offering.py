"""A load that is stopped once there is enough of it, with a real generator."""

from mysimbdp.contracts import Topics
from mysimbdp.experiments.offering import wait_until_enough
from mysimbdp.messaging import create_topics, delete_topics
from mysimbdp.service.platform import Platform
from mysimbdp.sources import Generator, ProduceOptions, Summary

RATE_PER_S = 1000


def offered(platform: Platform, count: int, enough: bool) -> Summary:
    kafka, topics = platform.endpoints().kafka, Topics("-offering")
    load = ProduceOptions(count=count, rate_per_s=RATE_PER_S, sensors=10, topic_suffix=topics.suffix)
    create_topics(kafka, topics, 1)
    try:
        with Generator.start(kafka) as generator:
            generator.offer(load)
            return wait_until_enough(generator, RATE_PER_S, lambda: enough)
    finally:
        delete_topics(kafka, topics.all())


def test_a_load_is_stopped_once_there_is_enough_of_it(platform: Platform) -> None:
    summary = offered(platform, count=100 * RATE_PER_S, enough=True)
    assert summary.interrupted
    assert 0 < summary.acknowledged < 100 * RATE_PER_S


def test_a_load_that_is_never_enough_is_offered_to_its_end(platform: Platform) -> None:
    summary = offered(platform, count=2 * RATE_PER_S, enough=False)
    assert (summary.interrupted, summary.acknowledged) == (False, 2 * RATE_PER_S)


def test_a_load_that_is_nearly_done_is_left_alone(platform: Platform) -> None:
    summary = offered(platform, count=RATE_PER_S - 1, enough=True)
    assert (summary.interrupted, summary.acknowledged) == (False, RATE_PER_S - 1)
