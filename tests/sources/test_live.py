"""Emulated sensors send recorded readings as if they were taken now."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mysimbdp.errors import UsageError
from mysimbdp.sources.live import MAX_SENSORS, Emulation, Pool, dust_pool
from tests.sources.conftest import climate, measurement, write_lines

START_US = 1_700_000_000_000_000


@pytest.fixture
def pool(tmp_path: Path) -> Pool:
    """Sensors 17 and 40 with three and one dust records, among climate records."""
    readings = [measurement(17), climate(18), measurement(40), measurement(17), climate(41), measurement(17)]
    for number, record in enumerate(readings):
        record["sensordatavalues"][0]["value"] = f"{number}.00"
    return dust_pool(write_lines(tmp_path / "some.jsonl", *readings))


def emulation(pool: Pool, sensors: int | None = None, max_delay_s: float = 100, seed: int = 1) -> Emulation:
    return Emulation(pool, sensors, max_delay_s, seed, START_US)


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


@pytest.mark.parametrize(("sensors", "ids"), [(None, {17, 40}), (1, {17}), (2, {17, 40}), (5, {17, 40, 41, 42, 43})])
def test_sensors_report_in_turn_and_those_beyond_the_recorded_get_new_ids(
    pool: Pool, sensors: int | None, ids: set[int]
) -> None:
    emulated = emulation(pool, sensors)
    counts = Counter(emulated.measurement(index, START_US)["sensor"]["id"] for index in range(10 * len(ids)))
    assert set(counts) == ids
    assert set(counts.values()) == {10}


def test_a_hundred_thousand_sensors_have_ids_of_their_own(pool: Pool) -> None:
    emulated = emulation(pool, MAX_SENSORS)
    assert len({emulated.measurement(index, 0)["sensor"]["id"] for index in range(MAX_SENSORS)}) == MAX_SENSORS


def test_a_sensor_sends_its_recorded_readings_in_their_order_and_again(pool: Pool) -> None:
    emulated = emulation(pool, 2)
    sent = [emulated.measurement(index, START_US)["sensordatavalues"][0]["value"] for index in range(0, 10, 2)]
    assert sent == ["0.00", "3.00", "5.00", "0.00", "3.00"]


def test_the_readings_of_a_sensor_that_was_made_up_are_shifted(pool: Pool) -> None:
    emulated = emulation(pool, 4)
    first = [emulated.measurement(index, START_US)["sensordatavalues"][0]["value"] for index in range(4)]
    assert first == ["0.00", "2.00", "3.00", "2.00"]


@pytest.mark.parametrize("max_delay_s", [0, 1, 100, 3600])
def test_timestamps_lie_up_to_the_delay_before_the_due_time_evenly(pool: Pool, max_delay_s: float) -> None:
    emulated = emulation(pool, max_delay_s=max_delay_s)
    due_us = START_US + 123_456
    delays_s = [due_us / 1e6 - seconds(emulated.measurement(index, due_us)["timestamp"]) for index in range(2000)]
    assert min(delays_s) >= -1e-6
    assert max(delays_s) <= max_delay_s + 1e-6
    assert sum(delays_s) / 2000 == pytest.approx(max_delay_s / 2, rel=0.05, abs=1e-5)


def test_a_seed_gives_the_same_measurements_again(pool: Pool) -> None:
    def some(seed: int) -> list[dict[str, object]]:
        return [emulation(pool, seed=seed).measurement(index, START_US) for index in range(20)]

    assert some(3) == some(3)
    assert some(3) != some(4)


def test_every_measurement_is_a_copy_of_its_own(pool: Pool) -> None:
    emulated = emulation(pool)
    first, again = emulated.measurement(0, START_US), emulated.measurement(6, START_US)
    assert first["sensordatavalues"] == again["sensordatavalues"]
    assert first["id"] != again["id"]
    first["sensordatavalues"].clear()
    assert again["sensordatavalues"]
    assert emulated.measurement(0, START_US)["sensordatavalues"]
