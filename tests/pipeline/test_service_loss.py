"""A service that is killed under running apps costs time, not data."""

import os
import signal
from pathlib import Path

import psutil

from mysimbdp.service.platform import Platform
from tests.pipeline.conftest import Pipeline, parts_of, pipeline
from tests.pipeline.test_replay import HOUR, assert_equal_to_the_independent_computation


def kill(platform: Platform, service: str) -> None:
    """SIGKILL a service and wait until it is gone."""
    pid = next(found.pid for found in platform.status().services if found.name == service)
    assert pid
    process = psutil.Process(pid)
    os.kill(pid, signal.SIGKILL)
    process.wait(30)


def start_what_has_ended(running: Pipeline) -> None:
    """What a user does who reads in `app list` that an app has failed."""
    alive = {app.name for app in running.platform.apps() if app.state == "running"}
    if running.stream not in alive:
        running.start_stream()
    if running.ingest not in alive:
        running.start_ingest()


def test_after_each_store_was_killed_and_started_again_nothing_is_missing(platform: Platform, tmp_path: Path) -> None:
    parts = iter(parts_of(HOUR, 4, tmp_path))
    with pipeline(platform, "lost", partitions=3) as running:
        running.start()
        for service in ("kafka", "mongodb"):
            running.replay(next(parts))  # so that a batch is under way
            kill(platform, service)
            lost = next(found for found in platform.status().services if found.name == service)
            assert (lost.state, lost.reason) == ("dead", "killed by SIGKILL")
            platform.up()
            running.replay(next(parts))
            start_what_has_ended(running)
            running.settle()
        assert_equal_to_the_independent_computation(running, HOUR)
