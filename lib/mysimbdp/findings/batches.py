"""Why a batch takes as long as it does, and what becomes of it in the long run."""

import pandas as pd

from mysimbdp.findings.wording import capital, duration, percent, rate
from mysimbdp.metrics.names import arm_name


def fixed_cost(fits: pd.DataFrame) -> list[str]:
    """The two parts of a batch's duration in each arm, and how the fixed parts compare: `fit_batch_cost`, by arm."""
    known = fits.dropna(subset=["t0_ms", "c_us"]).set_index("arm")
    told = [_line(arm_name(str(arm)), fit) for arm, fit in known.iterrows()]
    unknown = [
        f"The batches of the {arm_name(arm)} are too few or too much alike to tell their fixed cost."
        for arm in fits["arm"]
        if arm not in known.index
    ]
    return [*told, *unknown, *_compared(known)]


def _line(name: str, fit: pd.Series) -> str:
    return capital(
        f"{name}: a batch costs {duration(fit['t0_ms'])} whatever is in it (95 % interval {duration(fit['t0_low_ms'])} "
        f"to {duration(fit['t0_high_ms'])}), and each message {fit['c_us']:,.0f} µs more ({fit['n']:.0f} batches, "
        f"R² = {fit['r2']:.2f})."
    )


def _compared(fits: pd.DataFrame) -> list[str]:
    if not {"kit", "published"} <= set(fits.index):
        return []
    kit, published = fits.loc["kit"], fits.loc["published"]
    if kit["t0_high_ms"] >= published["t0_low_ms"] or kit["t0_ms"] <= 0:
        return ["The intervals of the two fixed costs overlap, so no difference is claimed."]
    factor = published["t0_ms"] / kit["t0_ms"]
    return [f"The fixed cost of a batch is {factor:,.3g} times as high in the published configuration as in the kit."]


def slowest_start(batches: pd.DataFrame, fits: pd.DataFrame, runs: pd.DataFrame) -> list[str]:
    """How much of a batch is fixed cost at the lowest offered rate of each arm.

    Args:
        batches: of `measured_batches`.
        fits: of `fit_batch_cost`, a row an arm.
        runs: of `runs_frame`, with `rate_per_s`.
    """
    rated = batches[batches["rows"] > 0].merge(runs[["run_id", "rate_per_s"]], on="run_id")
    lowest = rated[rated["rate_per_s"] == rated.groupby("arm")["rate_per_s"].transform("min")]
    return [
        _at_lowest(lowest[lowest["arm"] == arm], str(arm), t0_ms)
        for arm, t0_ms in fits.dropna(subset=["t0_ms"]).set_index("arm")["t0_ms"].items()
    ]


def _at_lowest(batches: pd.DataFrame, arm: str, t0_ms: float) -> str:
    median_ms, rows = batches["duration_ms"].median(), batches["rows"].median()
    return (
        f"At {rate(batches['rate_per_s'].iloc[0])} a batch of the {arm_name(arm)} took {duration(median_ms)} in the "
        f"median for {rows:,.0f} message{'' if rows == 1 else 's'}; the fitted fixed cost alone is "
        f"{percent(t0_ms / median_ms)} of that."
    )


def state_growth(batches: pd.DataFrame) -> list[str]:
    """How many windows each query kept in state at its first batch and at its last: all batches, with `arm`."""
    ordered = batches.sort_values("started")
    return [
        f"The {arm_name(str(arm))} (query {query}) kept {rows.iloc[0]:,} windows in state after its first batch and "
        f"{rows.iloc[-1]:,} after its last, batch number {len(rows)}; the most were {rows.max():,}."
        for (arm, _, query), rows in ordered.groupby(["arm", "run_id", "query"])["state_rows"]
    ]
