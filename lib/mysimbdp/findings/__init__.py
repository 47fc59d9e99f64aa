"""Frames → sentences: what the runs at hand show, said from their numbers alone, and no more than these allow."""

from mysimbdp.findings.batches import fixed_cost, slowest_start, state_growth
from mysimbdp.findings.capacity import between_limits, latency_bound, limits
from mysimbdp.findings.drains import scaled, state, stored
from mysimbdp.findings.factors import factors, rungs
from mysimbdp.findings.latency import latency, spikes
from mysimbdp.findings.points import noise_measured, points
from mysimbdp.findings.resources import cores, memory
from mysimbdp.findings.shown import Shown, shown
from mysimbdp.findings.speed import arms_compared, kept_up
from mysimbdp.findings.work import work_split
from mysimbdp.findings.wrong_data import costs, delivered

__all__ = [
    "Shown",
    "arms_compared",
    "between_limits",
    "cores",
    "costs",
    "delivered",
    "factors",
    "fixed_cost",
    "kept_up",
    "latency",
    "latency_bound",
    "limits",
    "memory",
    "noise_measured",
    "points",
    "rungs",
    "scaled",
    "shown",
    "slowest_start",
    "spikes",
    "state",
    "state_growth",
    "stored",
    "work_split",
]
