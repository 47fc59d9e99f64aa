"""Emulated sensors send recorded readings as if they were taken now."""

import json
import os
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from mysimbdp.decoding import event_time_us
from mysimbdp.errors import UsageError
from mysimbdp.sources.draws import uniform
from mysimbdp.sources.live import MAX_SENSORS, Emulation, Pool, due_time_us, dust_pool
from mysimbdp.sources.recordings import DEFAULT_RECORDING
from mysimbdp.sources.wrong_data import WrongShares, inject, kind_of
from tests.sources.conftest import climate, measurement, write_lines

START_US = 1_700_000_000_000_000
NOTHING_WRONG = WrongShares()


@pytest.fixture
def pool(tmp_path: Path) -> Pool:
    """Sensors 17 and 40 with three and one dust records, among climate records."""
    readings = [measurement(17), climate(18), measurement(40), measurement(17), climate(41), measurement(17)]
    for number, record in enumerate(readings):
        record["sensordatavalues"][0]["value"] = f"{number}.00"
    return dust_pool(write_lines(tmp_path / "some.jsonl", *readings))


def emulation(pool: Pool, sensors: int | None = None, max_delay_s: float = 100, seed: int = 1) -> Emulation:
    return Emulation(pool, sensors, max_delay_s, seed, NOTHING_WRONG)


def measured(emulated: Emulation, index: int, due_us: int = START_US) -> Any:
    """What message `index` says."""
    return json.loads(emulated.message(index, START_US + index, due_us).value)


def seconds(timestamp: str) -> float:
    return datetime.fromisoformat(timestamp).replace(tzinfo=UTC).timestamp()


def test_only_dust_sensors_are_emulated(pool: Pool) -> None:
    assert {sensor_id: len(series) for sensor_id, series in pool.items()} == {17: 3, 40: 1}


@pytest.mark.parametrize(
    "record",
    [climate(), {}, measurement(sensor=None), measurement(sensor={"id": None}), measurement(sensordatavalues=["P1"])],
)
def test_a_recording_without_dust_sensors_cannot_be_emulated(tmp_path: Path, record: dict[str, object]) -> None:
    with pytest.raises(UsageError, match="no record with P1 or P2"):
        dust_pool(write_lines(tmp_path / "none.jsonl", record))


def test_a_recording_that_was_changed_is_read_again(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "some.jsonl", measurement(17))
    assert dust_pool(path).keys() == {17}
    write_lines(path, measurement(40))
    os.utime(path, ns=(0, 0))  # the clock of files may be coarser than a test is quick
    assert dust_pool(path).keys() == {40}


@pytest.mark.parametrize(("sensors", "ids"), [(None, {17, 40}), (1, {17}), (2, {17, 40}), (5, {17, 40, 41, 42, 43})])
def test_sensors_report_in_turn_and_those_beyond_the_recorded_get_new_ids(
    pool: Pool, sensors: int | None, ids: set[int]
) -> None:
    emulated = emulation(pool, sensors)
    counts = Counter(measured(emulated, index)["sensor"]["id"] for index in range(10 * len(ids)))
    assert set(counts) == ids
    assert set(counts.values()) == {10}


def test_a_hundred_thousand_sensors_have_ids_of_their_own(pool: Pool) -> None:
    emulated = emulation(pool, MAX_SENSORS)
    assert len({measured(emulated, index)["sensor"]["id"] for index in range(MAX_SENSORS)}) == MAX_SENSORS


def test_a_sensor_sends_its_recorded_readings_in_their_order_and_again(pool: Pool) -> None:
    emulated = emulation(pool, 2)
    sent = [measured(emulated, index)["sensordatavalues"][0]["value"] for index in range(0, 10, 2)]
    assert sent == ["0.00", "3.00", "5.00", "0.00", "3.00"]


def test_the_readings_of_a_sensor_that_was_made_up_are_shifted(pool: Pool) -> None:
    emulated = emulation(pool, 4)
    first = [measured(emulated, index)["sensordatavalues"][0]["value"] for index in range(4)]
    assert first == ["0.00", "2.00", "3.00", "2.00"]


@pytest.mark.parametrize("max_delay_s", [0, 1, 100, 3600])
def test_timestamps_lie_up_to_the_delay_before_the_due_time_evenly(pool: Pool, max_delay_s: float) -> None:
    emulated = emulation(pool, max_delay_s=max_delay_s)
    due_us = START_US + 123_456
    delays_s = [due_us / 1e6 - seconds(measured(emulated, index, due_us)["timestamp"]) for index in range(2000)]
    assert min(delays_s) >= -1e-6
    assert max(delays_s) <= max_delay_s + 1e-6
    assert sum(delays_s) / 2000 == pytest.approx(max_delay_s / 2, rel=0.05, abs=1e-5)


def test_a_seed_gives_the_same_measurements_again(pool: Pool) -> None:
    def some(seed: int) -> list[dict[str, object]]:
        return [measured(emulation(pool, seed=seed), index) for index in range(20)]

    assert some(3) == some(3)
    assert some(3) != some(4)


def by_the_book(pool: Pool, sensors: list[Any], index: int, due_us: int, max_delay_s: float) -> dict[str, Any]:
    """Message `index` made from the parsed record, for comparison."""
    turn, sensor = divmod(index, len(sensors))
    copy_of, recorded = divmod(sensor, len(pool))
    series = list(pool.values())[recorded]
    record: dict[str, Any] = json.loads(series[(turn + copy_of) % len(series)])
    time_us = due_us - round(uniform(1, "delay", index) * max_delay_s * 1e6)
    record["id"] = START_US + index
    record["sensor"]["id"] = sensors[sensor]
    record["timestamp"] = datetime.fromtimestamp(time_us // 10**6, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    record["timestamp"] += f".{time_us % 10**6:06d}"
    return record


@pytest.mark.parametrize("max_delay_s", [0, 100])
@pytest.mark.parametrize("extra_sensors", [0, 20])
def test_a_spliced_message_says_what_its_parsed_record_would(max_delay_s: float, extra_sensors: int) -> None:
    pool = dust_pool(DEFAULT_RECORDING)
    sensors = [*pool, *(max(map(int, pool)) + number for number in range(1, extra_sensors + 1))]
    wrong = WrongShares(wrong_type=0.2, missing=0.3, extra=0.2)
    emulated = Emulation(pool, len(sensors), max_delay_s, 1, wrong)
    for index in range(5000):
        due_us = START_US + index * 999
        kind = kind_of(wrong, 1, index)
        expected = inject(by_the_book(pool, sensors, index, due_us, max_delay_s), kind, 1, index)
        message = emulated.message(index, START_US + index, due_us)
        assert json.loads(message.value) == expected
        key = expected["sensor"].get("id")
        assert message.key == (None if key is None else str(key).encode())
        assert (message.kind, message.time_us) == (kind, event_time_us(expected, due_us))


@pytest.mark.parametrize(
    ("index", "total", "rate_per_s", "time_factor", "due_s"),
    [
        (0, 101, 10, 1, 0),
        (37, 101, 10, 1, 3.7),
        (100, 101, 10, 60, 10),
        (99, 101, 10, 60, 10 - 0.1 * 60),
        (50, 101, 10, 60, 10 - 5 * 60),
        (0, 101, 10, 60, 10 - 10 * 60),
        (0, 1, 10, 3600, 0),
        (0, 6001, 100, 360, 60 - 6 * 3600),
    ],
)
def test_the_sensors_clock_runs_faster_and_meets_ours_at_the_last_message(
    index: int, total: int, rate_per_s: float, time_factor: int, due_s: float
) -> None:
    assert due_time_us(index, total, rate_per_s, time_factor) == round(due_s * 1e6)


@pytest.mark.parametrize("time_factor", [1, 2, 3600])
def test_no_message_lies_in_the_future_of_its_sending(time_factor: int) -> None:
    for index in range(500):
        assert due_time_us(index, 500, 7, time_factor) <= due_time_us(index, 500, 7, 1)
