"""The trend of the lag, seen as batches begin."""

from math import nan

import pytest

from mysimbdp.documents import ProgressDocument
from mysimbdp.metrics import batches_frame, lag_trend
from tests.metrics.made import batch


def read(*rows: int, app: str = "a", query: str = "q") -> list[ProgressDocument]:
    """A batch a second."""
    return [batch(number, number, 1000, count, app=app, query=query) for number, count in enumerate(rows)]


@pytest.mark.parametrize(
    ("progress", "slope_per_s", "upper_per_s"),
    [
        (read(100, 100, 100, 100), 0.0, 0.0),
        (read(100, 110, 120, 130), 10.0, 10.0),
        (read(130, 120, 110, 100), -10.0, -10.0),
        # Σ(t−1)(lag−2) ÷ Σ(t−1)² = 1 ÷ 2; s² = 1.5, error √(1.5 ÷ 2); t(0.95, 1) = 6.31375.
        (read(1, 3, 2), 0.5, 0.5 + 6.31375 * 0.8660254),
        (read(100, 100), nan, nan),
        (read(100), nan, nan),
    ],
    ids=["level", "growing", "shrinking", "scattered", "two", "one"],
)
def test_the_slope_of_the_lag_has_an_upper_bound(
    progress: list[ProgressDocument], slope_per_s: float, upper_per_s: float
) -> None:
    trend = lag_trend(batches_frame(progress))
    assert trend.index.tolist() == ["r1"]
    assert trend.iloc[0].tolist() == pytest.approx([slope_per_s, upper_per_s], nan_ok=True)


def test_what_a_batch_leaves_behind_is_lag_too() -> None:
    progress = [batch(number, number, 1000, 100, lag={"0": 5 * number, "1": 5 * number}) for number in range(4)]
    assert lag_trend(batches_frame(progress)).loc["r1", "lag_slope_per_s"] == pytest.approx(10.0)


def test_trends_of_apps_are_added_and_their_errors_as_independent_ones() -> None:
    # Twice the scattered one: slope 1, error √2 · 0.8660254, two degrees of freedom; t(0.95, 2) = 2.919986.
    trend = lag_trend(batches_frame([*read(1, 3, 2), *read(1, 3, 2, app="b")])).iloc[0]
    assert trend.tolist() == pytest.approx([1.0, 1.0 + 2.919986 * 2**0.5 * 0.8660254])


def test_trends_of_the_queries_of_an_app_are_averaged_for_each_reads_everything() -> None:
    # Half of what two apps are: slope 0.5, error √2 · 0.8660254 ÷ 2.
    trend = lag_trend(batches_frame([*read(1, 3, 2), *read(1, 3, 2, query="p")])).iloc[0]
    assert trend.tolist() == pytest.approx([0.5, 0.5 + 2.919986 * 2**0.5 * 0.8660254 / 2])


def test_a_query_that_reads_nothing_has_no_say() -> None:
    trend = lag_trend(batches_frame([*read(100, 110, 120), *read(0, app="b")])).loc["r1"]
    assert trend["lag_slope_per_s"] == pytest.approx(10.0)


def test_no_batch_has_no_trend() -> None:
    assert lag_trend(batches_frame([])).empty
