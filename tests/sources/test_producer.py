"""The producer against a real broker: what arrives is what was meant, and the summary says so."""

import json
import os
import signal
import threading
from collections import Counter, defaultdict
from itertools import accumulate
from pathlib import Path
from random import random
from typing import Any, get_args

import pytest

from mysimbdp.contracts import MAX_EVENT_TIME_HEADER, POLLUTION_TYPES, Topics
from mysimbdp.decoding import decode, event_time_us
from mysimbdp.errors import KitError
from mysimbdp.messaging import Message, create_topics, end_offsets, max_message_bytes, read
from mysimbdp.service.platform import Platform
from mysimbdp.sources import ProduceOptions, produce
from mysimbdp.sources.producer import REPLAY_SPAN_US
from mysimbdp.sources.recordings import SAMPLES, read_recording
from mysimbdp.sources.transport import Client
from mysimbdp.sources.wrong_data import EXTRA_FIELD, WrongShares
from tests.sources.conftest import measurement, write_lines

HOUR = SAMPLES / "aberdeen_2019-05-18_21h.jsonl.gz"
NOBODY = "127.0.0.1:1"
both_transports = pytest.mark.parametrize("transport", get_args(Client))


@pytest.fixture(scope="module")
def kafka(platform: Platform) -> str:
    return platform.endpoints().kafka


@pytest.fixture
def suffix(request: pytest.FixtureRequest, kafka: str) -> str:
    """Topics of this test's own, with three partitions."""
    suffix = f"producer{abs(hash(request.node.name)) % 10**9}"
    create_topics(kafka, Topics(suffix), partitions=3)
    return suffix


def sent(kafka: str, suffix: str) -> list[Message]:
    """What lies on the topic, in the order in which the broker appended it."""
    return sorted(read(kafka, Topics(suffix).measurements), key=lambda message: message.broker_time_ms)


def replay(path: Path, suffix: str, **options: Any) -> ProduceOptions:
    return ProduceOptions(mode="replay", recording=path, topic_suffix=suffix, **options)


def clock_ms(message: Message) -> int:
    return int(message.headers[MAX_EVENT_TIME_HEADER])


@both_transports
def test_a_replay_brings_every_record_with_its_bytes_under_its_key_in_its_order(
    kafka: str, suffix: str, transport: Client
) -> None:
    summary = produce(kafka, replay(HOUR, suffix, transport=transport))
    recorded, arrived = defaultdict(list), defaultdict(list)
    for raw, record in read_recording(HOUR):
        recorded[str(record["sensor"]["id"]).encode()].append(raw)
    for message in read(kafka, Topics(suffix).measurements):
        arrived[message.key].append(message.value)
    assert arrived == recorded
    assert (summary.offered, summary.sent, summary.acknowledged, summary.refused) == (1062, 1062, 1062, 0)
    assert summary.delivered.clean == 1062
    assert summary.transport == transport


def test_the_messages_of_a_sensor_lie_on_one_partition_whichever_transport_brought_them(
    kafka: str, suffix: str
) -> None:
    for transport in get_args(Client):
        produce(kafka, replay(HOUR, suffix, transport=transport))
    partitions = defaultdict(set)
    for message in sent(kafka, suffix):
        partitions[message.key].add(message.partition)
    assert all(len(found) == 1 for found in partitions.values())
    assert set().union(*partitions.values()) == {0, 1, 2}


@both_transports
def test_the_header_carries_the_largest_valid_timestamp_so_far(
    kafka: str, suffix: str, tmp_path: Path, transport: Client
) -> None:
    minutes = [None, "1999-01-01 00:00:00", "05", "03", "2999-01-01 00:00:00", "yesterday", "04", "06", "05"]
    stamps = [f"2019-05-18 21:{minute}:00" if minute and len(minute) == 2 else minute for minute in minutes]
    records = [measurement(number, timestamp=stamp, id=number) for number, stamp in enumerate(stamps)]
    produce(kafka, replay(write_lines(tmp_path / "some.jsonl", *records), suffix, transport=transport))
    by_id = {json.loads(message.value or b"")["id"]: message for message in sent(kafka, suffix)}
    headers = [by_id[number].headers.get(MAX_EVENT_TIME_HEADER) for number in range(len(stamps))]
    start_ms = 1_558_213_200_000
    expected = [None, None, *(start_ms + minute * 60_000 for minute in (5, 5, 5, 5, 5, 6, 6))]
    assert headers == [None if time_ms is None else str(time_ms).encode() for time_ms in expected]


@both_transports
def test_a_replay_never_lets_a_partition_run_ahead_in_event_time(kafka: str, suffix: str, transport: Client) -> None:
    """Once a message is appended, none that lies more than a minute before it is still to come."""
    produce(kafka, replay(HOUR, suffix, transport=transport))
    messages = sent(kafka, suffix)
    furthest_ms = list(accumulate((clock_ms(message) for message in messages), max))
    behind_ms = [
        furthest - clock_ms(message)
        for furthest, earlier, message in zip(furthest_ms, messages, messages[1:], strict=False)
        if earlier.broker_time_ms < message.broker_time_ms
    ]
    assert max(behind_ms) <= REPLAY_SPAN_US / 1000


@both_transports
def test_a_live_source_delivers_the_shares_it_counts(kafka: str, suffix: str, transport: Client) -> None:
    options: dict[str, Any] = {"rate_per_s": 2000, "count": 1000, "transport": transport, "topic_suffix": suffix}
    summary = produce(kafka, ProduceOptions(wrong=WrongShares(wrong_type=0.2, missing=0.1, extra=0.3), **options))
    assert summary.delivered.model_dump() == {"clean": 0, **_kinds(sent(kafka, suffix))}
    assert sum(summary.delivered.model_dump().values()) == summary.acknowledged == 1000


def _kinds(messages: list[Message]) -> dict[str, int]:
    """What the decoder of the stream app finds in the messages."""
    kinds: Counter[str] = Counter()
    for message in messages:
        judged = decode(message.value, message.broker_time_ms * 1000)
        if not judged.accepted:
            kinds["missing"] += 1
        elif judged.extra_fields:
            kinds["extra"] += EXTRA_FIELD.encode() in (message.value or b"")
        else:
            kinds["clean" if {kind for kind, _ in judged.readings} & set(POLLUTION_TYPES) else "wrong_type"] += 1
    return dict(kinds)


def test_live_timestamps_lie_within_the_delay_before_the_broker_got_them(kafka: str, suffix: str) -> None:
    produce(kafka, ProduceOptions(rate_per_s=500, count=200, max_delay_s=10, sensors=40, topic_suffix=suffix))
    messages = sent(kafka, suffix)
    records = [json.loads(message.value or b"") for message in messages]
    for message, record in zip(messages, records, strict=True):
        time_us = event_time_us(record, message.broker_time_ms * 1000)
        assert time_us is not None
        assert -1000 <= message.broker_time_ms - time_us / 1000 < 20_000
        assert clock_ms(message) >= time_us // 1000
    assert len({record["sensor"]["id"] for record in records}) == 40
    assert len({record["id"] for record in records}) == 200


def test_with_a_time_factor_hours_of_event_time_end_with_the_sending(kafka: str, suffix: str) -> None:
    options: dict[str, Any] = {"rate_per_s": 200, "count": 201, "max_delay_s": 0, "topic_suffix": suffix}
    produce(kafka, ProduceOptions(time_factor=3600, **options))
    messages = sorted(sent(kafka, suffix), key=lambda message: int(json.loads(message.value or b"")["id"]))
    first, last = messages[0], messages[-1]
    assert clock_ms(last) - clock_ms(first) == 3600 * 1000
    assert clock_ms(last) <= last.broker_time_ms + 1


@both_transports
def test_a_record_above_the_brokers_limit_is_refused_and_counted_and_the_rest_goes_on(
    kafka: str, suffix: str, tmp_path: Path, transport: Client
) -> None:
    limit_bytes = max_message_bytes(kafka, Topics(suffix).measurements)
    sizes = [10, limit_bytes - 1000, limit_bytes, 10, 5 * limit_bytes, 10]
    records = [measurement(number, filler="x" * size) for number, size in enumerate(sizes)]
    options = replay(write_lines(tmp_path / "some.jsonl", *records), suffix, delivery_timeout_s=5, transport=transport)
    summary = produce(kafka, options)
    assert (summary.offered, summary.acknowledged, summary.refused) == (6, 4, 2)
    assert summary.delivered.clean == 4
    assert sorted(message.key or b"" for message in sent(kafka, suffix)) == [b"0", b"1", b"3", b"5"]


def minutes_of(path: Path, *minutes: int | None) -> Path:
    """A recording with a measurement in each of these minutes after nine; None: with a time that nobody accepts."""
    stamps = ["yesterday" if minute is None else f"2019-05-18 21:{minute:02}:00" for minute in minutes]
    return write_lines(path, *(measurement(number, timestamp=stamp) for number, stamp in enumerate(stamps)))


def test_a_recording_that_is_older_than_what_the_topic_carries_is_sent_with_a_warning(
    kafka: str, suffix: str, tmp_path: Path
) -> None:
    """An app that has read the topic would drop all of it without a word."""
    produce(kafka, replay(minutes_of(tmp_path / "newer.jsonl", 16, 10), suffix))
    older = produce(kafka, replay(minutes_of(tmp_path / "older.jsonl", None, 10, 40), suffix))
    assert older.acknowledged == 3
    assert f"Topic measurements-{suffix} carried newer times than where older.jsonl begins" in (older.warning or "")


@pytest.mark.parametrize("first", [11, 16, 50])
def test_a_recording_that_goes_on_where_the_topic_ends_needs_no_warning(
    kafka: str, suffix: str, tmp_path: Path, first: int
) -> None:
    produce(kafka, replay(minutes_of(tmp_path / "earlier.jsonl", 10, 16), suffix))
    assert produce(kafka, replay(minutes_of(tmp_path / "later.jsonl", first, 0), suffix)).warning is None


def test_neither_a_live_source_nor_a_recording_without_times_is_ever_too_old(
    kafka: str, suffix: str, tmp_path: Path
) -> None:
    summaries = [
        produce(kafka, ProduceOptions(count=1, max_delay_s=0, topic_suffix=suffix)),
        produce(kafka, replay(minutes_of(tmp_path / "timeless.jsonl", None), suffix)),
        produce(kafka, ProduceOptions(count=1, max_delay_s=86_400, topic_suffix=suffix)),
    ]
    assert [summary.warning for summary in summaries] == [None] * 3


def test_progress_hears_of_every_acknowledged_message(kafka: str, suffix: str) -> None:
    heard: list[tuple[int, int]] = []
    produce(kafka, replay(HOUR, suffix), progress=lambda *numbers: heard.append(numbers))
    assert heard == sorted(heard)
    assert heard[-1] == (1062, 1062)


@both_transports
def test_interrupted_it_tells_what_was_acknowledged(kafka: str, suffix: str, transport: Client) -> None:
    def interrupt(acknowledged: int, _: int) -> None:
        if acknowledged >= 50:
            raise KeyboardInterrupt

    options = ProduceOptions(rate_per_s=200, topic_suffix=suffix, transport=transport)
    summary = produce(kafka, options, progress=interrupt)
    assert summary.interrupted
    assert 50 <= summary.acknowledged == len(sent(kafka, suffix)) == summary.offered < 12_000


@both_transports
def test_a_ctrl_c_at_any_moment_leaves_no_message_uncounted(kafka: str, suffix: str, transport: Client) -> None:
    for number in range(10):
        options = ProduceOptions(rate_per_s=5_000, topic_suffix=f"{suffix}-{number}", transport=transport)
        hurried: list[threading.Timer] = []

        def interrupt_soon(_acknowledged: int, _total: int, hurried: list[threading.Timer] = hurried) -> None:
            if not hurried:
                hurried.append(threading.Timer(0.05 + random() / 10, os.kill, (os.getpid(), signal.SIGINT)))
                hurried[0].start()

        summary = produce(kafka, options, progress=interrupt_soon)
        assert summary.interrupted
        assert summary.acknowledged == summary.sent == sum(end_offsets(kafka, options.topic).values())


def test_the_summary_in_json_has_what_scripts_read(kafka: str, suffix: str) -> None:
    summary = json.loads(produce(kafka, ProduceOptions(count=20, seed=5, topic_suffix=suffix)).model_dump_json())
    assert {name: summary[name] for name in ("mode", "seed", "offered", "sent", "acknowledged", "refused")} == {
        "mode": "live",
        "seed": 5,
        "offered": 20,
        "sent": 20,
        "acknowledged": 20,
        "refused": 0,
    }
    assert summary["delivered"] == {"clean": 20, "wrong_type": 0, "missing": 0, "extra": 0}
    assert summary["achieved_rate_per_s"] == pytest.approx(20 / summary["duration_s"])
    assert 0 <= summary["p99_lateness_ms"] <= summary["max_lateness_ms"]


def test_a_producer_leaves_no_thread_behind(kafka: str, suffix: str) -> None:
    before = threading.active_count()
    produce(kafka, ProduceOptions(count=1, topic_suffix=suffix))
    assert threading.active_count() == before


def test_nothing_is_made_on_the_broker_for_a_recording_that_cannot_be_read(kafka: str, tmp_path: Path) -> None:
    with pytest.raises(KitError, match="cannot be read"):
        produce(kafka, replay(tmp_path / "none.jsonl", "unmade"))
    with pytest.raises(KitError, match="There is no topic measurements-unmade"):
        list(read(kafka, "measurements-unmade"))


def test_without_a_broker_the_sentence_names_it() -> None:
    with pytest.raises(KitError, match=r"Kafka is not reachable \(127\.0\.0\.1:1 Connection refused\)"):
        produce(NOBODY, ProduceOptions(count=1))
