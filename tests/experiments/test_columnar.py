"""The pipeline without Spark computes the same window means as the independent computation."""

import gzip
from datetime import UTC, datetime

import polars as pl
import pytest

from mysimbdp import verification
from mysimbdp.experiments import columnar
from tests.conftest import SAMPLES
from tests.streamapp.conftest import measurement

HOUR = SAMPLES / "aberdeen_2019-05-18_21h.jsonl.gz"


@pytest.mark.parametrize(("window", "slide"), [(15, 5), (10, 10), (60, 15)])
def test_a_recording_in_two_pieces_has_the_window_means_of_the_independent_computation(window: int, slide: int) -> None:
    values = gzip.decompress(HOUR.read_bytes()).splitlines()
    first, second = (
        columnar.window_sums(columnar.readings(piece), window, slide) for piece in (values[:500], values[500:])
    )
    found = columnar.added(first, second).select(
        "sensor_id",
        "pollution_type",
        "start",
        end=pl.col("start") + pl.duration(minutes=window),
        level=pl.col("level_sum") / pl.col("readings"),
        readings=pl.col("readings").cast(pl.Int64),
    )
    expected = verification.window_means(verification.readings_of(HOUR), window, slide)
    assert verification.differences(expected, found).is_empty()
    assert len(expected) > 100


@pytest.mark.parametrize("time", ["2019-05-18 12:00:01", "2019-05-18T12:00:01.000000"])
def test_times_are_read_with_and_without_a_fraction(time: str) -> None:
    (row,) = columnar.readings([measurement(1, time, P1=5)]).iter_rows(named=True)
    assert row["time"] == datetime(2019, 5, 18, 12, 0, 1, tzinfo=UTC)


def test_what_is_not_plausible_is_left_out() -> None:
    time = "2019-05-18 12:00:00"
    values = [measurement(1, time, P1=5, P2="unavailable", temperature=20), measurement(2, time, P1=-1, P2=9000)]
    assert columnar.readings(values).select("sensor_id", "pollution_type", "level").rows() == [("1", "P1", 5.0)]
