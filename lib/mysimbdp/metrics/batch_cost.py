"""What a batch costs whatever is in it, and what each message adds: T = T0 + c · n."""

from collections.abc import Sequence

import pandas as pd

from mysimbdp.metrics.lines import Line, fit_line

COST = ["n", "t0_ms", "t0_low_ms", "t0_high_ms", "c_us", "c_low_us", "c_high_us", "r2"]


def fit_batch_cost(batches: pd.DataFrame, by: Sequence[str] = ("arm",)) -> pd.DataFrame:
    """The least-squares line of `duration_ms` over `rows` for each group: the columns of `by`, then `COST`.

    `t0_ms` is the fixed cost of a batch and `c_us` the cost of a message, in microseconds, each with its 95 % interval;
    NaN where there are fewer than three batches or all have as many rows. `n` counts the batches.
    """
    groups = batches.groupby(list(by), as_index=False)
    rows = [[*key, *_cost(fit_line(group["rows"], group["duration_ms"]))] for key, group in groups]
    return pd.DataFrame(rows, columns=[*by, *COST])


def _cost(line: Line) -> list[float]:
    t0_ms, c_us = line.intercept, line.slope * 1000
    t0_half, c_half = line.half_width * line.intercept_error, line.half_width * line.slope_error * 1000
    return [line.n, t0_ms, t0_ms - t0_half, t0_ms + t0_half, c_us, c_us - c_half, c_us + c_half, line.r2]
