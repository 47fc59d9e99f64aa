"""Runs that looked for the limits of an arm → frames: what was found, and what was tried on the way."""

from collections.abc import Iterable
from typing import Any

import pandas as pd

from mysimbdp.documents import RunDocument
from mysimbdp.metrics.runs import invalid_reason

LIMITS = ["drain_rate_per_s", "sustainable_rate_per_s", "failed_rate_per_s", "core_s_per_million"]
LIMIT_COLUMNS = ["run_id", "arm", "sensors", "latency_objective_s", *LIMITS, "valid", "invalid_reason"]
_COPIED = [
    "achieved_rate_per_s", "processing_p99_ms", "lag_slope_per_s", "lag_slope_upper_per_s", "batches", "confirming",
]  # fmt: skip
PROBE_COLUMNS = ["run_id", "arm", "number", "rate_per_s", *_COPIED, "sustained", "reason"]


def limits_frame(runs: Iterable[RunDocument]) -> pd.DataFrame:
    """One row a run that has a `capacity`: `LIMIT_COLUMNS`.

    `core_s_per_million` is the median of its drains: CPU seconds of driver and executors per million messages.
    """
    return pd.DataFrame([_limits(run) for run in runs if "capacity" in run], columns=LIMIT_COLUMNS)


def _limits(run: RunDocument) -> list[Any]:
    found, reason = run["capacity"], invalid_reason(run)
    cores = pd.Series([drain["core_s_per_million"] for drain in found["drains"]], dtype=float).median()
    limits = [found["drain_rate_per_s"], found["sustainable_rate_per_s"], found["failed_rate_per_s"], cores]
    sensors = run["parameters"].get("sensors")
    return [run["_id"], run["arm"], sensors, run["latency_objective_s"], *limits, reason is None, reason]


def probes_frame(runs: Iterable[RunDocument]) -> pd.DataFrame:
    """One row a rate that was tried, in order: `PROBE_COLUMNS`; `reason` says why it was not sustained."""
    rows = [
        [run["_id"], run["arm"], number, *_probe(probe)]
        for run in runs
        for number, probe in enumerate(run["capacity"]["probes"] if "capacity" in run else (), start=1)
    ]
    return pd.DataFrame(rows, columns=PROBE_COLUMNS)


def _probe(probe: Any) -> list[Any]:
    return [probe["offered_rate_per_s"], *(probe[name] for name in _COPIED), not probe["reason"], probe["reason"]]


def limits_by_arm(limits: pd.DataFrame) -> dict[str, dict[str, float | None]]:
    """The median of the valid runs of each arm, by name of `LIMITS`.

    Of an arm with several points it is the one with the fewest sensors and the shortest objective.
    """
    valid = limits[limits["valid"]]
    found: dict[str, dict[str, float | None]] = {}
    for arm, runs in valid.groupby("arm"):
        first = runs.sort_values(["sensors", "latency_objective_s"]).iloc[0]
        same = (
            runs[["sensors", "latency_objective_s"]].eq(first[["sensors", "latency_objective_s"]]).all(axis="columns")
        )
        medians = runs[same][LIMITS].astype(float).median()
        found[str(arm)] = {name: None if pd.isna(medians[name]) else float(medians[name]) for name in LIMITS}
    return found
