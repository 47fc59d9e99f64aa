"""Runs that looked for the limits of an arm → frames: what was found, and what was tried on the way."""

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from mysimbdp.documents import RunDocument
from mysimbdp.metrics.drains import OF_DRAIN
from mysimbdp.metrics.runs import invalid_reason

LIMITS = [
    "drain_rate_per_s", "sustainable_rate_per_s", "failed_rate_per_s", "core_s_per_million",
    "load_ceiling_per_s", "busy_drain_rate_per_s",
]  # fmt: skip
PROMPT = ["prompt_rate_per_s", "prompt_p50_ms", "prompt_p99_ms"]
POINT = ["apps", "sensors", "latency_objective_s"]
LIMIT_COLUMNS = ["run_id", "arm", *POINT, *LIMITS, *PROMPT, "valid", "invalid_reason"]
_OF_PROMPT = ["offered_rate_per_s", "processing_p50_ms", "processing_p99_ms"]
_COPIED = [
    "achieved_rate_per_s", "processing_p50_ms", "processing_p99_ms",
    "lag_slope_per_s", "lag_slope_upper_per_s", "batches", "batch_ms", "batch_messages", "confirming",
]  # fmt: skip
STEADY_COLUMNS = ["run_id", "arm", "rows", "duration_ms"]
PROBE_COLUMNS = ["run_id", "arm", "number", "rate_per_s", *_COPIED, "sustained", "reason"]


def limits_frame(runs: Iterable[RunDocument]) -> pd.DataFrame:
    """One row a run that has a `capacity`: `LIMIT_COLUMNS`.

    `drain_rate_per_s`, `core_s_per_million`, CPU seconds of driver and executors, and `load_ceiling_per_s`, at which
    the messages had been laid ready while the app stood still, are medians of its drains. `busy_drain_rate_per_s` is
    that of drains while the other cores were as busy as at the sustainable rate; both are NaN of older runs.
    `prompt_…` are of the rate that was offered for the latency of results, None where none was.
    """
    rows = [_limits(run) for run in runs if "capacity" in run]
    return pd.DataFrame(rows, columns=LIMIT_COLUMNS).astype({"valid": bool})  # an empty column is of objects: no mask


def _limits(run: RunDocument) -> list[Any]:
    found, reason = run["capacity"], invalid_reason(run)
    rate_per_s, cores, laid_per_s = pd.DataFrame(run["drains"], columns=OF_DRAIN, dtype=float).median()
    busy_per_s = pd.Series([drain["rate_per_s"] for drain in found.get("busy_drains", [])], dtype=float).median()
    limits = [rate_per_s, found["sustainable_rate_per_s"], found["failed_rate_per_s"], cores, laid_per_s, busy_per_s]
    point = [run["parameters"].get("apps", 1), run["parameters"].get("sensors"), run["latency_objective_s"]]
    prompt: Mapping[str, Any] = found["prompt"] or {}
    return [run["_id"], run["arm"], *point, *limits, *map(prompt.get, _OF_PROMPT), reason is None, reason]


def probes_frame(runs: Iterable[RunDocument]) -> pd.DataFrame:
    """One row a rate that a valid run tried, in order: `PROBE_COLUMNS`; `reason` says why it was not sustained."""
    rows = [
        [run["_id"], run["arm"], number, *_probe(probe)]
        for run in runs
        if "capacity" in run and invalid_reason(run) is None
        for number, probe in enumerate(run["capacity"]["probes"], start=1)
    ]
    return pd.DataFrame(rows, columns=PROBE_COLUMNS)


def _probe(probe: Any) -> list[Any]:
    return [probe["offered_rate_per_s"], *(probe[name] for name in _COPIED), not probe["reason"], probe["reason"]]


def steady_batches_frame(runs: Iterable[RunDocument]) -> pd.DataFrame:
    """One row a rate that a valid run was offered for a while: `STEADY_COLUMNS`, medians of the batches meanwhile."""
    rows = [
        [run["_id"], run["arm"], offered["batch_messages"], offered["batch_ms"]]
        for run in runs
        if "capacity" in run and invalid_reason(run) is None
        for offered in (*run["capacity"]["probes"], run["capacity"]["prompt"])
        if offered and offered["batch_messages"]
    ]
    return pd.DataFrame(rows, columns=STEADY_COLUMNS)


def comparable(limits: pd.DataFrame) -> pd.DataFrame:
    """The valid runs of one point of each arm: with its fewest apps, then its fewest sensors and shortest objective."""
    valid = limits[limits["valid"]]
    first = valid.sort_values(POINT).drop_duplicates("arm")[["arm", *POINT]]
    return valid.merge(first, on=["arm", *POINT])


def sustained_rate(runs: Iterable[RunDocument], arm: str = "kit") -> float | None:
    """The median of what the `comparable` runs of an arm sustained; None where none did, or nothing was sustained."""
    return limits_by_arm(limits_frame(runs)).get(arm, {}).get("sustainable_rate_per_s") or None


def limits_by_arm(limits: pd.DataFrame) -> dict[str, dict[str, float | None]]:
    """The median of the `comparable` runs of each arm, by name of `LIMITS` and `PROMPT`."""
    found = [*LIMITS, *PROMPT]
    medians = comparable(limits).astype(dict.fromkeys(found, float)).groupby("arm")[found].median()
    return {
        str(arm): {str(name): None if pd.isna(value) else float(value) for name, value in of_arm.items()}
        for arm, of_arm in medians.iterrows()
    }
