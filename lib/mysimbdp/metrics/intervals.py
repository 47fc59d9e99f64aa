"""What can be said of a median or of a share, given how few values there are."""

from collections.abc import Sequence
from math import nan
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

CONFIDENCE = 0.95
BOOTSTRAP_SEED = 1


class Interval(NamedTuple):
    """Bounds of 95 % confidence; NaN where nothing can be said."""

    low: float
    high: float


def bootstrap_interval(values: Sequence[float] | pd.Series, seed: int = BOOTSTRAP_SEED) -> Interval:
    """The interval of the median, by percentiles of resampled medians; NaN for fewer than two values."""
    if len(values) < 2:
        return Interval(nan, nan)
    found = stats.bootstrap((np.asarray(values, dtype=float),), np.median, method="percentile", rng=seed)
    return Interval(float(found.confidence_interval.low), float(found.confidence_interval.high))


def mean_interval(values: Sequence[float] | pd.Series) -> Interval:
    """The interval of the mean, by Student's t; NaN for fewer than two values."""
    if len(values) < 2:
        return Interval(nan, nan)
    array = np.asarray(values, dtype=float)
    half = float(stats.t.ppf((1 + CONFIDENCE) / 2, len(array) - 1) * stats.sem(array))
    return Interval(float(array.mean()) - half, float(array.mean()) + half)


def by_point(summary: pd.DataFrame, metric: str, keys: Sequence[str]) -> pd.DataFrame:
    """One row a point: the columns of `keys`, then `median`, `low`, `high` and `n` of the metric over its runs.

    Runs without the metric are left out; which others to leave out, invalid ones say, is the caller's choice.
    """
    known = summary.dropna(subset=[metric])
    rows = [
        [*key, float(values.median()), *bootstrap_interval(values), len(values)]
        for key, values in known.groupby(list(keys), dropna=False)[metric]
    ]
    return pd.DataFrame(rows, columns=[*keys, "median", "low", "high", "n"])


def share_interval(part: int, total: int) -> Interval:
    """The interval of the share that `part` of `total` messages stand for (Wilson's score); NaN for none."""
    if not total:
        return Interval(nan, nan)
    found = stats.binomtest(part, total).proportion_ci(CONFIDENCE, method="wilson")
    return Interval(float(found.low), float(found.high))
