"""Up to which rate the arms follow, and how their batches compare."""

import pandas as pd

from mysimbdp.findings.wording import capital, duration, rate
from mysimbdp.metrics import Noise, exceeds_noise
from mysimbdp.metrics.names import arm_name


def kept_up(summary: pd.DataFrame) -> list[str]:
    """The highest rate that each arm was shown to follow, and the highest sustainable one: a frame of `run_summary`."""
    valid = summary[summary["valid"]]
    return [_highest(runs, arm_name(str(arm))) for arm, runs in valid.groupby("arm")]


def _highest(runs: pd.DataFrame, name: str) -> str:
    offered = f"rates offered: {rate(runs['rate_per_s'].min())} to {rate(runs['rate_per_s'].max())}"
    if runs["lag_slope_upper_per_s"].isna().all():
        return capital(f"{name}: too few batches were measured to tell whether the lag grew ({offered}).")
    followed, sustained = (_highest_where_all(runs, condition) for condition in ("keeps_up", "sustainable"))
    if followed is None:
        return capital(f"{name}: at no rate was the lag shown not to grow ({offered}).")
    objective = f"within the latency objective of {runs['latency_objective_s'].iloc[0]:g} s at p99"
    lasting = (
        f"the highest sustainable one, {objective}, was {rate(sustained)}" if sustained else f"none was {objective}"
    )
    return capital(
        f"{name}: the highest rate at which the lag did not grow was {rate(followed)}; {lasting} ({offered})."
    )


def _highest_where_all(runs: pd.DataFrame, condition: str) -> float | None:
    """The highest rate at which every repetition met the condition."""
    met = runs.groupby("rate_per_s")[condition].all()
    return float(met[met].index.max()) if met.any() else None


def arms_compared(summary: pd.DataFrame, found: Noise) -> list[str]:
    """How batch durations of the two arms compare at the lowest and the highest rate that both have valid runs of."""
    valid = summary[summary["valid"]]
    medians = valid.pivot_table(index="rate_per_s", columns="arm", values="batch_duration_ms", aggfunc="median")
    common = medians.reindex(columns=["kit", "published"]).dropna()
    if common.empty:
        return ["There is no rate with valid runs of both arms, so nothing is compared."]
    both_ends = common.iloc[sorted({0, len(common) - 1})]
    return [_compared(float(at), kit, published, found) for at, kit, published in both_ends.to_records().tolist()]


def _compared(at: float, kit_ms: float, published_ms: float, found: Noise) -> str:
    both = (
        f"At {rate(at)} the mean batch took {duration(published_ms)} in the published configuration and "
        f"{duration(kit_ms)} in the kit"
    )
    if not exceeds_noise(kit_ms, published_ms, found):
        return f"{both}; beside the noise no difference is claimed."
    return f"{both}: {published_ms / kit_ms:,.3g} times as long, far enough apart for the noise."
