"""The limits of the arms in words."""

import pandas as pd

from mysimbdp.findings.wording import capital, duration, rate
from mysimbdp.metrics.capacity import limits_by_arm
from mysimbdp.metrics.names import arm_name


def limits(found: pd.DataFrame) -> list[str]:
    """What each arm drains and sustains, and how many times the other: a frame of `metrics.limits_frame`."""
    by_arm = limits_by_arm(found)
    sentences = [_of_arm(arm, of_arm, found) for arm, of_arm in by_arm.items()]
    if {"kit", "published"} <= by_arm.keys():
        times = (by_arm["kit"]["drain_rate_per_s"] or 0) / (by_arm["published"]["drain_rate_per_s"] or 1)
        sentences.append(f"On the same core the kit drains {times:,.1f} times as many messages a second.")
    return sentences


def _of_arm(arm: str, limits: dict[str, float | None], found: pd.DataFrame) -> str:
    objective_ms = 1000 * float(found.loc[found["arm"] == arm, "latency_objective_s"].iloc[0])
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
