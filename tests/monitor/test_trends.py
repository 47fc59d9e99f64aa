"""Rates and trends of numbers that change with time."""

import pytest

from mysimbdp.monitor.trends import Series

MINUTE = [(float(second), second) for second in range(0, 62, 2)]


def series(*samples: tuple[float, float], span_s: float = 60.0) -> Series:
    made = Series(span_s)
    for at_s, value in samples:
        made.add(at_s, value)
    return made


@pytest.mark.parametrize(
    ("samples", "rate_per_s"),
    [
        ([], None),
        ([(0, 5)], None),
        ([(0, 5), (2, 9)], 2),
        ([(0, 5), (1, 100), (4, 5)], 0),
        ([(0, 1000), (100, 0), (110, 20)], 2),  # the first is older than a minute
    ],
)
def test_the_rate_is_the_change_over_the_time(samples: list[tuple[float, float]], rate_per_s: float | None) -> None:
    assert series(*samples).rate_per_s == rate_per_s


@pytest.mark.parametrize(
    ("samples", "trend_per_s"),
    [
        ([], None),
        ([(0, 5)], None),
        ([(at_s, value) for at_s, value in MINUTE if at_s < 20], None),
        ([(at_s, value) for at_s, value in MINUTE if at_s <= 20], 1),
        ([(at_s, 7) for at_s, _ in MINUTE], 0),
        ([(at_s, 100 - 3 * value) for at_s, value in MINUTE], -3),
        ([(0, 0), (10, 10), (20, 0), (30, 10)], 0.2),  # by hand: Σ(t-15)(v-5) / Σ(t-15)² = 100 / 500
        ([(-1000, 99), *MINUTE], 1),
    ],
)
def test_the_trend_is_the_slope_of_least_squares(samples: list[tuple[float, float]], trend_per_s: float | None) -> None:
    assert series(*samples).trend_per_s == (None if trend_per_s is None else pytest.approx(trend_per_s))
