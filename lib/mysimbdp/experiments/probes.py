"""The judgement on one offered rate: whether an app sustained it."""

from math import isnan, nan

import pandas as pd

from mysimbdp.documents import ProbeResult
from mysimbdp.experiments.latency_watch import Quantiles
from mysimbdp.metrics import lag_trend
from mysimbdp.metrics.lag import TREND
from mysimbdp.metrics.runs import MIN_ACHIEVED_SHARE
from mysimbdp.metrics.summary import MAX_LAG_GROWTH


def judged(
    rate_per_s: float,
    achieved_rate_per_s: float,
    batches: pd.DataFrame,
    latency: Quantiles | None,
    objective_s: float,
    confirming: bool,
) -> ProbeResult:
    """What a probe found: a short one fails if the lag was shown to grow, a confirmation unless it was shown not to.

    So a short probe of fewer than three batches, of whose lag nothing is known, does not fail for it.

    Args:
        batches: those that were measured, of `metrics.batches_frame`.
        latency: of processing; None where a reading had no result.
        objective_s: what p99 of it must not exceed.
    """
    trend = lag_trend(batches)
    slope, upper = (float(trend[column].iloc[0]) if len(trend) else nan for column in TREND)
    growth = upper if confirming else 2 * slope - upper  # the bound on the other side of the slope
    reasons = {
        "the producer was too slow": achieved_rate_per_s < MIN_ACHIEVED_SHARE * rate_per_s,
        "readings had no result": latency is None,
        "results took too long": latency is not None and latency.p99_ms > 1000 * objective_s,
        "the lag grew": not confirming and growth > MAX_LAG_GROWTH * rate_per_s,
        "the lag was not shown to stand still": confirming and not growth < MAX_LAG_GROWTH * rate_per_s,
    }
    batch_ms, batch_messages = (_median(batches[column]) for column in ("duration_ms", "rows"))
    return ProbeResult(
        offered_rate_per_s=rate_per_s,
        achieved_rate_per_s=achieved_rate_per_s,
        processing_p50_ms=latency and latency.p50_ms,
        processing_p99_ms=latency and latency.p99_ms,
        lag_slope_per_s=None if isnan(slope) else slope,
        lag_slope_upper_per_s=None if isnan(upper) else upper,
        confirming=confirming,
        batches=len(batches),
        batch_ms=batch_ms,
        batch_messages=batch_messages,
        reason=next((reason for reason, holds in reasons.items() if holds), ""),
    )


def _median(values: pd.Series) -> float | None:
    return float(values.median()) if len(values) else None
