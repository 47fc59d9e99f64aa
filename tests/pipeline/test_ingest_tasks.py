"""In how many tasks the ingest app does a batch, whatever number of partitions it reads."""

from pathlib import Path
from urllib.request import urlopen

import orjson

from mysimbdp.apps.spec import last_state
from mysimbdp.service.platform import Platform
from tests.conftest import SAMPLES
from tests.pipeline.conftest import pipeline

HOUR = SAMPLES / "aberdeen_2019-05-18_21h.jsonl.gz"


def test_a_batch_of_ingest_is_done_in_as_many_tasks_as_asked_for(platform: Platform) -> None:
    with pipeline(platform, "tasks", partitions=4) as running:
        running.start_ingest(tasks=2)
        running.replay(HOUR)
        platform.wait_until_caught_up(running.ingest, 240)
        assert tasks_of_stages_that_read(platform.app_folder(running.ingest).path) == {2}


def tasks_of_stages_that_read(folder: Path) -> set[int]:
    """By Spark's REST API; a stage without records says nothing of how a batch is done."""
    state = last_state(folder)
    assert state
    with urlopen(f"{state.web}/api/v1/applications/{state.application}/stages") as answer:
        return {stage["numTasks"] for stage in orjson.loads(answer.read()) if stage["inputRecords"]}
