"""A broker that goes away: an error with counts within bounded time, or no loss at all when it comes back."""

import json
import threading
from collections.abc import Callable, Iterator
from typing import get_args

import psutil
import pytest

from mysimbdp.errors import KitError
from mysimbdp.messaging import end_offsets, read
from mysimbdp.service.platform import Platform
from mysimbdp.settings import load_settings
from mysimbdp.sources import ProduceError, ProduceOptions, produce
from mysimbdp.sources.transport import Client

ELSEWHERE = {"mongodb": "mongodb://127.0.0.1:1", "spark": "local[1]"}  # so that the instance is a broker only
both_transports = pytest.mark.parametrize("transport", get_args(Client))


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """A broker of these tests' own, which they may kill."""
    settings = load_settings(home=tmp_path_factory.mktemp("broker") / "home", **ELSEWHERE)
    with Platform(settings) as platform:
        yield platform


@pytest.fixture(autouse=True)
def _up(broker: Platform) -> None:
    broker.up()


def broker_process(broker: Platform) -> psutil.Process:
    return psutil.Process(broker.processes()["kafka"]["pid"])


def kill(process: psutil.Process) -> None:
    process.kill()
    process.wait(10)


class Meanwhile:
    """A progress callback that acts once, in a thread of its own, when so many messages are acknowledged."""

    def __init__(self, acknowledged: int, act: Callable[[], object]) -> None:
        self._acknowledged = acknowledged
        self._thread = threading.Thread(target=act)

    def __call__(self, acknowledged: int, _total: int) -> None:
        if acknowledged >= self._acknowledged and self._thread.ident is None:
            self._thread.start()

    def join(self) -> None:
        self._thread.join()


@both_transports
def test_a_broker_killed_in_the_middle_is_an_error_that_counts_what_arrived(
    broker: Platform, transport: Client, capfd: pytest.CaptureFixture[str]
) -> None:
    suffix = f"killed-{transport}"
    options = ProduceOptions(rate_per_s=500, topic_suffix=suffix, delivery_timeout_s=2, transport=transport)
    threads = threading.active_count()
    kafka = broker.endpoints().kafka
    process = broker_process(broker)
    with pytest.raises(ProduceError, match=r"stopped confirming messages.*: \d+ of 30000 messages") as broke:
        produce(kafka, options, Meanwhile(200, lambda: kill(process)))
    summary = broke.value.summary
    assert 200 <= summary.acknowledged < summary.sent <= summary.offered < 30_000
    assert summary.delivered.clean == summary.acknowledged
    assert threading.active_count() == threads
    assert capfd.readouterr().err == ""
    broker.up()
    assert sum(end_offsets(kafka, options.topic).values()) >= summary.acknowledged


@both_transports
def test_a_broker_that_hangs_is_the_same_error(broker: Platform, transport: Client) -> None:
    suffix = f"hanging-{transport}"
    options = ProduceOptions(rate_per_s=500, topic_suffix=suffix, delivery_timeout_s=2, transport=transport)
    process = broker_process(broker)
    try:
        with pytest.raises(ProduceError, match="stopped confirming messages"):
            produce(broker.endpoints().kafka, options, Meanwhile(200, process.suspend))
    finally:
        process.resume()


@both_transports
@pytest.mark.parametrize("mode", ["live", "replay"])
def test_a_broker_that_restarts_in_time_loses_and_doubles_nothing(
    broker: Platform, mode: str, transport: Client
) -> None:
    process = broker_process(broker)

    def restart() -> None:
        kill(process)
        broker.up()

    restarting = Meanwhile(500, restart)
    kafka = broker.endpoints().kafka
    suffix = f"{mode}-{transport}"
    given = {"mode": mode, "rate_per_s": 1000, "count": 4000, "topic_suffix": suffix, "delivery_timeout_s": 200}
    options = ProduceOptions.parse(given | {"transport": transport})
    summary = produce(kafka, options, restarting)
    restarting.join()
    ids = [json.loads(message.value or b"")["id"] for message in read(kafka, options.topic)]
    assert len(ids) == len(set(ids)) == summary.acknowledged == 4000


def test_a_reader_is_told_that_the_broker_is_gone(broker: Platform) -> None:
    kafka = broker.endpoints().kafka
    produce(kafka, ProduceOptions(rate_per_s=1000, count=50, topic_suffix="read"))
    messages = read(kafka, "measurements-read", follow=True, timeout_s=3)
    assert len([next(messages) for _ in range(50)]) == 50
    kill(broker_process(broker))
    with pytest.raises(KitError, match="Kafka is not reachable"):
        next(messages)


def test_a_readers_broker_that_restarts_goes_on_where_it_was(broker: Platform) -> None:
    kafka = broker.endpoints().kafka
    options = ProduceOptions(rate_per_s=1000, count=50, topic_suffix="reread")
    produce(kafka, options)
    messages = read(kafka, "measurements-reread", follow=True)
    seen = [next(messages).value for _ in range(50)]
    kill(broker_process(broker))
    broker.up()
    produce(kafka, options)
    seen += [next(messages).value for _ in range(50)]
    assert len(set(seen)) == 100
