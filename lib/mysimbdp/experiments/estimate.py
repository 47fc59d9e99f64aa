"""How long a sweep takes."""

from collections import defaultdict
from collections.abc import Iterable
from statistics import mean

from mysimbdp.documents import PlannedRun
from mysimbdp.experiments.arms import arm_named

# What one more app adds to the start of a run, on two cores.
ONE_MORE_APP_S = 14.0

Kind = tuple[str, int]  # arm, apps


def load_s(run: PlannedRun) -> float:
    """How long the run's load lasts once it has warmed up."""
    return float(run["parameters"].get("duration_s", 0.0))


def overhead_s(run: PlannedRun) -> float:
    """What a run takes beside that: kernel, start of its apps, warm-up, catching up, the check of every result."""
    arm, apps = _kind(run)
    return arm_named(arm).overhead_s + (apps - 1) * ONE_MORE_APP_S


def _kind(run: PlannedRun) -> Kind:
    return run["arm"], int(run["parameters"].get("apps", 1))


class Estimate:
    """The time that runs will take; of each kind that was run it learns what takes time beside the load."""

    def __init__(self) -> None:
        self._learned_s: defaultdict[Kind, list[float]] = defaultdict(list)

    def learn(self, run: PlannedRun, took_s: float) -> None:
        self._learned_s[_kind(run)].append(max(0.0, took_s - load_s(run)))

    def left_s(self, runs: Iterable[PlannedRun]) -> float:
        return sum(load_s(run) + self._overhead_s(run) for run in runs)

    def _overhead_s(self, run: PlannedRun) -> float:
        learned_s = self._learned_s.get(_kind(run))
        return mean(learned_s) if learned_s else overhead_s(run)
