"""Which points count, and how much equal ones differ."""

import pandas as pd

from mysimbdp.findings.wording import percent
from mysimbdp.metrics import Noise
from mysimbdp.metrics.names import arm_name
from mysimbdp.metrics.noise import TIMES_NOISE


def points(summary: pd.DataFrame) -> list[str]:
    """How many runs are valid points, and why each of the others is none: a frame of `run_summary`."""
    invalid = summary[~summary["valid"]]
    told = [
        f"Not counted is {run['run_id']} ({arm_name(run['arm'])}): {run['invalid_reason']}."
        for _, run in invalid.iterrows()
    ]
    counted = len(summary) - len(invalid)
    return [f"{counted} of {len(summary)} runs are valid points, their results verified.", *told]


def noise_measured(found: Noise, metric: str) -> list[str]:
    """How much runs of the same point differ in `metric`, and what follows from it for every claim."""
    if not found.pairs:
        return [f"No point was measured twice, so the noise of the {metric} is not known and no difference is claimed."]
    return [
        f"Noise (A/A): in {found.pairs} pair{'s' * (found.pairs > 1)} of runs of the same point the {metric} differed "
        f"by {percent(found.median)} in the median and by {percent(found.largest)} at most.",
        f"So a difference in {metric} below {percent(TIMES_NOISE * found.largest)} is not claimed.",
    ]
