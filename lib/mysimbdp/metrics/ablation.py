"""Runs of the experiment ablation → what each factor did to the cost of a batch."""

from collections.abc import Iterable

import pandas as pd

from mysimbdp.documents import RunDocument
from mysimbdp.metrics.batch_cost import COST, fit_batch_cost
from mysimbdp.metrics.capacity import drains_frame
from mysimbdp.metrics.names import STEP_NAMES
from mysimbdp.metrics.runs import parts_of_valid

STEP_COLUMNS = ["arm", *COST, "drain_rate_per_s", "core_s_per_million"]


def steps_frame(runs: Iterable[RunDocument]) -> pd.DataFrame:
    """One row a step that was measured, in their order: `STEP_COLUMNS`.

    The line T = T0 + c·n goes through the drains of all valid runs of a step, each a batch of every query, and through
    its batches at a small rate. Rate and core-seconds are medians of the drains.
    """
    runs = list(runs)
    drains = drains_frame(runs)
    medians = drains.groupby("arm")[["drain_rate_per_s", "core_s_per_million"]].median()
    steps = fit_batch_cost(pd.concat([drains, _small_batches(runs)])).merge(medians, on="arm")
    place = {arm: number for number, arm in enumerate(STEP_NAMES)}
    return steps.sort_values("arm", key=lambda arms: arms.map(place), ignore_index=True)[STEP_COLUMNS]


def _small_batches(runs: Iterable[RunDocument]) -> pd.DataFrame:
    """One row a batch of a valid run at a small rate: `arm, rows, duration_ms`."""
    rows = [
        [run["arm"], batch["messages"], 1000 * batch["seconds"]] for run, batch in parts_of_valid(runs, "small_batches")
    ]
    return pd.DataFrame(rows, columns=["arm", "rows", "duration_ms"])
