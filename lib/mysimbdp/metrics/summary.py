"""Everything that is known of a run in one row: what figures are drawn from."""

from collections.abc import Iterable

import pandas as pd

from mysimbdp.documents import LatencyDocument, ProgressDocument, ResourceDocument, RunDocument
from mysimbdp.metrics.batches import batches_frame, measured_batches, run_rates
from mysimbdp.metrics.lag import lag_trend
from mysimbdp.metrics.latencies import latency_percentiles
from mysimbdp.metrics.resources import resource_use, samples_frame
from mysimbdp.metrics.runs import MIN_ACHIEVED_SHARE, runs_frame

MAX_LAG_GROWTH = 0.01  # of the offered rate


def run_summary(
    runs: Iterable[RunDocument],
    progress: Iterable[ProgressDocument],
    latencies: Iterable[LatencyDocument],
    resources: Iterable[ResourceDocument],
) -> pd.DataFrame:
    """One row a run: `runs_frame`, and over its measured interval rates, batches, latencies, lag and resources.

    Added are the columns of `run_rates`, `lag_trend`, `latency_percentiles` and `resource_use`, and

    * `keeps_up`: the lag was shown to grow by less than `MAX_LAG_GROWTH` of the offered rate,
    * `sustainable`: it keeps up, p99 of processing latency is within the objective, the offered rate was achieved, and
      no reading was lost or late,
    * `core_s_per_million`: CPU seconds of driver and executors per million messages read.
    """
    frame = runs_frame(runs)
    measured = measured_batches(batches_frame(progress), frame)
    use = resource_use(samples_frame(resources), frame)
    for part in (run_rates(measured), lag_trend(measured), latency_percentiles(latencies), use):
        frame = frame.join(part.astype(float), on="run_id")
    return _judged(frame)


def _judged(frame: pd.DataFrame) -> pd.DataFrame:
    offered = pd.to_numeric(frame["offered_rate_per_s"])
    keeps_up = frame["lag_slope_upper_per_s"] < MAX_LAG_GROWTH * offered
    prompt = frame["processing_p99_ms"] <= 1000 * pd.to_numeric(frame["latency_objective_s"])
    achieved = pd.to_numeric(frame["achieved_rate_per_s"]) >= MIN_ACHIEVED_SHARE * offered
    complete = (frame["lost"] == 0) & (frame["late"] == 0)
    cores = frame["driver_cores"] + frame["executors_cores"]
    return frame.assign(
        keeps_up=keeps_up,
        sustainable=keeps_up & prompt & achieved & complete,
        core_s_per_million=1e6 * cores / frame["input_rate_per_s"],
    )
