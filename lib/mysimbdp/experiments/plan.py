"""A sweep as it is going to be: everything that can be wrong with it is found here, before anything is started."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from mysimbdp.documents import PlannedRun
from mysimbdp.errors import UsageError
from mysimbdp.experiments.arms import arm_giving
from mysimbdp.experiments.points import fitted, in_order, points
from mysimbdp.experiments.spec import Spec, load_spec, spec_path
from mysimbdp.settings import CHECKOUT


@dataclass(frozen=True)
class Plan:
    """The runs of one sweep, in their order."""

    file: Path
    spec: Spec
    profile: str
    order_seed: int
    runs: list[PlannedRun]

    @property
    def name(self) -> str:
        return f"{self.spec.experiment} ({self.profile})"

    @property
    def notebook(self) -> Path:
        return notebook_of(self.spec)

    @property
    def apps(self) -> int:
        """How many apps run at once at most."""
        return max(int(run["parameters"].get("apps", 1)) for run in self.runs)

    def executed(self, sweep: str, run_id: str) -> Path:
        """Where the executed copy of a run's notebook goes: beside the spec, in a folder that git ignores."""
        return self.file.parent.absolute() / "executed" / sweep / f"{run_id}.ipynb"


def notebook_of(spec: Spec) -> Path:
    """The notebook of a spec, whose path counts from the checkout."""
    return CHECKOUT / spec.notebook


def plan_sweep(name: str, profile: str, arm: str | None = None) -> Plan:
    """What a sweep of this experiment (or YAML file) and profile will run; with `arm`, that arm's points alone.

    Raises:
        UsageError: the spec, an arm, the notebook, or a parameter's name or type does not fit.
    """
    file = spec_path(name)
    spec = load_spec(file)
    with _naming(file):
        chosen = spec.profile(profile)
        wanted = [point for point in points(chosen) if arm in (None, point.arm)]
        if not wanted:
            raise UsageError(f"The profile {profile} has no point of the arm {arm}.")
        for point in wanted:
            arm_giving(spec.results, point.arm, spec.experiment)
        complete = fitted(wanted, notebook_of(spec), {"latency_objective_s": spec.latency_objective_s})
    runs = in_order(complete, chosen.repetitions, chosen.order_seed)
    return Plan(file, spec, profile, chosen.order_seed, runs)


@contextmanager
def _naming(file: Path) -> Iterator[None]:
    """Say of what is wrong with a spec in which file it is."""
    try:
        yield
    except UsageError as error:
        raise UsageError(f"{file}: {error}") from None
