"""A pipeline begins with nothing of an earlier run, and disturbs no other."""

from collections.abc import Iterator

import pytest

from mysimbdp import messaging, pipeline
from mysimbdp.contracts import Topics
from mysimbdp.service.platform import Platform
from mysimbdp.sources import ProduceOptions, produce
from tests.conftest import SAMPLES
from tests.service.conftest import python

TOPICS = Topics("anew")
VISITOR = """
import sys
from mysimbdp import pipeline
from mysimbdp.service.platform import Platform

platform = Platform()
platform.up()
pipeline.finish(platform, sys.argv[1], "never-started")
"""


def running(platform: Platform) -> list[str]:
    return [app.name for app in platform.apps() if app.pid]


@pytest.fixture
def app(platform: Platform) -> Iterator[str]:
    """A stream app that an earlier run has left on the topics."""
    platform.start_app("tenantstreamapp", {"topic_suffix": TOPICS.suffix}, name="left", fresh=True)
    yield "left"
    if "left" in running(platform):
        platform.stop_app("left")


@pytest.mark.parametrize("partitions", [1, 3, None])
def test_its_topics_are_empty_however_often_it_begins(platform: Platform, partitions: int | None) -> None:
    kafka = platform.endpoints().kafka
    pipeline.begin_anew(platform, TOPICS, partitions)
    assert messaging.end_offsets(kafka, TOPICS.measurements) == dict.fromkeys(range(partitions or 4), 0)
    recording = SAMPLES / "aberdeen_2019-05-18_21h.jsonl.gz"
    produce(kafka, ProduceOptions(mode="replay", recording=recording, count=20, topic_suffix=TOPICS.suffix))
    assert sum(messaging.end_offsets(kafka, TOPICS.measurements).values()) == 20


def test_apps_on_its_topics_are_stopped_and_those_on_others_are_not(platform: Platform, app: str) -> None:
    pipeline.begin_anew(platform, Topics("other"))
    assert running(platform) == [app]
    pipeline.begin_anew(platform, TOPICS)
    assert running(platform) == []


def test_finishing_stops_the_apps_that_run_and_leaves_a_platform_that_others_hold(platform: Platform, app: str) -> None:
    visitor = python(VISITOR, app)
    assert visitor.wait(120) == 0
    assert running(platform) == []
    assert {service.state for service in platform.status().services} == {"running"}
