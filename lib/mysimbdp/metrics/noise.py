"""How much a metric differs between runs of the same point, and which differences are more than that."""

from itertools import combinations
from math import nan
from typing import NamedTuple

import pandas as pd

POINT = ["experiment", "arm", "point"]
TIMES_NOISE = 2  # no difference smaller than this many times the noise is claimed


class Noise(NamedTuple):
    """By how much the larger of two values that should be equal exceeds the smaller, as shares of the smaller.

    All NaN where there is no pair. Unlike a difference relative to the mean it has no upper bound, so that twice the
    noise can be exceeded however large that is.
    """

    median: float
    largest: float
    pairs: int


def noise(summary: pd.DataFrame, metric: str) -> Noise:
    """The noise of a metric: all pairs of valid runs of one point, from repetitions and from an A/A pair of sweeps."""
    valid = summary[summary["valid"]].dropna(subset=[metric])
    values_by_point = (values.tolist() for _, values in valid.groupby(POINT)[metric])
    differences = pd.Series([excess(*pair) for values in values_by_point for pair in combinations(values, 2)])
    if differences.empty:
        return Noise(nan, nan, 0)
    return Noise(float(differences.median()), float(differences.max()), len(differences))


def excess(a: float, b: float) -> float:
    """The larger of two positive values ÷ the smaller, less one; 0 where they are equal."""
    return max(a, b) / min(a, b) - 1


def relative_difference(a: float, b: float) -> float:
    """|a − b| ÷ mean of both; 0 where they are equal."""
    return 0.0 if a == b else abs(a - b) / abs((a + b) / 2)


def exceeds_noise(a: float, b: float, measured: Noise) -> bool:
    """Whether the difference of two values may be claimed: it is more than twice the largest difference by chance.

    Without a pair that tells the noise, nothing may.
    """
    return excess(a, b) > TIMES_NOISE * measured.largest
