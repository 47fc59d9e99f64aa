"""Whether as much wrong data came as was asked for, and what each kind costs."""

import pandas as pd

from mysimbdp.findings.wording import capital, listed, percent
from mysimbdp.metrics import Noise, exceeds_noise
from mysimbdp.metrics.names import KIND_NAMES, arm_name


def delivered(shares: pd.DataFrame) -> list[str]:
    """In how many runs the requested share lies within the sampling error of the delivered one: `delivered_shares`."""
    if shares.empty:
        return ["No valid run had wrong data."]
    outside = shares[(shares["requested"] < shares["low"]) | (shares["requested"] > shares["high"])]
    drawn = (shares["requested"] < 1).sum()  # where all were to be wrong, there is no chance
    largest = (shares["share"] - shares["requested"]).abs().max()
    told = (
        f"In {len(shares) - len(outside)} of {len(shares)} runs the requested share lies within the 95 % interval of "
        f"the delivered one (by chance, {0.05 * drawn:.1f} of as many would lie outside); the largest difference "
        f"is {100 * largest:.2f} percentage points."
    )
    return [told, *(_outside(run) for _, run in outside.iterrows())]


def _outside(run: pd.Series) -> str:
    return (
        f"Outside is {run['run_id']}: {KIND_NAMES[run['kind']]}, requested {percent(run['requested'])}, delivered "
        f"{100 * run['share']:.2f} % ({100 * run['low']:.2f} to {100 * run['high']:.2f} %)."
    )


def costs(relative: pd.DataFrame, metric: str, found: Noise) -> list[str]:
    """What each kind does to a metric at its largest share, if that is more than twice the noise: `relative_to_none`.

    Kinds without a claim are named together.
    """
    largest = relative[relative["share"] == relative.groupby(["arm", "kind"])["share"].transform("max")]
    told = []
    for arm, of_arm in largest.groupby("arm"):
        claimed = [
            exceeds_noise(value, none, found) for value, none in zip(of_arm["value"], of_arm["none"], strict=True)
        ]
        told += [_claim(row, metric) for _, row in of_arm[claimed].iterrows()]
        told += _no_claim(of_arm[[not claim for claim in claimed]], arm_name(str(arm)), metric, found)
    return told


def _claim(row: pd.Series, metric: str) -> str:
    more = "more" if row["difference"] > 0 else "less"
    return capital(
        f"{arm_name(row['arm'])}: with {percent(row['share'])} {KIND_NAMES[row['kind']]} the {metric} is "
        f"{percent(abs(row['difference']))} {more} than without wrong data."
    )


def _no_claim(rows: pd.DataFrame, name: str, metric: str, found: Noise) -> list[str]:
    if rows.empty:
        return []
    kinds = listed([f"{KIND_NAMES[row['kind']]} ({100 * row['difference']:+.1f} %)" for _, row in rows.iterrows()])
    why = "none is more than twice the noise" if found.pairs else "the noise is not known"
    return [capital(f"{name}: of {kinds} no effect on the {metric} is claimed, since {why}.")]
