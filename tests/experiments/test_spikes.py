"""Spikes are matched with readings one by one, and what does not fit is told."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import polars as pl
import pytest

from mysimbdp.experiments.spikes import above, matched, measured, spikes_of, verify

BEGAN = datetime(2026, 11, 27, 12, tzinfo=UTC)
THRESHOLDS = {"P1": 50.0, "P2": 25.0}


class One(NamedTuple):
    """A reading or a spike: of which sensor, how high, taken and then stamped by the broker at which second."""

    sensor: str
    level: float
    taken_s: float
    stamped_s: float
    pollution_type: str = "P1"


def stamp(seconds: float) -> int:
    return round((BEGAN.timestamp() + seconds) * 1000)


def readings(*ones: One) -> pl.DataFrame:
    rows = [
        (one.sensor, one.pollution_type, BEGAN + timedelta(seconds=one.taken_s), one.level, stamp(one.stamped_s))
        for one in ones
    ]
    schema: dict[str, Any] = {
        "sensor_id": pl.String,
        "pollution_type": pl.String,
        "time": pl.Datetime("us", "UTC"),
        "level": pl.Float64,
        "broker_time_ms": pl.Int64,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def spikes(*ones: One) -> pl.DataFrame:
    """As they come out of messages like those of the alert app."""
    values = [message(one) for one in ones]
    return spikes_of(pl.DataFrame({"value": values, "broker_time_ms": [stamp(one.stamped_s) for one in ones]}))


def message(one: One) -> bytes:
    time = (BEGAN + timedelta(seconds=one.taken_s)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    content = {"sensor_id": one.sensor, "pollution_type": one.pollution_type, "pollution_level": one.level}
    return json.dumps({**content, "time": time, "threshold": THRESHOLDS[one.pollution_type]}).encode()


FIRST, SECOND = One("7", 60.5, 0.0, 1.0), One("8", 70.0, 1.5, 2.0)
ANSWERS = [FIRST._replace(stamped_s=1.004), SECOND._replace(stamped_s=2.25)]


@pytest.mark.parametrize(
    ("found", "differences", "lost"),
    [
        (ANSWERS, 0, 0),
        (ANSWERS[::-1], 0, 0),
        (ANSWERS[:1], 1, 1),
        ([*ANSWERS, ANSWERS[0]], 1, 0),  # twice
        ([*ANSWERS, ANSWERS[0]._replace(sensor="9")], 1, 0),  # of nobody
        ([ANSWERS[0], ANSWERS[1]._replace(level=70.1)], 1, 0),
        ([ANSWERS[0], ANSWERS[1]._replace(pollution_type="P2")], 2, 1),
    ],
    ids=["as-expected", "in-another-order", "missing", "twice", "of-nobody", "of-another-level", "of-another-type"],
)
def test_every_reading_above_the_threshold_is_a_spike_once(found: list[One], differences: int, lost: int) -> None:
    verification = verify(matched(readings(FIRST, SECOND), spikes(*found)), {"missing": 0})
    assert (verification["expected_reports"], verification["found_reports"]) == (2, len(found))
    assert (verification["differences"], verification["lost"]) == (differences, lost)
    assert verification["passed"] == (not differences)


def test_equal_readings_are_matched_with_as_many_spikes() -> None:
    twice = [FIRST, FIRST._replace(stamped_s=1.1)]
    both = matched(readings(*twice), spikes(*(one._replace(stamped_s=one.stamped_s + 0.01) for one in twice)))
    assert verify(both, {})["passed"]
    assert both["processing_ms"].to_list() == [10, 10]


def test_readings_of_a_sensor_are_told_apart_by_type_and_time_in_whatever_order_spikes_come() -> None:
    several = [FIRST, FIRST._replace(pollution_type="P2", level=30.0), FIRST._replace(taken_s=5.0, stamped_s=6.0)]
    both = matched(readings(*several), spikes(*(one._replace(stamped_s=7.0) for one in several[::-1])))
    assert verify(both, {})["passed"]
    assert both.sort("t1")["processing_ms"].to_list() == [6000, 6000, 1000]


def test_latencies_are_by_the_brokers_clock_and_from_the_readings_own_time() -> None:
    both = matched(readings(FIRST, SECOND), spikes(*ANSWERS)).sort("t1")
    assert both["processing_ms"].to_list() == [4, 250]
    assert both["event_time_ms"].to_list() == [1004.0, 750.0]


def test_only_what_is_above_the_threshold_of_its_type_is_a_spike() -> None:
    levels = [One("7", 50.0, 0, 0), One("7", 50.1, 1, 1), One("7", 25.1, 2, 2, "P2"), One("7", 49.0, 3, 3)]
    assert above(readings(*levels), THRESHOLDS)["level"].to_list() == [50.1, 25.1]


def taking(ms_by_second: list[float]) -> pl.DataFrame:
    """A reading a second, and how long its spike took."""
    ones = [One("7", 60.0, second, second) for second, _ in enumerate(ms_by_second)]
    told = [one._replace(stamped_s=one.stamped_s + ms / 1000) for one, ms in zip(ones, ms_by_second, strict=True)]
    return matched(readings(*ones), spikes(*told))


@pytest.mark.parametrize(
    ("ms_by_second", "warm_up_s", "steady"),
    [([900, 900, *[10] * 9], 2, True), ([900, 900, *[10] * 9], 0, True), ([40] * 5 + [10] * 6, 0, False)],
)
def test_what_comes_after_the_warm_up_is_measured_and_its_halves_compared(
    ms_by_second: list[float], warm_up_s: float, steady: bool
) -> None:
    interval = measured(taking(ms_by_second), warm_up_s)
    assert interval
    assert (interval["start"], interval["end"]) == (BEGAN + timedelta(seconds=warm_up_s), BEGAN + timedelta(seconds=10))
    assert (interval["steady"], interval["warm_up_s"]) == (steady, warm_up_s)


@pytest.mark.parametrize(("ms_by_second", "warm_up_s"), [([], 0), ([10] * 5, 10)])
def test_nothing_is_measured_where_nothing_is_left(ms_by_second: list[float], warm_up_s: float) -> None:
    assert measured(taking(ms_by_second), warm_up_s) is None
