"""The search for the sustainable rate: doubling, bisection, confirmation. What a probe is, the caller knows."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from math import inf, sqrt

# Offers a rate per second for a while, for longer if it is to be thorough; whether it was sustained.
Probe = Callable[[float, bool], bool]
Step = tuple[float, bool]  # the rate to probe next, and whether thoroughly

LOWEST_PER_S = 1.0  # where it is given up: an arm that is too slow for one message a second is so at every rate


@dataclass
class Found:
    """What a search knows.

    Attributes:
        sustained: the rates that were, and below which none failed later; in how many thorough probes.
        failed: the rates that were not, and above which none was later; whether that is believed, which is so of a
            thorough probe.
        tried: every probe in its order, with its outcome.
    """

    sustained: dict[float, int] = field(default_factory=dict)
    failed: dict[float, bool] = field(default_factory=dict)
    tried: list[tuple[float, bool]] = field(default_factory=list)

    @property
    def sustained_per_s(self) -> float:
        """The highest rate that was sustained; 0 where none was."""
        return max(self.sustained, default=0.0)

    @property
    def failed_per_s(self) -> float | None:
        """The lowest rate that was not sustained; None where all were."""
        return min(self.failed, default=None)

    def learn(self, rate_per_s: float, thorough: bool, sustained: bool) -> None:
        """Add the outcome of a probe; earlier ones that contradict it count no more."""
        self.tried.append((rate_per_s, sustained))
        if sustained:
            self.sustained[rate_per_s] = self.sustained.get(rate_per_s, 0) + thorough
            self.failed = {rate: believed for rate, believed in self.failed.items() if rate > rate_per_s}
        else:
            self.sustained = {rate: times for rate, times in self.sustained.items() if rate < rate_per_s}
            self.failed[rate_per_s] = thorough


def search(
    probe: Probe,
    first_per_s: float,
    highest_per_s: float,
    tolerance: float,
    confirmations: int,
    is_late: Callable[[], bool] = lambda: False,
) -> Found:
    """The highest rate that is sustained, to within `tolerance` of the lowest that is not.

    Short probes double the rate from `first_per_s` until it fails, at most up to `highest_per_s`, or halve it until it
    is sustained. One that fails is repeated thoroughly before it is believed: a bad moment must not end the search far
    below the limit, and a rate that is far above it is given up soon in either. Thorough probes halve the gap, by the
    geometric mean, since short ones say too little of what is sustained for longer. Then the sustained rate is
    confirmed, until it was sustained in `confirmations` thorough probes. Where it fails, the search goes on below: in
    the gap to the next rate that was sustained or, where there is none, as far below as the next failed one is above.

    Args:
        tolerance: 0.1 ends the search where the two rates are ten per cent apart, which is ± 5 %.
        is_late: asked after each probe; once it is true, one thorough probe is enough and no gap too wide.
    """
    found = Found()
    step: Step | None = (first_per_s, False)
    while step:
        found.learn(*step, probe(*step))
        step = _next(found, highest_per_s, *((inf, 1) if is_late() else (tolerance, confirmations)))
    return found


def _next(found: Found, highest_per_s: float, tolerance: float, confirmations: int) -> Step | None:
    """The step that follows; None where the search is over."""
    sustained_per_s, failed_per_s = found.sustained_per_s, found.failed_per_s
    if failed_per_s and failed_per_s <= LOWEST_PER_S:
        return None
    if failed_per_s and not found.failed[failed_per_s]:
        return failed_per_s, True
    if failed_per_s and not sustained_per_s:
        return _below(found.failed)
    if failed_per_s and failed_per_s > (1 + tolerance) * sustained_per_s:
        return sqrt(sustained_per_s * failed_per_s), True
    if not failed_per_s and sustained_per_s < highest_per_s:
        return min(2 * sustained_per_s, highest_per_s), False
    return (sustained_per_s, True) if found.sustained[sustained_per_s] < confirmations else None


def _below(failed: Iterable[float]) -> Step:
    """As far below the lowest of these rates as the next one lies above it, or half of it, which a short probe tells.

    A rate that failed in the end, close below another, is close to the limit.
    """
    lowest, *above = sorted(failed)
    if above and above[0] < 2 * lowest:
        return max(lowest**2 / above[0], LOWEST_PER_S), True
    return max(lowest / 2, LOWEST_PER_S), False
