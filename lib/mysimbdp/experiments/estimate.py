"""How long a sweep takes."""

from collections.abc import Iterable

from mysimbdp.documents import PlannedRun

# What a run takes beside its load: a kernel, its app's start and end, the check of every result. On two cores.
OVERHEAD_S = 18.0


def load_s(run: PlannedRun) -> float:
    """How long the run's load lasts."""
    return float(run["parameters"].get("duration_s", 0.0))


class Estimate:
    """The time that runs will take; it learns from those that ended what a run takes beside its load."""

    def __init__(self) -> None:
        self._overheads_s: list[float] = []

    def learn(self, run: PlannedRun, took_s: float) -> None:
        self._overheads_s.append(max(0.0, took_s - load_s(run)))

    def left_s(self, runs: Iterable[PlannedRun]) -> float:
        known = self._overheads_s
        overhead_s = sum(known) / len(known) if known else OVERHEAD_S
        return sum(load_s(run) + overhead_s for run in runs)
