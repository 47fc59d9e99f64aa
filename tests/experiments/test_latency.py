"""Latencies from two topics: which report is the first to contain a reading."""

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from mysimbdp.experiments.latency import latencies, latency_documents

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def ms(seconds: float) -> int:
    return round((NOON.timestamp() + seconds) * 1000)


def readings(*rows: tuple[str, float, float, int]) -> pl.DataFrame:
    """Readings of P1 by sensor, event time and broker time (seconds after noon), and offset."""
    return pl.DataFrame(
        [
            (sensor, "P1", NOON + timedelta(seconds=taken), 0, offset, ms(arrived))
            for sensor, taken, arrived, offset in rows
        ],
        schema={
            "sensor_id": pl.String,
            "pollution_type": pl.String,
            "time": pl.Datetime("us", "UTC"),
            "partition": pl.Int32,
            "offset": pl.Int64,
            "broker_time_ms": pl.Int64,
        },
        orient="row",
    )


def reports(*rows: tuple[str, int, int, float]) -> pl.DataFrame:
    """Reports of P1 by sensor, start of the window (minutes after noon), readings in it, and broker time (seconds)."""
    return pl.DataFrame(
        [
            (sensor, "P1", NOON + timedelta(minutes=start), NOON + timedelta(minutes=start + 5), count, ms(told))
            for sensor, start, count, told in rows
        ],
        schema={
            "sensor_id": pl.String,
            "pollution_type": pl.String,
            "start": pl.Datetime("us", "UTC"),
            "end": pl.Datetime("us", "UTC"),
            "readings": pl.Int64,
            "broker_time_ms": pl.Int64,
        },
        orient="row",
    )


THREE = readings(("a", 0, 1, 0), ("a", 10, 11, 1), ("a", 20, 21, 2))


@pytest.mark.parametrize(
    ("told", "processing_ms"),
    [
        ([("a", 0, 1, 2), ("a", 0, 2, 13), ("a", 0, 3, 24)], [1000, 2000, 3000]),
        ([("a", 0, 3, 24)], [23_000, 13_000, 3000]),  # one batch for all three
        ([("a", 0, 2, 13), ("a", 0, 2, 20), ("a", 0, 3, 24)], [12_000, 2000, 3000]),  # complete mode says it again
        ([("a", 0, 1, 2), ("a", 0, 3, 24), ("a", 0, 2, 30)], [1000, 13_000, 3000]),  # a second app is behind
        ([("a", 0, 2, 13)], [12_000, 2000, None]),  # the third is in no report
        ([("b", 0, 3, 24)], [None, None, None]),  # of another sensor
        ([], [None, None, None]),
    ],
)
def test_a_reading_is_told_by_the_first_report_that_counts_so_many(
    told: list[tuple[str, int, int, float]], processing_ms: list[int | None]
) -> None:
    found = latencies(THREE, reports(*told), window_minutes=5, slide_minutes=5)
    assert found["processing_ms"].to_list() == processing_ms


def test_of_several_windows_the_first_that_tells_counts() -> None:
    once = readings(("a", 60, 61, 0))
    told = reports(("a", 0, 1, 70), ("a", -3, 1, 65))
    found = latencies(once, told, window_minutes=5, slide_minutes=1)
    assert found["processing_ms"].to_list() == [4000]
    assert found["event_time_ms"].to_list() == [5000]


def test_readings_count_by_offset_whatever_their_own_times() -> None:
    swapped = readings(("a", 20, 1, 0), ("a", 0, 2, 1))
    found = latencies(swapped, reports(("a", 0, 1, 3), ("a", 0, 2, 9)), window_minutes=5, slide_minutes=5)
    assert found["processing_ms"].to_list() == [2000, 7000]


def test_only_readings_that_arrived_in_the_measured_interval_are_summed_up() -> None:
    found = latencies(THREE, reports(("a", 0, 1, 2), ("a", 0, 2, 13), ("a", 0, 3, 24)), 5, 5)
    start, end = NOON + timedelta(seconds=5), NOON + timedelta(seconds=30)
    processing, event_time = latency_documents("run", found, start, end)
    assert processing["_id"] == "run/processing"
    assert (processing["count"], processing["p50_ms"], processing["max_ms"]) == (2, 2500.0, 3000.0)
    assert event_time["max_ms"] == 4000.0
    assert sum(step["count"] for step in processing["histogram"]) == 2
    assert all(step["up_to_ms"] >= 2000.0 for step in processing["histogram"])


def test_a_run_without_results_has_no_latencies() -> None:
    assert not list(latency_documents("run", latencies(THREE, reports(), 5, 5), NOON, NOON + timedelta(hours=1)))
