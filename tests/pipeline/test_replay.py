"""Whatever the partitions, and whatever is killed on the way, coredms equals the independent computation."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from mysimbdp import messaging, verification
from mysimbdp.apps.progress import finished_batches
from mysimbdp.contracts import DEFAULT_THRESHOLD
from mysimbdp.coredms import Document
from mysimbdp.errors import KitError
from mysimbdp.service.platform import Platform
from tests.conftest import SAMPLES
from tests.pipeline.conftest import Pipeline, lines, parts_of, pipeline

DAYS = SAMPLES / "aberdeen_2019-05-18_19.jsonl.gz"
HOUR = SAMPLES / "aberdeen_2019-05-18_21h.jsonl.gz"
NETWORK = SAMPLES / "network_2017-08-10.jsonl.gz"


def assert_equal_to_the_independent_computation(running: Pipeline, recording: Path) -> None:
    differences = verification.differences(verification.expected_reports(recording), running.reports())
    assert differences.is_empty(), differences
    with running.coredms() as database:
        assert database.measurements.count_documents({}) == len(set(lines(recording)))
        above = {found["_id"] for found in database.reports.find({"pollution_level": {"$gt": DEFAULT_THRESHOLD}})}
        assert {found["_id"] for found in database.alerts.find()} == above


def kill_driver(running: Pipeline, app: str) -> None:
    """SIGKILL the driver of an app, and wait until nothing of it runs."""
    pid = next(found.pid for found in running.platform.apps() if found.name == app)
    assert pid
    processes = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    os.kill(pid, signal.SIGKILL)
    _, alive = psutil.wait_procs(processes, timeout=30)
    assert not alive


def test_the_app_killed_three_times_during_a_replay_over_many_partitions_loses_nothing(
    platform: Platform, tmp_path: Path
) -> None:
    with pipeline(platform, "killed", partitions=16) as running:
        running.start()
        for part in parts_of(DAYS, 3, tmp_path):  # each kill has a part to itself, however long a start takes
            replay = threading.Thread(target=running.replay, args=(part,), kwargs={"rate_per_s": 1200})
            replay.start()
            wait_for_a_batch_with_messages(running)
            kill_driver(running, running.stream)
            assert next(app for app in platform.apps() if app.name == running.stream).reason == "killed by SIGKILL"
            running.start_stream()
            replay.join()
        running.settle()
        assert_equal_to_the_independent_computation(running, DAYS)
        assert running.counts(running.stream, "analytics")["late"] == 0
        assert running.counts(running.stream, "analytics")["dropped_by_watermark"] == 0


def wait_for_a_batch_with_messages(running: Pipeline) -> None:
    """Until the stream app has finished a batch of messages since it was last started."""
    folder = running.platform.app_log(running.stream).parent
    before = messages_finished(folder)
    deadline = time.monotonic() + 120
    while messages_finished(folder) == before:
        assert time.monotonic() < deadline
        time.sleep(0.2)


def messages_finished(folder: Path) -> int:
    return sum(batch["numInputRows"] for batch in finished_batches(folder))


def late_recording(path: Path) -> Path:
    """An hour of Aberdeen, with records that come again much later than they were taken."""
    hour = lines(HOUR)
    path.write_bytes(b"\n".join(hour + [line.replace(b'"id":9', b'"id":8', 1) for line in hour[:40]]) + b"\n")
    return path


def late_in(recording: Path) -> int:
    readings = verification.readings_of(recording)
    return len(readings) - len(verification.on_time(readings, 5))


def test_an_unordered_replay_on_one_partition_equals_the_independent_computation(platform: Platform) -> None:
    with pipeline(platform, "unordered", partitions=1) as running:
        running.start()
        running.replay(NETWORK)
        running.settle()
        assert_equal_to_the_independent_computation(running, NETWORK)
        assert running.counts(running.stream, "analytics")["late"] == late_in(NETWORK) == 0


@pytest.fixture(scope="module")
def late(platform: Platform, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Pipeline, Path]]:
    """A pipeline of three partitions that has met a recording with late readings, and the recording."""
    recording = late_recording(tmp_path_factory.mktemp("late") / "late.jsonl")
    with pipeline(platform, "late", partitions=3) as running:
        running.start()
        running.replay(recording)
        running.settle()
        yield running, recording


def test_late_readings_are_counted_and_in_no_window(late: tuple[Pipeline, Path]) -> None:
    running, recording = late
    assert_equal_to_the_independent_computation(running, recording)
    assert running.counts(running.stream, "analytics")["late"] == late_in(recording) > 0


def test_reading_everything_again_in_small_batches_changes_nothing(late: tuple[Pipeline, Path]) -> None:
    running, _ = late
    before = contents(running)
    running.platform.stop_app(running.ingest)
    running.start_ingest(fresh=True, max_batch_messages=500)
    running.settle()
    assert contents(running) == before
    batches = finished_batches(running.platform.app_log(running.ingest).parent)
    assert 0 < max(batch["numInputRows"] for batch in batches) <= 500


def test_a_topic_that_was_made_again_is_refused_until_a_fresh_start(late: tuple[Pipeline, Path]) -> None:
    running, _ = late
    running.stop()
    messaging.delete_topics(running.kafka, running.topics.all())
    messaging.create_topics(running.kafka, running.topics)
    with pytest.raises(KitError, match="was deleted and made again"):
        running.start_ingest(max_batch_messages=500)
    running.start_ingest(fresh=True)


def contents(running: Pipeline) -> dict[str, list[Document]]:
    with running.coredms() as database:
        return {name: list(database[name].find().sort("_id")) for name in ("measurements", "reports", "alerts")}
