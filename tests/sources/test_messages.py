"""What is sent: values, keys and event times, before Kafka comes in."""

import json
from pathlib import Path
from typing import Any

import pytest

from mysimbdp.errors import KitError
from mysimbdp.sources.messages import open_source
from mysimbdp.sources.options import ProduceOptions
from mysimbdp.sources.wrong_data import Kind, WrongShares
from tests.sources.conftest import climate, measurement, write_lines


def replay(path: Path, **options: Any) -> ProduceOptions:
    return ProduceOptions(mode="replay", recording=path, **options)


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    return write_lines(tmp_path / "some.jsonl", *(measurement(number) for number in range(30)), climate(30))


def test_a_replay_sends_the_bytes_of_the_recording(recording: Path) -> None:
    source = open_source(replay(recording))
    assert source.total == 31
    assert [message.value for message in source.start()] == recording.read_bytes().splitlines()


def test_a_replay_touches_only_what_it_spoils(recording: Path) -> None:
    options = replay(recording, wrong=WrongShares(missing=0.3, extra=0.3))
    messages = list(open_source(options).start())
    for message, line in zip(messages, recording.read_bytes().splitlines(), strict=True):
        assert (message.value == line) == (message.kind is Kind.CLEAN)
    assert {message.kind for message in messages} == {Kind.CLEAN, Kind.MISSING, Kind.EXTRA}


@pytest.mark.parametrize(
    ("options", "total"),
    [
        ({}, 31),
        ({"count": 7}, 7),
        ({"count": 99}, 31),
        ({"rate_per_s": 2, "duration_s": 5}, 10),
        ({"rate_per_s": 2}, 31),
    ],
)
def test_a_replay_ends_with_its_limit_or_the_recording(recording: Path, options: dict[str, Any], total: int) -> None:
    source = open_source(replay(recording, **options))
    assert (source.total, len(list(source.start()))) == (total, total)


@pytest.mark.parametrize(
    ("options", "total"),
    [({}, 6000), ({"count": 7}, 7), ({"rate_per_s": 3}, 180), ({"rate_per_s": 3, "duration_s": 1.5}, 5)],
)
def test_live_sends_for_its_duration_or_its_count(recording: Path, options: dict[str, Any], total: int) -> None:
    source = open_source(ProduceOptions(recording=recording, **options))
    assert (source.total, sum(1 for _ in source.start())) == (total, total)


@pytest.mark.parametrize(
    ("sensor", "key"),
    [
        ({"id": 17}, b"17"),
        ({"id": "esp-17"}, b"esp-17"),
        ({"id": None}, None),
        ({}, None),
        (None, None),
        (3, None),
        ({"id": [1]}, None),
    ],
)
def test_the_key_is_the_sensor_id_as_text_where_there_is_one(tmp_path: Path, sensor: object, key: bytes | None) -> None:
    (message,) = open_source(replay(write_lines(tmp_path / "one.jsonl", measurement(sensor=sensor)))).start()
    assert message.key == key


@pytest.mark.parametrize(
    ("timestamp", "time_us"),
    [
        ("2019-05-18 21:00:00", 1_558_213_200_000_000),
        ("2019-05-18T21:00:00.250", 1_558_213_200_250_000),
        ("1999-01-01 00:00:00", None),
        ("2999-01-01 00:00:00", None),
        ("yesterday", None),
        (1_558_213_200_000, None),
        (None, None),
    ],
)
def test_a_message_has_an_event_time_where_the_stream_would_accept_its_timestamp(
    tmp_path: Path, timestamp: Any, time_us: int | None
) -> None:
    (message,) = open_source(replay(write_lines(tmp_path / "one.jsonl", measurement(timestamp=timestamp)))).start()
    assert message.time_us == time_us


def test_nothing_is_sent_of_a_recording_that_is_damaged_at_its_end(tmp_path: Path) -> None:
    path = tmp_path / "damaged.jsonl"
    path.write_text(json.dumps(measurement()) + "\n{")
    with pytest.raises(KitError, match="line 2 is not JSON"):
        open_source(replay(path, count=1))
