"""Instances that share a topic: as many as asked for, and another number of them loses and doubles nothing."""

from pathlib import Path

import pytest

from mysimbdp import verification
from mysimbdp.errors import KitError
from mysimbdp.messaging import end_offsets
from mysimbdp.service.platform import Platform
from tests.conftest import SAMPLES
from tests.pipeline.conftest import Pipeline, parts_of, pipeline

HOUR = SAMPLES / "aberdeen_2019-05-18_21h.jsonl.gz"


def queries(running: Pipeline) -> set[str]:
    return {batch for app in running.platform.apps() if app.name == running.stream for batch in app.counts}


def test_more_instances_and_fewer_lose_and_double_nothing(platform: Platform, tmp_path: Path) -> None:
    with pipeline(platform, "instances", partitions=4) as running:
        running.start_ingest()
        for part, instances in zip(parts_of(HOUR, 3, tmp_path), (1, 2, 1), strict=True):
            running.start_stream(instances=instances)
            running.replay(part)
            platform.wait_until_caught_up(running.stream, 240)
            platform.stop_app(running.stream)
        platform.wait_until_caught_up(running.ingest, 240)
        expected = verification.expected_reports(HOUR)
        assert verification.differences(expected, running.reports()).is_empty()
        assert queries(running) == {"analytics", "analytics-0of2.1", "analytics-1of2.1", "analytics.2"}


def test_every_instance_needs_a_partition_of_its_own(platform: Platform) -> None:
    with pipeline(platform, "many", partitions=1) as running:
        assert len(end_offsets(running.kafka, running.topics.measurements)) == 1
        with pytest.raises(KitError, match="has 1 partitions, too few for 2 instances"):
            running.start_stream(instances=2)
