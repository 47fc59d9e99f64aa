"""What experiments there are, how sweeps stand, and what the runs of one came to."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from mysimbdp import coredms
from mysimbdp.contracts import Collection
from mysimbdp.documents import SweepDocument
from mysimbdp.errors import UsageError
from mysimbdp.experiments import sweeps
from mysimbdp.experiments.estimate import Estimate
from mysimbdp.experiments.points import in_order, points
from mysimbdp.experiments.spec import Spec, load_spec, spec_names, spec_path
from mysimbdp.metrics import run_summary

MISSING = "missing"
_METRICS = (Collection.PROGRESS, Collection.LATENCIES, Collection.RESOURCES)
_PLANNED = ["order", "arm", "label", "series", "repetition"]


@dataclass(frozen=True)
class Size:
    """How much a profile of an experiment is."""

    spec: Spec
    profile: str
    points: int
    runs: int
    expected_s: float


def sizes() -> Iterator[Size]:
    """Every profile of every experiment of the kit."""
    for spec in map(load_spec, map(spec_path, spec_names())):
        for name, profile in spec.profiles.items():
            planned = in_order(points(profile), profile.repetitions, profile.order_seed)
            count = len(planned) // profile.repetitions
            yield Size(spec, name, count, len(planned), Estimate().left_s(planned))


def states(database: coredms.Coredms) -> Iterator[tuple[SweepDocument, Counter[str]]]:
    """Every sweep, the newest first, with how many of its planned runs have which status."""
    for sweep in sweeps.all_sweeps(database):
        latest = sweeps.latest_runs(database, sweep)
        begun = [str(run["status"]) for run in latest.values()]
        yield sweep, Counter([*begun, *[MISSING] * (len(sweep["plan"]) - len(begun))])


def newest_sweep(database: coredms.Coredms, experiment: str) -> SweepDocument:
    """The newest sweep of an experiment.

    Raises:
        UsageError: there is none.
    """
    found = next((sweep for sweep in sweeps.all_sweeps(database) if sweep["experiment"] == experiment), None)
    if found is None:
        raise UsageError(f"coredms has no sweep of {experiment}: `mysimbdp experiment run {experiment}` makes one.")
    return found


def outcomes(database: coredms.Coredms, sweep: SweepDocument) -> pd.DataFrame:
    """One row a planned run, by order: what was planned, its status (`MISSING` before it begins), and its figures.

    Columns: `order, arm, label, series, repetition, status`, then the others of `metrics.run_summary`.
    """
    latest = sweeps.latest_runs(database, sweep).values()
    of_these = {"run_id": {"$in": [run["_id"] for run in latest]}}
    progress, latencies, resources = (list(database[name].find(of_these, {"raw": False})) for name in _METRICS)
    summary = run_summary(latest, progress, latencies, resources)  # type: ignore[arg-type]  # written by the kit
    planned = pd.DataFrame(sweep["plan"]).rename(columns={"point": "label"})[_PLANNED]
    joined = planned.merge(summary.drop(columns=["arm", "series", "repetition"]), how="left", on="order")
    return joined.assign(status=joined["status"].fillna(MISSING), valid=joined["valid"].eq(True))
