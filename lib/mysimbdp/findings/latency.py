"""How long results took, and what that is made of."""

import pandas as pd

from mysimbdp.findings.ends import at_both_ends
from mysimbdp.findings.wording import capital, duration, rate
from mysimbdp.metrics.names import arm_name

_METRICS = ["processing_p50_ms", "processing_p99_ms", "batch_duration_ms", "latency_objective_s"]
_OF_SPIKE = ["processing_p50_ms", "processing_p99_ms", "processing_max_ms", "latency_objective_s"]


def latency(summary: pd.DataFrame) -> list[str]:
    """Processing latency of each arm at its lowest and highest valid rate, beside the batch: of `run_summary`."""
    return [_told(point) for _, point in at_both_ends(summary, _METRICS).iterrows()]


def _told(point: pd.Series) -> str:
    median_ms, p99_ms, batch_ms, objective_s = point[_METRICS]
    verdict = "within" if p99_ms <= 1000 * objective_s else "beyond"
    return capital(
        f"{arm_name(point['arm'])} at {rate(point['rate_per_s'])}: half of the readings were in a report within "
        f"{duration(median_ms)}, that is {median_ms / batch_ms:.2g} times the mean batch; p99 is {duration(p99_ms)}, "
        f"{verdict} the objective of {objective_s:g} s."
    )


def spikes(summary: pd.DataFrame) -> list[str]:
    """How long a spike took, of each valid run: of `run_summary`."""
    return [_spike_told(run) for _, run in summary[summary["valid"]].sort_values("rate_per_s").iterrows()]


def _spike_told(run: pd.Series) -> str:
    median_ms, p99_ms, longest_ms, objective_s = run[_OF_SPIKE]
    verdict = "within" if p99_ms <= 1000 * objective_s else "beyond"
    return (
        f"At {rate(run['rate_per_s'])} half of the spikes were there within {duration(median_ms)}; p99 is "
        f"{duration(p99_ms)}, {verdict} the objective of {duration(1000 * objective_s)}; the longest took "
        f"{duration(longest_ms)}."
    )
