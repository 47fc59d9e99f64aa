"""Whether a rate was sustained: table of producers, latencies and lags."""

import pytest

from mysimbdp.experiments.latency_watch import Quantiles
from mysimbdp.experiments.probes import judged
from mysimbdp.metrics import batches_frame
from tests.metrics.test_lag import read

PROMPT, LATE = Quantiles(900.0, 2000.0), Quantiles(900.0, 2000.1)
LEVEL, GROWING = read(1000, 1000, 1000, 1000), read(1000, 1050, 1100, 1150)
# Slope 0.5 messages/s, upper bound 5.97, lower bound -4.97: of 1,000 messages/s one per cent is 10.
SCATTERED = read(1001, 1003, 1002)
FEW = read(1000, 1000)


@pytest.mark.parametrize(
    ("achieved_per_s", "latency", "progress", "confirming", "reason"),
    [
        (1000, PROMPT, LEVEL, False, ""),
        (990, PROMPT, LEVEL, True, ""),
        (989, PROMPT, LEVEL, False, "the producer was too slow"),
        (1000, None, LEVEL, False, "readings had no result"),
        (1000, LATE, LEVEL, False, "results took too long"),
        (1000, PROMPT, GROWING, False, "the lag grew"),
        (1000, PROMPT, GROWING, True, "the lag was not shown to stand still"),
        (1000, PROMPT, SCATTERED, False, ""),
        (1000, PROMPT, SCATTERED, True, ""),
        (1000, PROMPT, FEW, False, ""),
        (1000, PROMPT, FEW, True, "the lag was not shown to stand still"),
        (1000, PROMPT, [], False, ""),
    ],
)
def test_a_rate_is_sustained_unless_something_speaks_against_it(
    achieved_per_s: float, latency: Quantiles | None, progress: list[object], confirming: bool, reason: str
) -> None:
    found = judged(1000, achieved_per_s, batches_frame(progress), latency, objective_s=2.0, confirming=confirming)  # type: ignore[arg-type]
    assert found["reason"] == reason


def test_what_was_seen_is_kept_with_the_judgement() -> None:
    found = judged(1000, 999, batches_frame(FEW), PROMPT, objective_s=2.0, confirming=False)
    assert (found["batches"], found["batch_ms"], found["batch_messages"]) == (2, 1000.0, 1000.0)
    assert (found["lag_slope_per_s"], found["lag_slope_upper_per_s"]) == (None, None)
    assert (found["processing_p50_ms"], found["processing_p99_ms"]) == (900.0, 2000.0)
