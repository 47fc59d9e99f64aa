"""A load generator is `produce` in a process of its own, which does not outlive whoever started it."""

import os
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from mysimbdp.contracts import Topics
from mysimbdp.errors import KitError, UsageError
from mysimbdp.messaging import await_messages, create_topics, end_offsets
from mysimbdp.service.platform import Platform
from mysimbdp.sources import Generator, ProduceOptions
from mysimbdp.sources.generator.lines import Outcome, Request, parse

NOBODY = "127.0.0.1:1"

STARTING = """
import sys
from mysimbdp.sources import Generator, ProduceOptions
generator = Generator.start(sys.argv[1])
generator.offer(ProduceOptions(topic_suffix="orphan"))
generator.wait(lambda *_: print(generator.pid, flush=True))
"""


@pytest.fixture(scope="module")
def kafka(platform: Platform) -> str:
    return platform.endpoints().kafka


def test_it_returns_what_produce_returns_and_tells_of_its_progress(kafka: str) -> None:
    heard: list[tuple[int, int]] = []
    options = ProduceOptions(rate_per_s=10_000, count=3000, topic_suffix="generator")
    with Generator.start(kafka) as generator:
        generator.offer(options)
        summary = generator.wait(lambda *numbers: heard.append(numbers))
    assert (summary.acknowledged, summary.transport) == (3000, "confluent")
    assert sum(end_offsets(kafka, options.topic).values()) == 3000
    assert heard == sorted(heard)
    assert heard[-1] == (3000, 3000)


def test_it_works_outside_this_process_while_nobody_waits(kafka: str) -> None:
    options = ProduceOptions(rate_per_s=1000, count=500, topic_suffix="alone")
    with Generator.start(kafka) as generator:
        assert psutil.Process(generator.pid).ppid() == psutil.Process().pid
        create_topics(kafka, Topics("alone"))
        generator.offer(options)
        await_messages(kafka, options.topic, 500)
        assert generator.wait() == generator.wait()


def test_one_process_offers_one_load_after_the_other(kafka: str) -> None:
    with Generator.start(kafka) as generator:
        for suffix, rate_per_s, transport in [("first", 10_000, "confluent"), ("second", 1000, "kafka-python")]:
            options = ProduceOptions(count=300, rate_per_s=rate_per_s, topic_suffix=suffix)
            generator.offer(options)
            summary = generator.wait()
            assert (summary.acknowledged, summary.transport) == (300, transport)
            assert sum(end_offsets(kafka, options.topic).values()) == 300


def test_a_load_that_was_stopped_or_refused_leaves_the_process_to_the_next(kafka: str, tmp_path: Path) -> None:
    with Generator.start(kafka) as generator:
        os.mkfifo(tmp_path / "silent.jsonl")  # reading it waits for somebody who writes
        generator.offer(ProduceOptions(recording=tmp_path / "silent.jsonl"))
        with pytest.raises(KitError, match="stopped before it could say"):
            generator.stop()
        generator.offer(ProduceOptions(recording=tmp_path / "none.jsonl"))
        with pytest.raises(UsageError, match="cannot be read"):
            generator.wait()
        generator.offer(ProduceOptions(rate_per_s=500, count=50, topic_suffix="ended"))
        assert (generator.wait().acknowledged, generator.stop().interrupted) == (50, False)


def test_stopped_it_tells_what_was_acknowledged(kafka: str) -> None:
    class EnoughError(Exception):
        pass

    def enough(acknowledged: int, _total: int) -> None:
        if acknowledged >= 50:
            raise EnoughError

    options = ProduceOptions(rate_per_s=500, topic_suffix="stopped")
    with Generator.start(kafka) as generator:
        generator.offer(options)
        with pytest.raises(EnoughError):
            generator.wait(enough)
        summary = generator.stop()
    assert summary.interrupted
    assert 50 <= summary.acknowledged == sum(end_offsets(kafka, options.topic).values()) < 30_000


def test_without_a_broker_the_sentence_names_it() -> None:
    with Generator.start(NOBODY) as generator:
        generator.offer(ProduceOptions(count=1))
        with pytest.raises(KitError, match=r"Kafka is not reachable \(127\.0\.0\.1:1"):
            generator.wait()


def test_a_process_that_was_killed_is_told_of_every_time(kafka: str) -> None:
    options = ProduceOptions(topic_suffix="dead")
    with Generator.start(kafka) as generator:
        generator.offer(options)
        psutil.Process(generator.pid).kill()
        for is_offered_again in (False, False, True):
            if is_offered_again:
                generator.offer(options)
            with pytest.raises(KitError, match=r"The load generator ended by itself \(exit code -9\)"):
                generator.wait()


def test_a_process_that_says_something_else_is_told_of() -> None:
    command = [sys.executable, "-c", "print('no line of it')"]
    said = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    with Generator(NOBODY, said, tempfile.TemporaryFile("w+")) as generator:
        generator.offer(ProduceOptions(count=1))
        with pytest.raises(KitError, match="ended by itself"):
            generator.wait()


def test_leaving_the_context_ends_it(kafka: str) -> None:
    with Generator.start(kafka) as generator:
        generator.offer(ProduceOptions(topic_suffix="left"))
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


def test_by_hand_it_reads_its_requests_and_ends_with_them() -> None:
    requests = [Request(kafka=NOBODY, options=ProduceOptions(count=count)).model_dump_json() for count in (1, 2)]
    command = [sys.executable, "-m", "mysimbdp.sources.generator"]
    given = "\n".join(requests)
    ended = subprocess.run(command, input=given, capture_output=True, text=True, timeout=60, check=False)
    outcomes = [line for line in map(parse, ended.stdout.splitlines()) if isinstance(line, Outcome)]
    assert len(outcomes) == 2
    assert all("Kafka is not reachable" in (outcome.error or "") for outcome in outcomes)
    assert (ended.returncode, ended.stderr) == (1, "")
