"""The limits of the arms in words."""

from collections.abc import Iterator

import pandas as pd

from mysimbdp.findings.wording import capital, duration, percent, rate
from mysimbdp.metrics.capacity import comparable, limits_by_arm
from mysimbdp.metrics.names import arm_name


def limits(found: pd.DataFrame) -> list[str]:
    """What each arm drains and sustains, and how many times the other: a frame of `metrics.limits_frame`."""
    by_arm = limits_by_arm(found)
    objectives_s = comparable(found).groupby("arm")["latency_objective_s"].first()
    sentences = [_of_arm(arm, of_arm, 1000 * float(objectives_s[arm])) for arm, of_arm in by_arm.items()]
    if {"kit", "published"} <= by_arm.keys():
        times = (by_arm["kit"]["drain_rate_per_s"] or 0) / (by_arm["published"]["drain_rate_per_s"] or 1)
        sentences.append(f"On the same core the kit drains {times:,.1f} times as many messages a second.")
    return sentences


def _of_arm(arm: str, limits: dict[str, float | None], objective_ms: float) -> str:
    failed = limits["failed_rate_per_s"]
    above = f"; {rate(failed)} are too many" if failed else ""
    prompt = limits["prompt_rate_per_s"]
    prompt_as = (
        f" At {rate(prompt)} half of the results are there within {duration(limits['prompt_p50_ms'] or 0)}, "
        f"99 % within {duration(limits['prompt_p99_ms'] or 0)}."
        if prompt
        else ""
    )
    return capital(
        f"{arm_name(arm)} drains {rate(limits['drain_rate_per_s'] or 0)}, for {limits['core_s_per_million'] or 0:,.1f} "
        f"core-seconds per million messages, and sustains {rate(limits['sustainable_rate_per_s'] or 0)} with results "
        f"within {duration(objective_ms)} (p99){above}.{prompt_as}"
    )


def between_limits(found: pd.DataFrame) -> list[str]:
    """What an app sustains beside what it drains, alone and on a busy machine: a frame of `metrics.limits_frame`."""
    return [sentence for arm, limits in limits_by_arm(found).items() for sentence in _between(arm, limits)]


def _between(arm: str, limits: dict[str, float | None]) -> Iterator[str]:
    drained, sustained = limits["drain_rate_per_s"], limits["sustainable_rate_per_s"]
    ceiling, busy = limits["load_ceiling_per_s"], limits["busy_drain_rate_per_s"]
    if not (drained and sustained):
        return
    yield f"What the {arm_name(arm)} sustains is {percent(sustained / drained)} of what it drains."
    if busy:
        yield (
            f"It drained {rate(busy)}, {percent(busy / drained)} of that, while producer and broker were as busy as at "
            f"the rate that it sustains, with messages of other topics. It sustains {percent(sustained / busy)} of it."
        )
    if ceiling:
        yield (
            f"They laid backlogs ready at {rate(ceiling)}, {percent(ceiling / drained)} of the drain rate, while it "
            "stood still, which is about the most that can be offered here."
        )


def latency_bound(fits: pd.DataFrame, limits: pd.DataFrame) -> list[str]:
    """The rate at which batches take half of the latency objective, by T = T0 + c·n: of `fit_batch_cost`, by arm.

    A reading waits for the batch under way and then for its own, so batches may take half of the objective at most.
    """
    objectives = comparable(limits)[["arm", "latency_objective_s"]].drop_duplicates()
    known = fits.dropna(subset=["t0_ms", "c_us"]).merge(objectives, on="arm")
    return [_bound(fit) for _, fit in known.iterrows() if fit["c_us"] > 0]


def _bound(fit: pd.Series) -> str:
    longest_ms = 1000 * fit["latency_objective_s"] / 2
    what = f"For results within {duration(2 * longest_ms)} batches of the {arm_name(fit['arm'])} may take"
    if fit["t0_ms"] >= longest_ms:
        return f"{what} {duration(longest_ms)}, and already their fixed cost is {duration(fit['t0_ms'])}."
    messages = (longest_ms - fit["t0_ms"]) * 1000 / fit["c_us"]
    most, endless = messages * 1000 / longest_ms, 1e6 / fit["c_us"]
    return (
        f"{what} {duration(longest_ms)}: less the fixed cost of {duration(fit['t0_ms'])} they hold "
        f"{messages:,.0f} messages, which is {rate(most)}, {percent(most / endless)} of the {rate(endless)} of batches "
        "without end."
    )
