"""A load generator is `produce` in a process of its own, which does not outlive whoever started it."""

import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from mysimbdp.errors import KitError, UsageError
from mysimbdp.messaging import end_offsets
from mysimbdp.service.platform import Platform
from mysimbdp.sources import Generator, ProduceOptions
from mysimbdp.sources.generator.lines import Outcome, Request, parse

NOBODY = "127.0.0.1:1"

STARTING = """
import sys
from mysimbdp.sources import Generator, ProduceOptions
generator = Generator.start(sys.argv[1], ProduceOptions(topic_suffix="orphan"))
generator.wait(lambda *_: print(generator.pid, flush=True))
"""


@pytest.fixture(scope="module")
def kafka(platform: Platform) -> str:
    return platform.endpoints().kafka


def test_it_returns_what_produce_returns_and_tells_of_its_progress(kafka: str) -> None:
    heard: list[tuple[int, int]] = []
    options = ProduceOptions(rate_per_s=10_000, count=3000, topic_suffix="generator")
    with Generator.start(kafka, options) as generator:
        summary = generator.wait(lambda *numbers: heard.append(numbers))
    assert (summary.acknowledged, summary.transport) == (3000, "confluent")
    assert sum(end_offsets(kafka, options.topic).values()) == 3000
    assert heard == sorted(heard)
    assert heard[-1] == (3000, 3000)


def test_it_works_outside_this_process_while_nobody_waits(kafka: str) -> None:
    with Generator.start(kafka, ProduceOptions(rate_per_s=1000, count=500, topic_suffix="alone")) as generator:
        process = psutil.Process(generator.pid)
        assert process.ppid() == psutil.Process().pid
        process.wait(60)
        assert generator.wait() == generator.wait()


def test_stopped_it_tells_what_was_acknowledged(kafka: str) -> None:
    class EnoughError(Exception):
        pass

    def enough(acknowledged: int, _total: int) -> None:
        if acknowledged >= 50:
            raise EnoughError

    options = ProduceOptions(rate_per_s=500, topic_suffix="stopped")
    with Generator.start(kafka, options) as generator:
        with pytest.raises(EnoughError):
            generator.wait(enough)
        summary = generator.stop()
    assert summary.interrupted
    assert 50 <= summary.acknowledged == sum(end_offsets(kafka, options.topic).values()) < 30_000


def test_a_recording_that_cannot_be_read_is_the_users_error_there_too(kafka: str, tmp_path: Path) -> None:
    with (
        Generator.start(kafka, ProduceOptions(recording=tmp_path / "none.jsonl")) as generator,
        pytest.raises(UsageError, match="cannot be read"),
    ):
        generator.wait()


def test_without_a_broker_the_sentence_names_it() -> None:
    with (
        Generator.start(NOBODY, ProduceOptions(count=1)) as generator,
        pytest.raises(KitError, match=r"Kafka is not reachable \(127\.0\.0\.1:1"),
    ):
        generator.wait()


def test_a_process_that_was_killed_is_told_of_every_time(kafka: str) -> None:
    with Generator.start(kafka, ProduceOptions(topic_suffix="dead")) as generator:
        psutil.Process(generator.pid).kill()
        for _ in range(2):
            with pytest.raises(KitError, match=r"The load generator ended by itself \(exit code -9\)"):
                generator.wait()


def test_a_process_that_says_something_else_is_told_of() -> None:
    said = subprocess.Popen([sys.executable, "-c", "print('no line of it')"], stdout=subprocess.PIPE, text=True)
    with tempfile.TemporaryFile("w+") as complaints, pytest.raises(KitError, match="ended by itself"):
        Generator(said, complaints).wait()


def test_leaving_the_context_ends_it(kafka: str) -> None:
    with Generator.start(kafka, ProduceOptions(topic_suffix="left")) as generator:
        pass
    assert not psutil.pid_exists(generator.pid)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has the leash")
def test_it_dies_with_the_process_that_started_it(kafka: str) -> None:
    with subprocess.Popen([sys.executable, "-c", STARTING, kafka], stdout=subprocess.PIPE, text=True) as owner:
        assert owner.stdout
        generator = psutil.Process(int(owner.stdout.readline()))
        generator.suspend()  # so that it cannot notice by itself that nobody listens
        owner.kill()
    try:
        generator.wait(10)
    finally:
        with suppress(psutil.NoSuchProcess):
            generator.kill()


@pytest.mark.parametrize("by", ["argument", "standard input"])
def test_by_hand_it_reads_its_request_and_ends_with_the_outcome(by: str) -> None:
    request = Request(kafka=NOBODY, options=ProduceOptions(count=1)).model_dump_json()
    command = [sys.executable, "-m", "mysimbdp.sources.generator", *([request] if by == "argument" else [])]
    given = None if by == "argument" else request
    ended = subprocess.run(command, input=given, capture_output=True, text=True, timeout=60, check=False)
    outcome = parse(ended.stdout.splitlines()[-1])
    assert isinstance(outcome, Outcome)
    assert "Kafka is not reachable" in (outcome.error or "")
    assert (ended.returncode, ended.stderr) == (1, "")
