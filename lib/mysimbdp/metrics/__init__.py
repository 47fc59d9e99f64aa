"""Documents of runs → tidy frames, and the statistics that figures and claims are made of; nothing here does I/O.

Times are in UTC. What was not measured is NaN, never zero.
"""

from mysimbdp.metrics.ablation import steps_frame
from mysimbdp.metrics.batch_cost import fit_batch_cost
from mysimbdp.metrics.batches import batches_frame, measured_batches, query_summary
from mysimbdp.metrics.capacity import (
    comparable,
    limits_by_arm,
    limits_frame,
    probes_frame,
    steady_batches_frame,
    sustained_rate,
)
from mysimbdp.metrics.drains import drain_medians, drained_s, drains_frame
from mysimbdp.metrics.histograms import histograms_frame
from mysimbdp.metrics.intervals import Interval, bootstrap_interval, by_point, share_interval
from mysimbdp.metrics.ladder import app_shares, rungs_frame
from mysimbdp.metrics.lag import lag_trend
from mysimbdp.metrics.noise import Noise, exceeds_noise, noise
from mysimbdp.metrics.readers import work_shares
from mysimbdp.metrics.resources import samples_frame
from mysimbdp.metrics.runs import KINDS, by_kind, point_of, runs_frame
from mysimbdp.metrics.summary import run_summary
from mysimbdp.metrics.warm_up import WarmUpRule, cut_warm_up, has_settled, until_settled
from mysimbdp.metrics.wrong_data import delivered_shares, of_series, relative_to_none

__all__ = [
    "KINDS",
    "Interval",
    "Noise",
    "WarmUpRule",
    "app_shares",
    "batches_frame",
    "bootstrap_interval",
    "by_kind",
    "by_point",
    "comparable",
    "cut_warm_up",
    "delivered_shares",
    "drain_medians",
    "drained_s",
    "drains_frame",
    "exceeds_noise",
    "fit_batch_cost",
    "has_settled",
    "histograms_frame",
    "lag_trend",
    "limits_by_arm",
    "limits_frame",
    "measured_batches",
    "noise",
    "of_series",
    "point_of",
    "probes_frame",
    "query_summary",
    "relative_to_none",
    "run_summary",
    "rungs_frame",
    "runs_frame",
    "samples_frame",
    "share_interval",
    "steady_batches_frame",
    "steps_frame",
    "sustained_rate",
    "until_settled",
    "work_shares",
]
