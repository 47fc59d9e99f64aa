"""Messages become readings and counts; lateness is judged by the source's clock."""

from datetime import UTC, datetime, timedelta

import pytest
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from mysimbdp.contracts import MAX_EVENT_TIME_HEADER
from mysimbdp.streamapp.parsing import parse
from mysimbdp.streamapp.partials import slice_of
from tests.bad_inputs import BAD_INPUTS
from tests.streamapp.conftest import clock_header, measurement, message, messages

NOON = datetime(2019, 5, 18, 12, 0, tzinfo=UTC)
WATERMARK = timedelta(minutes=5)
SLICE_US = slice_of(15, 5)
ON_TIME, LATE = clock_header(NOON), clock_header(NOON + timedelta(hours=1))


@pytest.mark.parametrize(
    ("behind_the_clock", "is_late"),
    [
        (timedelta(0), False),
        (WATERMARK - timedelta(seconds=1), False),
        (WATERMARK, False),
        (WATERMARK + timedelta(milliseconds=1), True),
        (timedelta(days=3), True),
        (None, False),
    ],
    ids=["at-the-clock", "within", "at-the-watermark", "beyond", "days", "no-clock"],
)
def test_a_reading_is_late_beyond_the_watermark_behind_its_sources_clock(
    spark: SparkSession, behind_the_clock: timedelta | None, is_late: bool
) -> None:
    clock = None if behind_the_clock is None else NOON + behind_the_clock
    rows = parse(
        messages(spark, [message(measurement(1, "2019-05-18 12:00:00", P1=5, P2=3), clock)]), 5, SLICE_US
    ).collect()
    counts = {row.counted: row["count"] for row in rows if row.counted}
    assert counts.get("late", 0) == (2 if is_late else 0)
    assert counts.get("readings", 0) == (0 if is_late else 2)
    assert sum(row.sensor_id is not None for row in rows) == counts.get("readings", 0)


@pytest.mark.parametrize(
    ("headers", "is_late"),
    [
        ([("trace", b"1"), LATE], True),
        ([LATE, ON_TIME], True),
        ([ON_TIME, LATE], False),
        ([("trace", b"1")], False),
        ([], False),
        ([(MAX_EVENT_TIME_HEADER, None)], False),
        ([(MAX_EVENT_TIME_HEADER, None), LATE], False),
        ([(MAX_EVENT_TIME_HEADER, b"noon")], False),
    ],
    ids=["second", "twice-late", "twice-on-time", "another", "none", "null", "null-before-late", "no-number"],
)
def test_the_sources_clock_is_the_first_header_of_its_name(
    spark: SparkSession, headers: list[tuple[str, bytes | None]], is_late: bool
) -> None:
    frame = messages(spark, [message(measurement(1, "2019-05-18 12:00:00", P1=5), headers=headers)])
    counts = {row.counted: row["count"] for row in parse(frame, 5, SLICE_US).collect() if row.counted}
    assert (counts["late"], counts["readings"]) == ((1, 0) if is_late else (0, 1))


@pytest.mark.parametrize(("slice_us", "expected_us"), [(SLICE_US, [0]), (None, [1, 59_999_999])])
def test_the_watermark_stands_still_for_a_minute_unless_readings_are_told_apart(
    spark: SparkSession, slice_us: int | None, expected_us: list[int]
) -> None:
    times = ["2019-05-18 12:00:00.000001", "2019-05-18 12:00:59.999999"]
    frame = messages(spark, [message(measurement(1, time, P1=5)) for time in times])
    rows = parse(frame, 5, slice_us).where("sensor_id is not null")
    noon_us = int(NOON.timestamp()) * 1_000_000
    assert sorted(row.us - noon_us for row in rows.select(F.unix_micros("time").alias("us")).collect()) == expected_us


def test_every_message_has_one_fate_and_every_reason_is_counted(spark: SparkSession) -> None:
    parsed = parse(messages(spark, [message(case.value) for case in BAD_INPUTS]), 5, SLICE_US)
    counts = {row.counted: row.n for row in parsed.groupBy("counted").agg(F.sum("count").alias("n")).collect()}
    assert counts["accepted"] == sum(case.accepted for case in BAD_INPUTS)
    assert counts["tombstones"] == sum(case.value is None for case in BAD_INPUTS)
    assert counts["accepted"] + counts["quarantined"] + counts["tombstones"] == len(BAD_INPUTS)
    assert counts["flawed"] == sum(bool(case.reasons) for case in BAD_INPUTS)
    assert (counts["extra_fields"], counts["type_noise_LAeq"]) == (1, 1)
    for reason in {reason for case in BAD_INPUTS for reason in case.reasons}:
        assert counts[f"reason_{reason}"] == sum(reason in case.reasons for case in BAD_INPUTS)


@pytest.mark.parametrize(("key", "foreign"), [(b"1", 0), (b"2", 1), (None, 1)], ids=["own", "other", "none"])
def test_a_key_that_is_not_the_sensor_is_accepted_and_counted(
    spark: SparkSession, key: bytes | None, foreign: int
) -> None:
    frame = messages(spark, [message(measurement(1, "2019-05-18 12:00:00", P1=5), key=key)])
    counts = {row.counted: row["count"] for row in parse(frame, 5, SLICE_US).collect() if row.counted}
    assert (counts["accepted"], counts.get("foreign_key", 0)) == (1, foreign)
