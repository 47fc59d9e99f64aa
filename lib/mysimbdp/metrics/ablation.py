"""Runs of the experiment ablation → what each factor did to the cost of a batch."""

from collections.abc import Iterable

import pandas as pd

from mysimbdp.documents import RunDocument
from mysimbdp.metrics.batch_cost import COST, fit_batch_cost
from mysimbdp.metrics.capacity import drains_frame
from mysimbdp.metrics.names import STEP_NAMES

STEP_COLUMNS = ["arm", *COST, "drain_rate_per_s", "core_s_per_million"]


def steps_frame(runs: Iterable[RunDocument]) -> pd.DataFrame:
    """One row a step that was measured, in their order: `STEP_COLUMNS`.

    The line T = T0 + c·n goes through the drains of all valid runs of a step, small ones and large ones: T is the time
    from where the app went on until all of its queries were done. Rate and core-seconds are medians of the largest.
    """
    drains = drains_frame(runs)
    largest = drains[drains["rows"] == drains.groupby("arm")["rows"].transform("max")]
    medians = largest.groupby("arm")[["drain_rate_per_s", "core_s_per_million"]].median()
    steps = fit_batch_cost(drains).merge(medians, on="arm")
    place = {arm: number for number, arm in enumerate(STEP_NAMES)}
    return steps.sort_values("arm", key=lambda arms: arms.map(place), ignore_index=True)[STEP_COLUMNS]
