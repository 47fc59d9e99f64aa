"""The run document and its life: RUNNING, then COMPLETED or FAILED."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from mysimbdp import coredms
from mysimbdp.contracts import Collection
from mysimbdp.documents import RunDocument, RunStatus
from mysimbdp.experiments.provenance import git_revision, machine, versions

LATENCY_OBJECTIVE_S = 2.0


def new_run(
    database: coredms.Coredms,
    experiment: str,
    arm: str,
    parameters: Mapping[str, Any],
    *,
    run_id: str | None = None,
    series: str = "",
    sweep: str | None = None,
    profile: str | None = None,
    repetition: int = 1,
    order: int = 0,
    order_seed: int | None = None,
    latency_objective_s: float = LATENCY_OBJECTIVE_S,
) -> RunDocument:
    """A RUNNING run that begins now on this machine, recorded in coredms; without `run_id` it gets one from the time.

    Raises:
        KitError: coredms does not answer.
    """
    started_at = datetime.now(UTC)
    run = RunDocument(
        _id=run_id or f"{experiment}-{started_at:%Y%m%dT%H%M%S%f}"[:-3],
        experiment=experiment,
        sweep=sweep,
        profile=profile,
        arm=arm,
        series=series,
        parameters=dict(parameters),
        repetition=repetition,
        order=order,
        order_seed=order_seed,
        status=RunStatus.RUNNING,
        started_at=started_at,
        finished_at=None,
        reason=None,
        machine=machine(),
        versions=versions(database),
        git_revision=git_revision(),
        apps=[],
        latency_objective_s=latency_objective_s,
    )
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


def load(database: coredms.Coredms, run_id: str) -> RunDocument | None:
    """The run as it was recorded last."""
    return database.runs.find_one({"_id": run_id})  # type: ignore[return-value]  # it was written by `record`
