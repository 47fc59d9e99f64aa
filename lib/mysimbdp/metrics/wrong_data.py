"""Runs by kind of wrong data: what was delivered of what was asked for, and what it changed."""

import pandas as pd

from mysimbdp.metrics.intervals import share_interval
from mysimbdp.metrics.runs import KINDS, by_kind

_DELIVERED = ["run_id", "kind", "requested", "share", "low", "high"]


def of_series(runs: pd.DataFrame, series: str) -> pd.DataFrame:
    """The runs of a series, and those without wrong data, with which every series begins."""
    return runs[(runs["series"] == series) | (runs[list(KINDS)] == 0).all(axis=1)]


def delivered_shares(runs: pd.DataFrame) -> pd.DataFrame:
    """What each valid run with wrong data delivered: `run_id, kind, requested, share, low, high`, of all messages.

    `low` and `high` are the 95 % interval of a binomial share.
    """
    wrong = by_kind(runs[runs["valid"] & (runs["acknowledged"] > 0)])
    wrong = wrong[wrong["share"] > 0]
    return pd.DataFrame([_delivered(run) for _, run in wrong.iterrows()], columns=_DELIVERED)


def _delivered(run: pd.Series) -> dict[str, object]:
    share, total = run["delivered"], run["acknowledged"]
    low, high = share_interval(round(share * total), round(total))
    named = {"run_id": run["run_id"], "kind": run["kind"], "requested": run["share"]}
    return named | {"share": share, "low": low, "high": high}


def relative_to_none(runs: pd.DataFrame, metric: str) -> pd.DataFrame:
    """How the median of a metric differs from that without wrong data: `arm, kind, share, value, none, difference`.

    `difference` is relative: 0.1 is a tenth more. Of valid runs only; empty where there is none without wrong data.
    """
    keys = ["arm", "kind", "share"]
    medians = by_kind(runs[runs["valid"]]).groupby(keys)[metric].median().rename("value").reset_index()
    none = medians[medians["share"] == 0].set_index(["arm", "kind"])["value"].rename("none")
    joined: pd.DataFrame = medians[medians["share"] > 0].join(none, on=["arm", "kind"], how="inner")
    return joined.assign(difference=joined["value"] / joined["none"] - 1).reset_index(drop=True)
