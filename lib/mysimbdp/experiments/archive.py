"""The runs of an experiment with all that was measured of them: from coredms, or those that came with the kit."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from mysimbdp import coredms
from mysimbdp.contracts import Collection
from mysimbdp.documents import RunDocument, RunStatus
from mysimbdp.errors import KitError
from mysimbdp.experiments import compact
from mysimbdp.experiments.choosing import chosen
from mysimbdp.experiments.compact import Stored
from mysimbdp.sources import SAMPLES

REFERENCE = SAMPLES / "reference"
PUBLISHED = SAMPLES / "published" / "published_results.csv"


@dataclass(frozen=True)
class Recorded(Stored):
    """Runs, what belongs to them, and a sentence that says where they come from."""

    source: str


def recorded(
    mongodb_uri: str, experiment: str, profile: str = "", sweep: str = "", folder: Path = REFERENCE
) -> Recorded:
    """What coredms holds of an experiment; where that is nothing, the reference runs, and `source` says so.

    Args:
        profile, sweep: as of `chosen`.
        folder: of the reference runs.

    Raises:
        KitError: coredms does not answer, or there are no reference runs either.
    """
    found = find(mongodb_uri, experiment, profile, sweep)
    return found if found.runs else reference(experiment, profile, sweep, folder)


def find(mongodb_uri: str, experiment: str, profile: str = "", sweep: str = "") -> Recorded:
    """The runs of the experiment in coredms that `chosen` takes, without Spark's raw progress; maybe none.

    Raises:
        KitError: coredms does not answer.
    """
    finished = {"experiment": experiment, "status": {"$in": [RunStatus.COMPLETED.value, RunStatus.FAILED.value]}}
    with coredms.connect(mongodb_uri) as database:
        runs: list[Any] = list(database[Collection.RUNS].find(finished, {"trace": False}))
        kept = chosen(runs, profile, sweep)
        return _with_measurements(database, kept, f"{_in_words(kept)} in coredms.")


def of_run(mongodb_uri: str, run_id: str) -> Recorded:
    """One run in coredms, also one that was made by hand.

    Raises:
        KitError: coredms does not answer, or has no such run.
    """
    with coredms.connect(mongodb_uri) as database:
        runs: list[Any] = list(database[Collection.RUNS].find({"_id": run_id}))
        if not runs:
            raise KitError(f"coredms has no run {run_id}; see `mysimbdp experiment list`.")
        return _with_measurements(database, runs, f"Run {run_id} in coredms.")


def _with_measurements(database: coredms.Coredms, runs: list[RunDocument], source: str) -> Recorded:
    query = {"run_id": {"$in": [run["_id"] for run in runs]}}
    progress: list[Any] = list(database[Collection.PROGRESS].find(query, {"raw": False}))
    latencies: list[Any] = list(database[Collection.LATENCIES].find(query))
    resources: list[Any] = list(database[Collection.RESOURCES].find(query, {"spark": False}))
    return Recorded(runs, progress, latencies, resources, source)


def reference(experiment: str, profile: str = "", sweep: str = "", folder: Path = REFERENCE) -> Recorded:
    """The reference runs of the experiment that came with the kit, chosen as `find` does.

    Raises:
        KitError: there are none.
    """
    stored = compact.read(folder)
    runs = chosen((run for run in stored.runs if run["experiment"] == experiment), profile, sweep)
    if not runs:
        asked = " ".join(filter(None, (experiment, profile, sweep)))
        makes = f"`mysimbdp experiment run {experiment}` makes some"
        raise KitError(f"Neither coredms nor the reference has runs of {asked}: {makes}.")
    where = f"made on {_machine(runs[0])} (data/samples/reference)"
    source = f"coredms has no such runs, so these came with the kit: {_in_words(runs)}, {where}."
    return Recorded(**vars(stored.only(runs)), source=source)


def published() -> pd.DataFrame:
    """The published results, one row a point (of two apps, one a query); the columns are in the README beside them."""
    return pd.read_csv(PUBLISHED)


def _in_words(runs: Iterable[RunDocument]) -> str:
    """How many runs of which sweeps."""
    counts: dict[str, int] = {}
    for run in runs:
        name = f"{run['sweep']} ({run['profile']}, {run['started_at']:%Y-%m-%d})"
        counts[name] = counts.get(name, 0) + 1
    return " and ".join(f"{count} runs of sweep {name}" for name, count in counts.items()) or "No runs"


def _machine(run: RunDocument) -> str:
    return f"{run['machine']['cpu']}, {run['machine']['cores']} cores"
