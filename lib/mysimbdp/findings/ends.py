"""The slowest and the fastest point of each arm, which stand for those between."""

from collections.abc import Sequence

import pandas as pd


def at_both_ends(summary: pd.DataFrame, metrics: Sequence[str]) -> pd.DataFrame:
    """The medians of `metrics` at the lowest and the highest valid rate of each arm: `arm, rate_per_s`, the metrics."""
    known = summary[summary["valid"]].dropna(subset=list(metrics))
    medians = known.groupby(["arm", "rate_per_s"])[list(metrics)].median().reset_index()
    rates = medians.groupby("arm")["rate_per_s"]
    at_end = (medians["rate_per_s"] == rates.transform("min")) | (medians["rate_per_s"] == rates.transform("max"))
    return medians[at_end]
