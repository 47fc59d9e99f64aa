"""Whether a rate was sustained: table of producers, latencies and lags; and whether it is lost before its end."""

from itertools import accumulate

import pytest

from mysimbdp.documents import ProgressDocument
from mysimbdp.experiments.latency_watch import Quantiles
from mysimbdp.experiments.probes import is_lost, judged
from mysimbdp.metrics import batches_frame
from tests.metrics.made import at, batch
from tests.metrics.test_lag import read

PROMPT, LATE = Quantiles(900.0, 2000.0), Quantiles(900.0, 2000.1)
LEVEL, GROWING = read(1000, 1000, 1000, 1000), read(1000, 1050, 1100, 1150)
# Slope 0.5 messages/s, upper bound 5.97, lower bound -4.97: of 1,000 messages/s one per cent is 10.
SCATTERED = read(1001, 1003, 1002)
FEW = read(1000, 1000)


@pytest.mark.parametrize(
    ("achieved_per_s", "latency", "progress", "thorough", "reason"),
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
    achieved_per_s: float, latency: Quantiles | None, progress: list[object], thorough: bool, reason: str
) -> None:
    found = judged(1000, achieved_per_s, batches_frame(progress), latency, objective_s=2.0, thorough=thorough)  # type: ignore[arg-type]
    assert found["reason"] == reason


def test_what_was_seen_is_kept_with_the_judgement() -> None:
    found = judged(1000, 999, batches_frame(FEW), PROMPT, objective_s=2.0, thorough=False)
    assert (found["batches"], found["batch_ms"], found["batch_messages"]) == (2, 1000.0, 1000.0)
    assert (found["lag_slope_per_s"], found["lag_slope_upper_per_s"]) == (None, None)
    assert (found["processing_p50_ms"], found["processing_p99_ms"]) == (900.0, 2000.0)


def test_a_rate_that_was_given_up_is_not_sustained() -> None:
    found = judged(1000, 1000, batches_frame(LEVEL), PROMPT, objective_s=2.0, thorough=True, given_up=True)
    assert found["reason"] == "results took too long; given up"


def one_after_the_other(*durations_s: float, rows: int = 1, app: str = "a") -> list[ProgressDocument]:
    """Batches without a pause between them, from second 0 on."""
    begins_s = [0.0, *accumulate(durations_s)]
    return [
        batch(number, begin_s, round(1000 * duration_s), rows, app=app)
        for number, (begin_s, duration_s) in enumerate(zip(begins_s, durations_s, strict=False))
    ]


# Judged for 20 s with an objective of 2 s: lost once more than 1 s of it, 5 %, has waited for longer than 2 s.
@pytest.mark.parametrize(
    ("progress", "begin_s", "is_over"),
    [
        ([], 0, False),
        (one_after_the_other(9.0), 0, False),  # what it read came before
        (one_after_the_other(*[1.0] * 30), 0, False),  # 2 s at most
        (one_after_the_other(1.5, 1.5), 0, False),  # what came from 0 to 1 s had its results at 3 s: exactly 1 s
        (one_after_the_other(1.5, 1.6), 0, True),  # what came from 0 to 1.1 s
        (one_after_the_other(1.5, 1.6), 0.2, False),  # of which only what came after 0.2 s is judged
        (one_after_the_other(1.2, 1.2, 1.2), 0, False),  # 0.4 s of each batch, twice
        (one_after_the_other(1.2, 1.2, 1.2, 1.2), 0, True),  # and three times
        (one_after_the_other(0.5, 9.0), 0, False),  # all of what came from 0 to 0.5 s, and no more
        (one_after_the_other(1.5, 9.0), 3, False),  # all that waited came before
        (one_after_the_other(1.5, 1.6) + one_after_the_other(0.5, 0.5, app="b"), 0, False),  # 5 % of two apps are 2 s
        (one_after_the_other(1.5, 1.6) + one_after_the_other(0.5, 0.5, app="b", rows=0), 0, True),  # b reads nothing
    ],
)
def test_a_rate_is_lost_when_too_much_of_it_has_waited_too_long(
    progress: list[ProgressDocument], begin_s: float, is_over: bool
) -> None:
    assert is_lost(batches_frame(progress), at(begin_s), measured_s=20, objective_s=2) is is_over
