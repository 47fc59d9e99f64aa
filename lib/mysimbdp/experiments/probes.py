"""The judgement on one offered rate: whether an app sustained it."""

from datetime import datetime
from math import isnan, nan

import pandas as pd

from mysimbdp.documents import ProbeResult
from mysimbdp.experiments.latency_watch import Quantiles
from mysimbdp.metrics import lag_trend
from mysimbdp.metrics.batches import QUERY, that_read
from mysimbdp.metrics.lag import TREND
from mysimbdp.metrics.runs import MIN_ACHIEVED_SHARE
from mysimbdp.metrics.summary import MAX_LAG_GROWTH

# A rate is given up when so much of the time in which it is judged has waited too long: five times what p99 leaves,
# since results are there a little before their batch ends.
LOST_SHARE = 0.05


def is_lost(batches: pd.DataFrame, begin: datetime, measured_s: float, objective_s: float) -> bool:
    """Whether a rate that is still offered has failed already, whatever comes.

    A batch reads what has come since the one before began, and has its results when it ends. So of that time the part
    that lies more than `objective_s` before the end has waited too long.

    Args:
        batches: of all queries, since the rate is offered, as of `metrics.batches_frame`.
        begin, measured_s: from when on it is judged, and for how long it would be.
    """
    batches = that_read(batches)
    began_s, ended_s = ((batches[column] - begin).dt.total_seconds() for column in ("started", "ended"))
    came_since_s = (began_s - batches["interval_s"]).clip(lower=0)
    too_long_s = ((ended_s - objective_s).clip(upper=began_s) - came_since_s).clip(lower=0)
    return bool(too_long_s.sum() > LOST_SHARE * measured_s * batches.groupby(QUERY).ngroups)


def judged(
    rate_per_s: float,
    achieved_rate_per_s: float,
    batches: pd.DataFrame,
    latency: Quantiles | None,
    objective_s: float,
    thorough: bool,
    given_up: bool = False,
) -> ProbeResult:
    """What a probe found: a short one fails if the lag was shown to grow, a thorough one unless it was shown not to.

    So a short probe of fewer than three batches, of whose lag nothing is known, does not fail for it.

    Args:
        batches: those that were measured, of `metrics.batches_frame`.
        latency: of processing; None where a reading had no result.
        objective_s: what p99 of it must not exceed.
        given_up: whether the rate was not offered to the end, because it `is_lost`.
    """
    slope, upper = _lag_slope(batches)
    reasons = {
        "results took too long; given up": given_up,
        "the producer was too slow": achieved_rate_per_s < MIN_ACHIEVED_SHARE * rate_per_s,
        "readings had no result": latency is None,
        "results took too long": latency is not None and latency.p99_ms > 1000 * objective_s,
    }
    of_lag = _reason_of_lag(slope, upper, MAX_LAG_GROWTH * rate_per_s, thorough)
    return ProbeResult(
        offered_rate_per_s=rate_per_s,
        achieved_rate_per_s=achieved_rate_per_s,
        processing_p50_ms=latency and latency.p50_ms,
        processing_p99_ms=latency and latency.p99_ms,
        lag_slope_per_s=_known(slope),
        lag_slope_upper_per_s=_known(upper),
        confirming=thorough,
        batches=len(batches),
        batch_ms=_known(batches["duration_ms"].median()),
        batch_messages=_known(batches["rows"].median()),
        reason=next((reason for reason, holds in reasons.items() if holds), of_lag),
    )


def _reason_of_lag(slope: float, upper: float, allowed: float, thorough: bool) -> str:
    """Why its lag makes a probe fail, empty where it does not; all in messages/s, NaN where nothing is known."""
    if thorough:
        return "" if upper < allowed else "the lag was not shown to stand still"
    lower = 2 * slope - upper
    return "the lag grew" if lower > allowed else ""


def _lag_slope(batches: pd.DataFrame) -> tuple[float, float]:
    """The slope of the lag and its upper bound, messages/s; NaN of fewer than three batches."""
    trend = lag_trend(batches)
    slope, upper = (float(trend[column].iloc[0]) if len(trend) else nan for column in TREND)
    return slope, upper


def _known(value: float) -> float | None:
    return None if isnan(value) else float(value)
