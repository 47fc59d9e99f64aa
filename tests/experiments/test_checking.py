"""The verdict on a run, from frames and counts."""

from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from mysimbdp import verification
from mysimbdp.contracts import Topics
from mysimbdp.errors import KitError
from mysimbdp.experiments.checking import Results, added_up, counted_kinds, last_reports, verify, verify_in_pieces
from mysimbdp.messaging import create_topics
from mysimbdp.service.platform import Platform
from mysimbdp.sources import ProduceOptions, produce
from mysimbdp.streamapp.options import Options

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
OPTIONS = Options(window_minutes=5, slide_minutes=5)
DELIVERED = {"clean": 2, "wrong_type": 1, "missing": 3, "extra": 0}
COUNTS = {"accepted": 3, "quarantined": 3, "without_readings": 1, "reason_MISSING_FIELD": 3}

READINGS = pl.DataFrame(
    {
        "sensor_id": ["a", "a"],
        "pollution_type": ["P1", "P1"],
        "time": [NOON, NOON + timedelta(seconds=9)],
        "level": [10.0, 20.0],
    },
    schema_overrides={"time": pl.Datetime("us", "UTC")},
)


def report(level: float, readings: int, offset: int) -> dict[str, Any]:
    window = {"start": NOON, "end": NOON + timedelta(minutes=5)}
    place = {"partition": 0, "offset": offset, "broker_time_ms": 0}
    return {"sensor_id": "a", "pollution_type": "P1", **window, "level": level, "readings": readings, **place}


def reports(*rows: dict[str, Any]) -> pl.DataFrame:
    times = {"start": pl.Datetime("us", "UTC"), "end": pl.Datetime("us", "UTC")}
    return pl.DataFrame(list(rows), schema_overrides=times)


RIGHT = reports(report(15.0, 2, offset=1), report(10.0, 1, offset=0))


def test_the_last_report_of_a_window_holds() -> None:
    assert last_reports(RIGHT)["level"].to_list() == [15.0]


@pytest.mark.parametrize(
    ("found", "counts", "lost", "passed"),
    [
        (RIGHT, COUNTS, 0, True),
        (RIGHT, {}, 0, True),  # an app that does not count
        (reports(report(15.1, 2, offset=1)), COUNTS, 0, False),
        (reports(report(10.0, 1, offset=0)), COUNTS, 0, False),
        (RIGHT, COUNTS, 1, False),
        (RIGHT, {**COUNTS, "late": 1}, 0, False),
        (RIGHT, {"dropped_by_watermark": 1}, 0, False),
        (RIGHT, {**COUNTS, "without_readings": 2}, 0, False),
        (RIGHT, {**COUNTS, "reason_MISSING_FIELD": 2}, 0, False),
        (RIGHT, {**COUNTS, "extra_fields": 1}, 0, False),
    ],
)
def test_a_run_passes_when_reports_and_counts_are_right_and_nothing_is_lost_or_late(
    found: pl.DataFrame, counts: dict[str, int], lost: int, passed: bool
) -> None:
    assert verify(Results(READINGS, found), OPTIONS, DELIVERED, counts, lost)["passed"] is passed


def test_kinds_are_told_from_what_the_decoder_counts() -> None:
    assert counted_kinds({**COUNTS, "extra_fields": 4}) == {"wrong_type": 1, "missing": 3, "extra": 4}


def test_the_sums_of_pieces_make_the_means_of_the_whole() -> None:
    later = READINGS.with_columns(pl.col("time") + timedelta(minutes=5), level=pl.lit(40.0))
    whole = pl.concat([READINGS, later])
    pieces = [whole[:1], whole[1:3], whole[3:]]
    expected = verification.window_means(whole, 15, 5)
    found = added_up(verification.window_sums(piece, 15, 5) for piece in pieces)
    assert len(expected) == 4
    assert verification.differences(expected, found).is_empty()


def test_without_a_piece_there_is_nothing_to_compare() -> None:
    with pytest.raises(KitError, match="no messages to compare"):
        added_up([])


def test_of_an_app_that_published_nothing_every_report_is_a_difference(platform: Platform) -> None:
    kafka, topics = platform.endpoints().kafka, Topics("silent")
    create_topics(kafka, topics, 1)
    produce(kafka, ProduceOptions(count=20, rate_per_s=1000, sensors=2, topic_suffix=topics.suffix))
    found = verify_in_pieces(kafka, topics, Options(), {"clean": 20}, {})
    assert (found["found_reports"], found["passed"]) == (0, False)
    assert found["differences"] == found["expected_reports"] > 0
    assert found["lost"] == 20 * 2 * 3  # readings of two types, each in three windows
