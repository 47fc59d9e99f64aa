"""Straight lines by least squares, with intervals by Student's t."""

from dataclasses import dataclass
from math import nan

import pandas as pd
from scipy import stats

CONFIDENCE = 0.95
MIN_VALUES = 3  # two are always on a line


@dataclass(frozen=True)
class Line:
    """y = intercept + slope · x with standard errors; all NaN where x has no spread or values are too few.

    r² is NaN where y has no spread.
    """

    n: int
    intercept: float = nan
    slope: float = nan
    intercept_error: float = nan
    slope_error: float = nan
    r2: float = nan

    @property
    def half_width(self) -> float:
        """Standard errors to either side that make a two-sided interval of 95 %."""
        return float(stats.t.ppf((1 + CONFIDENCE) / 2, self.n - 2)) if self.n >= MIN_VALUES else nan


def fit_line(x: pd.Series, y: pd.Series) -> Line:
    """The least-squares line through the points (x, y)."""
    if len(x) < MIN_VALUES or x.nunique() < 2:
        return Line(len(x))
    if y.nunique() == 1:  # scipy's errors come from a correlation, which is not defined here
        return Line(len(x), float(y.iloc[0]), slope=0.0, intercept_error=0.0, slope_error=0.0)
    fit = stats.linregress(x.to_numpy(dtype=float), y.to_numpy(dtype=float))
    return Line(len(x), *map(float, (fit.intercept, fit.slope, fit.intercept_stderr, fit.stderr, fit.rvalue**2)))
