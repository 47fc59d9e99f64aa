"""What factors and rungs show, in words."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import pandas as pd

from mysimbdp.findings.wording import capital, duration, percent, rate
from mysimbdp.metrics.ladder import APP
from mysimbdp.metrics.names import RUNG_NAMES, STEP_NAMES

_ENDS = next(iter(STEP_NAMES)), next(reversed(STEP_NAMES))
_COSTS = {"t0": ("t0_ms", "t0_low_ms", "t0_high_ms"), "c": ("c_us", "c_low_us", "c_high_us")}


def factors(steps: pd.DataFrame) -> list[str]:
    """What each step did to the cost of a batch, and all of them together: a frame of `metrics.steps_frame`.

    A factor whose interval overlaps with that of the step before is not said to have done anything, and nothing is said
    of one where the step before was not measured.
    """
    by_arm = {row["arm"]: row for row in steps.to_dict("records")}
    sentences = [
        _of_step(by_arm[before], by_arm[after]) if before in by_arm else _not_known(before, after)
        for before, after in pairwise(STEP_NAMES)
        if after in by_arm
    ]
    if {*_ENDS} <= by_arm.keys():
        first, last = (by_arm[arm] for arm in _ENDS)
        sentences.append(
            f"All together: a batch without messages takes {duration(last['t0_ms'])} instead of "
            f"{duration(first['t0_ms'])}, a message {last['c_us']:,.1f} µs instead of {first['c_us']:,.1f} µs, "
            f"and a backlog is drained {last['drain_rate_per_s'] / first['drain_rate_per_s']:,.1f} times as fast."
        )
    return sentences


def _of_step(before: Mapping[Any, Any], after: Mapping[Any, Any]) -> str:
    changes = []
    if _differ(before, after, "t0"):
        changes.append(f"T0 is {duration(after['t0_ms'])} after {duration(before['t0_ms'])}")
    if _differ(before, after, "c"):
        changes.append(f"c is {after['c_us']:,.1f} µs after {before['c_us']:,.1f} µs")
    shown = " and ".join(changes) or "no difference that these runs could show"
    return capital(f"{STEP_NAMES.get(str(after['arm']), str(after['arm']))}: {shown}.")


def _not_known(before: str, after: str) -> str:
    return capital(f"{STEP_NAMES[after]}: not known, since the step before, {STEP_NAMES[before]}, has no valid run.")


def _differ(before: Mapping[Any, Any], after: Mapping[Any, Any], cost: str) -> bool:
    """Whether the 95 % intervals lie apart."""
    _, low, high = _COSTS[cost]
    return bool(after[high] < before[low] or before[high] < after[low])


def rungs(shares: pd.DataFrame) -> list[str]:
    """The app's rate as a share of each rung's, for each number of sensors: a frame of `metrics.app_shares`."""
    several = shares["sensors"].nunique() > 1
    return [
        f"With {sensors:,.0f} sensors: {sentence}" if several else sentence
        for sensors, of_point in shares.groupby("sensors", sort=False, dropna=False)
        for sentence in _rungs(of_point)
    ]


def _rungs(shares: pd.DataFrame) -> list[str]:
    app = shares[shares["rung"] == APP]
    others = shares[shares["rung"] != APP]
    sentences = [f"{capital(RUNG_NAMES[APP])}: {rate(float(app['rate_per_s'].iloc[0]))}."] if len(app) else []
    for rung, rate_per_s, share in others[["rung", "rate_per_s", "share"]].to_numpy():
        name = RUNG_NAMES.get(rung, rung)
        sentences.append(f"That is {percent(share)} of what goes through the rung “{name}” ({rate(rate_per_s)}).")
    return sentences
