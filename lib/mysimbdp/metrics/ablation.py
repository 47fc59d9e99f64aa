"""Runs of the experiment ablation → what each factor did to the cost of a batch."""

from collections.abc import Iterable

import pandas as pd

from mysimbdp.documents import RunDocument
from mysimbdp.metrics.batch_cost import COST, fit_batch_cost
from mysimbdp.metrics.drains import drains_frame
from mysimbdp.metrics.intervals import mean_interval
from mysimbdp.metrics.names import STEP_NAMES
from mysimbdp.metrics.runs import parts_of_valid

_MESSAGE_COST = ["c_us", "c_low_us", "c_high_us"]
STEP_COLUMNS = ["arm", *COST, "drain_rate_per_s", "core_s_per_million"]


def steps_frame(runs: Iterable[RunDocument]) -> pd.DataFrame:
    """One row a step that was measured, in their order: `STEP_COLUMNS`.

    T0 is that of the line T = T0 + c·n through the drains of a step's valid runs, each a batch of every query, and
    through its batches at a small rate; c is the mean of (T − T0) ÷ n of the drains. Its interval is theirs, by
    Student's t: small batches say nothing of it, and one drain says nothing of its error (NaN). Rate and core-seconds
    are medians of the drains.
    """
    runs = list(runs)
    drains = drains_frame(runs)
    if drains.empty:
        return pd.DataFrame(columns=STEP_COLUMNS)
    medians = drains.groupby("arm")[["drain_rate_per_s", "core_s_per_million"]].median()
    steps = fit_batch_cost(pd.concat([drains, _small_batches(runs)])).merge(medians, on="arm")
    of_a_message = {arm: _message_cost(of_arm, steps) for arm, of_arm in drains.groupby("arm")}
    steps[_MESSAGE_COST] = [of_a_message[arm] for arm in steps["arm"]]
    place = {arm: number for number, arm in enumerate(STEP_NAMES)}
    return steps.sort_values("arm", key=lambda arms: arms.map(place), ignore_index=True)[STEP_COLUMNS]


def _message_cost(drains: pd.DataFrame, steps: pd.DataFrame) -> list[float]:
    """`c_us` and its interval, from the drains of a step."""
    (t0_ms,) = steps.loc[steps["arm"] == drains["arm"].iloc[0], "t0_ms"]
    costs_us = 1000 * (drains["duration_ms"] - t0_ms) / drains["rows"]
    return [float(costs_us.mean()), *mean_interval(costs_us)]


def _small_batches(runs: Iterable[RunDocument]) -> pd.DataFrame:
    """One row a batch of a valid run at a small rate: `arm, rows, duration_ms`."""
    rows = [
        [run["arm"], batch["messages"], 1000 * batch["seconds"]] for run, batch in parts_of_valid(runs, "small_batches")
    ]
    return pd.DataFrame(rows, columns=["arm", "rows", "duration_ms"])
