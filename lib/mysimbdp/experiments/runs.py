"""The run document and its life: RUNNING, then COMPLETED or FAILED."""

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from typing_extensions import TypedDict

from mysimbdp import coredms
from mysimbdp.contracts import Collection
from mysimbdp.documents import RunDocument, RunStatus
from mysimbdp.experiments.provenance import git_revision, machine, versions

LATENCY_OBJECTIVE_S = 2.0
POLL_S = 0.5


def new_id(experiment: str) -> str:
    """An id for a run of this experiment, from the time."""
    return f"{experiment}-{datetime.now(UTC):%Y%m%dT%H%M%S%f}"[:-3]


class Place(TypedDict):
    """Where a run belongs; the fields are those of its document."""

    series: str
    sweep: str | None
    profile: str | None
    repetition: int
    order: int
    order_seed: int | None
    latency_objective_s: float


BY_HAND = Place(
    series="",
    sweep=None,
    profile=None,
    repetition=1,
    order=0,
    order_seed=None,
    latency_objective_s=LATENCY_OBJECTIVE_S,
)


def new_run(
    database: coredms.Coredms,
    run_id: str,
    experiment: str,
    arm: str,
    parameters: Mapping[str, Any],
    place: Place = BY_HAND,
) -> RunDocument:
    """A RUNNING run that begins now on this machine, recorded in coredms.

    Raises:
        KitError: coredms does not answer.
    """
    run: RunDocument = {
        "_id": run_id,
        "experiment": experiment,
        "arm": arm,
        "parameters": dict(parameters),
        "status": RunStatus.RUNNING,
        "started_at": datetime.now(UTC),
        "finished_at": None,
        "reason": None,
        "machine": machine(),
        "versions": versions(database),
        "git_revision": git_revision(),
        "apps": [],
        **place,  # type: ignore[typeddict-item]  # a Place has no other fields
    }
    record(database, run)
    return run


def record(database: coredms.Coredms, run: RunDocument) -> None:
    """Write the run as it stands."""
    coredms.upsert(database, Collection.RUNS, [{**run, "status": str(run["status"])}])


def complete(database: coredms.Coredms, run: RunDocument) -> None:
    """The run has ended well, and all of it is written."""
    run["status"], run["finished_at"] = RunStatus.COMPLETED, datetime.now(UTC)
    record(database, run)


def fail(database: coredms.Coredms, run_id: str, reason: str, trace: str | None = None) -> None:
    """The run has ended with `reason`, a sentence; nothing of it will be counted."""
    ended = {"status": str(RunStatus.FAILED), "finished_at": datetime.now(UTC), "reason": reason}
    database.runs.update_one({"_id": run_id}, {"$set": ended | ({"trace": trace} if trace else {})})


def wait_for(database: coredms.Coredms, run_id: str) -> RunDocument:
    """The run, once its sweep has begun it: its process may be ready before it is its turn."""
    while (run := load(database, run_id)) is None:
        time.sleep(POLL_S)
    return run


def load(database: coredms.Coredms, run_id: str) -> RunDocument | None:
    """The run as it was recorded last."""
    return database.runs.find_one({"_id": run_id})  # type: ignore[return-value]  # it was written by `record`
