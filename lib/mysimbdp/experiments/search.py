"""The search for the sustainable rate: doubling, bisection, confirmation. What a probe is, the caller knows."""

from collections.abc import Callable
from dataclasses import dataclass, field
from math import sqrt

# Offers a rate per second for a while, longer where it is to be confirmed; whether it was sustained.
Probe = Callable[[float, bool], bool]

LOWEST_PER_S = 1.0  # where it is given up: an arm that is too slow for one message a second is so at every rate


@dataclass
class Found:
    """What a search came to.

    Attributes:
        sustained_per_s: the highest rate that was sustained, also each time it was confirmed; 0 where none was.
        failures_per_s: the rates that were not, and no higher one was later.
        tried: every probe in its order, with its outcome.
    """

    sustained_per_s: float = 0.0
    failures_per_s: list[float] = field(default_factory=list)
    tried: list[tuple[float, bool]] = field(default_factory=list)

    @property
    def failed_per_s(self) -> float | None:
        """The lowest rate that was not sustained; None where all were."""
        return min(self.failures_per_s, default=None)


def search(probe: Probe, first_per_s: float, highest_per_s: float, tolerance: float, confirmations: int) -> Found:
    """The highest rate that is sustained, to within `tolerance` of the lowest that is not.

    The rate is doubled from `first_per_s` (or halved, where that is too much already) until one is sustained and the
    next is not, at most up to `highest_per_s`. A first rate that fails is tried again before it is halved: what it met
    may not have been warm yet, and to come back from far below takes longer than a second try. The gap is then halved,
    by the geometric mean. The failed rate that is left is tried again: one bad moment must not end the search far below
    the limit, so if it is sustained now, the search goes on from there. Then the sustained rate is confirmed: sustained
    `confirmations` more times. One that is not is a failed rate, and the next lower one by the tolerance is to be
    confirmed.

    Args:
        tolerance: 0.1 ends the search where the two rates are ten per cent apart, which is ± 5 %.
    """
    found = Found()
    _bracket(found, probe, first_per_s, highest_per_s)
    while found.sustained_per_s and _narrow(found, probe, tolerance):
        if not found.failures_per_s and found.sustained_per_s < highest_per_s:
            _bracket(found, probe, min(2 * found.sustained_per_s, highest_per_s), highest_per_s)
    _confirm(found, probe, tolerance, confirmations)
    return found


def _bracket(found: Found, probe: Probe, first_per_s: float, highest_per_s: float) -> None:
    rate_per_s = first_per_s
    while _try(found, probe, rate_per_s) or _try_first_again(found, probe, rate_per_s):
        if rate_per_s >= highest_per_s:
            return
        rate_per_s = min(2 * rate_per_s, highest_per_s)
    while not found.sustained_per_s and rate_per_s > LOWEST_PER_S:
        rate_per_s = max(rate_per_s / 2, LOWEST_PER_S)
        _try(found, probe, rate_per_s)


def _try_first_again(found: Found, probe: Probe, rate_per_s: float) -> bool:
    """Whether the very first rate, which has failed, is sustained now."""
    return len(found.tried) == 1 and rate_per_s > LOWEST_PER_S and _try(found, probe, rate_per_s)


def _narrow(found: Found, probe: Probe, tolerance: float) -> bool:
    """Halve the gap until it is small; whether the failed rate that is left is sustained when it is tried again."""
    while found.failed_per_s and found.failed_per_s > (1 + tolerance) * found.sustained_per_s:
        _try(found, probe, sqrt(found.sustained_per_s * found.failed_per_s))
    return bool(found.failed_per_s and _try(found, probe, found.failed_per_s))


def _confirm(found: Found, probe: Probe, tolerance: float, confirmations: int) -> None:
    left = confirmations
    while left and found.sustained_per_s:
        if _try(found, probe, found.sustained_per_s, confirming=True):
            left -= 1
        else:
            lower_per_s = found.sustained_per_s / (1 + tolerance)
            found.sustained_per_s = lower_per_s if lower_per_s >= LOWEST_PER_S else 0.0
            left = confirmations


def _try(found: Found, probe: Probe, rate_per_s: float, confirming: bool = False) -> bool:
    sustained = probe(rate_per_s, confirming)
    found.tried.append((rate_per_s, sustained))
    if sustained:
        found.sustained_per_s = max(found.sustained_per_s, rate_per_s)
        found.failures_per_s = [failed for failed in found.failures_per_s if failed > rate_per_s]
    else:
        found.failures_per_s.append(rate_per_s)
    return sustained
