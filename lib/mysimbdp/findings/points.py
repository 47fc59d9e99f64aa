"""Which points count, and how much equal ones differ."""

import pandas as pd

from mysimbdp.findings.wording import percent
from mysimbdp.metrics import Noise
from mysimbdp.metrics.names import arm_name
from mysimbdp.metrics.noise import TIMES_NOISE


def points(summary: pd.DataFrame) -> list[str]:
    """How many runs are valid points, why each of the others is none, and which to read with care: of `run_summary`."""
    invalid = summary[~summary["valid"]]
    told = [
        f"Not counted is {run['run_id']} ({arm_name(run['arm'])}): {run['invalid_reason']}."
        for _, run in invalid.iterrows()
    ]
    counted = len(summary) - len(invalid)
    return [f"{counted} of {len(summary)} runs are valid points, their results verified.", *told, *_unsteady(summary)]


def _unsteady(summary: pd.DataFrame) -> list[str]:
    """Which measured runs had not become steady by the rule of the warm-up: the halves of what is left disagree."""
    measured = summary[summary["valid"] & summary["batches"].notna()]  # spikes have none
    return [
        f"Not steady were {len(runs)} of {(measured['arm'] == arm).sum()} runs ({arm_name(str(arm))}), of which "
        f"{_few(runs['batches'])} measured: the halves of what was left after the warm-up differ by more than 20 %, or "
        "are no two batches of each query. Read their batch durations with care."
        for arm, runs in measured[~measured["steady"]].groupby("arm")
    ]


def _few(counts: pd.Series) -> str:
    least, most = int(counts.min()), int(counts.max())
    return f"{least} batch{'es were' if least != 1 else ' was'}" if least == most else f"{least} to {most} batches were"


def noise_measured(found: Noise, metric: str) -> list[str]:
    """How much runs of the same point differ in `metric`, and what follows from it for every claim."""
    if not found.pairs:
        return [f"No point was measured twice, so the noise of the {metric} is not known and no difference is claimed."]
    return [
        f"Noise (A/A): in {found.pairs} pair{'s' * (found.pairs > 1)} of runs of the same point the {metric} differed "
        f"by {percent(found.median)} in the median and by {percent(found.largest)} at most.",
        f"So a difference in {metric} below {percent(TIMES_NOISE * found.largest)} is not claimed.",
    ]
