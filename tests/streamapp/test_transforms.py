"""The analytics against tables and against the independent computation."""

import gzip
import json
from collections.abc import Sequence
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession

from mysimbdp import verification
from mysimbdp.contracts import Topics
from mysimbdp.streamapp.options import Options
from mysimbdp.streamapp.parsing import parse
from mysimbdp.streamapp.transforms import accepted_partials, route, slice_us, window_means
from tests.conftest import SAMPLES
from tests.streamapp.conftest import measurement, message, messages


def means(spark: SparkSession, values: Sequence[bytes], options: Options) -> DataFrame:
    frame = messages(spark, [message(value) for value in values])
    parsed = parse(frame, options.watermark_minutes, slice_us(options))
    return window_means(accepted_partials(parsed, options), options)


def starts(frame: DataFrame) -> list[str]:
    return sorted(row.window.start.astimezone(UTC).strftime("%H:%M:%S") for row in frame.collect())


@pytest.mark.parametrize(
    ("window", "slide", "time", "expected"),
    [
        (15, 5, "12:00:00", ["11:50:00", "11:55:00", "12:00:00"]),
        (15, 5, "12:04:59.999999", ["11:50:00", "11:55:00", "12:00:00"]),
        (15, 5, "12:05:00", ["11:55:00", "12:00:00", "12:05:00"]),
        (10, 10, "12:09:59", ["12:00:00"]),
        (10, 4, "12:00:00", ["11:52:00", "11:56:00", "12:00:00"]),
        (10, 4, "12:02:00", ["11:56:00", "12:00:00"]),
        (60, 60, "12:59:59", ["12:00:00"]),
    ],
)
def test_a_reading_counts_in_every_window_that_contains_it(
    spark: SparkSession, window: int, slide: int, time: str, expected: list[str]
) -> None:
    options = Options(window_minutes=window, slide_minutes=slide)
    assert starts(means(spark, [measurement(1, f"2019-05-18 {time}", P1=5)], options)) == expected


def test_means_are_per_sensor_and_pollution_type(spark: SparkSession) -> None:
    time = "2019-05-18 12:01:00"
    values = [
        measurement(1, time, P1=10, P2=1),
        measurement(1, time, P1=20, temperature=5),
        measurement(2, time, P1=7),
    ]
    rows = means(spark, values, Options(window_minutes=10, slide_minutes=10)).collect()
    assert {(r.sensor_id, r.pollution_type): (r.pollution_level, r.readings) for r in rows} == {
        ("1", "P1"): (15.0, 2),
        ("1", "P2"): (1.0, 1),
        ("2", "P1"): (7.0, 1),
    }


def test_a_measurement_sent_twice_counts_once_only_where_deduplicate_is_on(spark: SparkSession) -> None:
    values = [measurement(1, "2019-05-18 12:01:00", P1=10), measurement(1, "2019-05-18 12:01:00", P1=40)]
    values.append(values[0])
    windows: dict[str, Any] = {"window_minutes": 10, "slide_minutes": 10}
    assert [row.readings for row in means(spark, values, Options(**windows)).collect()] == [3]
    deduplicated = means(spark, values, Options(**windows, deduplicate=True)).collect()
    assert [(row.readings, row.pollution_level) for row in deduplicated] == [(2, 25.0)]


@pytest.mark.parametrize(
    ("pollution_type", "level", "topics"),
    [
        ("P1", 50.0, ["report"]),
        ("P1", 50.1, ["alert", "report"]),
        ("P2", 50.1, ["report"]),
        ("P2", 100.1, ["alert", "report"]),
    ],
)
def test_a_mean_above_the_threshold_of_its_type_is_also_an_alert(
    spark: SparkSession, pollution_type: str, level: float, topics: list[str]
) -> None:
    options = Options(window_minutes=10, slide_minutes=10, threshold_p1=50, threshold_p2=100)
    reports = means(spark, [measurement(1, "2019-05-18 12:01:00", **{pollution_type: level})], options)
    rows = sorted(route(reports, options.thresholds, Topics()).collect(), key=lambda row: row.topic)
    assert [row.topic for row in rows] == topics
    report = {
        "sensor_id": "1",
        "pollution_type": pollution_type,
        "pollution_level": level,
        "window": {"start": "2019-05-18T12:00:00Z", "end": "2019-05-18T12:10:00Z"},
        "readings": 1,
    }
    alert = report | {"threshold": options.thresholds[pollution_type]}
    assert [json.loads(row.value) for row in rows] == [alert if topic == "alert" else report for topic in topics]


@pytest.mark.parametrize("recording", ["network_2017-08-10.jsonl.gz", "aberdeen_2019-05-18_21h.jsonl.gz"])
def test_the_means_of_a_recording_equal_the_independent_computation(spark: SparkSession, recording: str) -> None:
    path: Path = SAMPLES / recording
    rows = means(spark, gzip.decompress(path.read_bytes()).splitlines(), Options()).collect()
    found = verification.reports_frame({**row.asDict(), "window": _utc(row.window)} for row in rows)
    expected = verification.expected_reports(path)
    assert len(expected) > 500
    assert verification.differences(expected, found).is_empty()


def _utc(window: Any) -> dict[str, Any]:
    return {"start": window.start.astimezone(UTC), "end": window.end.astimezone(UTC)}


def test_windows_that_leave_gaps_are_refused() -> None:
    with pytest.raises(ValueError, match="readings would fall between windows"):
        Options(window_minutes=5, slide_minutes=10)
