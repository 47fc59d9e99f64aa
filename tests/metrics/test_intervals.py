"""What few values say of a median or of a share."""

from math import nan

import pandas as pd
import pytest

from mysimbdp.metrics import bootstrap_interval, by_point, share_interval
from mysimbdp.metrics.intervals import mean_interval


@pytest.mark.parametrize("values", [[], [5.0]])
def test_fewer_than_two_values_give_no_interval(values: list[float]) -> None:
    assert bootstrap_interval(values) == pytest.approx((nan, nan), nan_ok=True)


@pytest.mark.parametrize(
    ("values", "low", "high"),
    [
        ([3.0, 3.0, 3.0], 3.0, 3.0),
        # Of two values, a quarter of all resamples is one value twice: both lie beyond 2.5 per cent.
        ([1.0, 2.0], 1.0, 2.0),
        # Of five, the median is 1 in 5.8 per cent of the resamples, and 9 in as many.
        ([1.0, 2.0, 3.0, 4.0, 9.0], 1.0, 9.0),
        # Of nine, it is 1 in 0.1 per cent, and 1 or 2 in 3.0 per cent.
        ([float(value) for value in range(1, 10)], 2.0, 8.0),
    ],
    ids=["equal", "two", "five", "nine"],
)
def test_the_interval_of_the_median_is_where_resampled_medians_lie(
    values: list[float], low: float, high: float
) -> None:
    assert bootstrap_interval(values) == (low, high)
    assert bootstrap_interval(values, seed=2) == (low, high)


def test_a_point_is_one_row_of_its_runs_and_leaves_out_those_without_the_metric() -> None:
    runs = pd.DataFrame(
        {
            "arm": ["kit", "kit", "kit", "kit", "published"],
            "rate_per_s": [1.0, 1.0, 1.0, 10.0, 1.0],
            "batch_duration_ms": [300.0, 100.0, nan, 7.0, 9.0],
        }
    )
    points = by_point(runs, "batch_duration_ms", ["arm", "rate_per_s"])
    assert points.columns.tolist() == ["arm", "rate_per_s", "median", "low", "high", "n"]
    assert points.iloc[0].tolist() == ["kit", 1.0, 200.0, 100.0, 300.0, 2]
    assert points["n"].tolist() == [2, 1, 1]
    assert points["low"].isna().tolist() == [False, True, True]


@pytest.mark.parametrize(
    ("part", "total", "low", "high"),
    [
        # (p + z²/2n ∓ z √(p(1−p)/n + z²/4n²)) ÷ (1 + z²/n) with z = 1.959964
        (50, 100, 0.4038, 0.5962),
        (0, 100, 0.0, 0.0370),
        (100, 100, 0.9630, 1.0),
        (1, 4, 0.0456, 0.6994),
        (0, 0, nan, nan),
    ],
)
def test_a_share_lies_in_wilsons_interval(part: int, total: int, low: float, high: float) -> None:
    assert share_interval(part, total) == pytest.approx((low, high), abs=5e-5, nan_ok=True)


@pytest.mark.parametrize(
    ("values", "interval"),
    [
        ([1.0, 2.0, 3.0], (2 - 2.484138, 2 + 2.484138)),  # 4.302653 · 1 ÷ √3
        ([5.0, 5.0], (5.0, 5.0)),
        ([5.0], (nan, nan)),
        ([], (nan, nan)),
    ],
)
def test_the_interval_of_a_mean_is_by_students_t(values: list[float], interval: tuple[float, float]) -> None:
    assert mean_interval(values) == pytest.approx(interval, nan_ok=True)
