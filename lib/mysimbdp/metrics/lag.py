"""How fast the lag of a run grows, seen at the only moments where it is known without a saw-tooth: as batches begin.

Between two batches the lag rises from nothing to a batch's worth and falls again. Samples of a clock hit this
saw-tooth anywhere, and its height hides the trend for a minute and more; when a batch begins, what it reads and what it
leaves behind are the lag.
"""

from math import hypot

import pandas as pd
from scipy import stats

from mysimbdp.metrics.batches import that_read
from mysimbdp.metrics.lines import CONFIDENCE, MIN_VALUES, Line, fit_line

TREND = ["lag_slope_per_s", "lag_slope_upper_per_s"]


def lag_trend(batches: pd.DataFrame) -> pd.DataFrame:
    """The slope of the lag of each run, in messages/s, and its upper 95 % bound (one-sided), by `run_id`.

    A line by least squares through `rows + lag` over `started` for each query. Queries of one app each read everything,
    so an app's slope is their mean; apps are added up. Errors are taken as independent. NaN where a query has fewer
    than three measured batches.
    """
    runs = that_read(batches).groupby("run_id")
    trends = {run_id: _trend([_lines(app) for _, app in run.groupby("app")]) for run_id, run in runs}
    return pd.DataFrame.from_dict(trends, orient="index", columns=TREND)


def _lines(app: pd.DataFrame) -> list[Line]:
    """The line of each query of an app."""
    return [_line(query) for _, query in app.groupby("query")]


def _line(query: pd.DataFrame) -> Line:
    since_s = (query["started"] - query["started"].min()).dt.total_seconds()
    return fit_line(since_s, query["rows"] + query["lag"])


def _trend(apps: list[list[Line]]) -> tuple[float, float]:
    slope = sum(line.slope / len(lines) for lines in apps for line in lines)
    error = hypot(*(line.slope_error / len(lines) for lines in apps for line in lines))
    degrees = max(1, sum(line.n - MIN_VALUES + 1 for lines in apps for line in lines))
    return slope, slope + float(stats.t.ppf(CONFIDENCE, degrees)) * error
