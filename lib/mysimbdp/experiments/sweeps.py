"""Sweeps in coredms: what was planned, what of it is done, and what a sweep that was killed has left behind."""

import socket
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from mysimbdp import coredms
from mysimbdp.contracts import Collection
from mysimbdp.documents import PlannedRun, RunDocument, RunStatus, SweepDocument
from mysimbdp.experiments.plan import Plan

_BY_ORDER = [("order", 1), ("started_at", 1)]


def instance_of(home: Path) -> str:
    """What tells this instance from others that share its coredms."""
    return f"{socket.gethostname()}:{home.absolute()}"


def begin(database: coredms.Coredms, plan: Plan, instance: str) -> SweepDocument:
    """Record a sweep that begins now."""
    started_at = datetime.now(UTC)
    sweep = SweepDocument(
        _id=f"{plan.spec.experiment}-{plan.profile}-{started_at:%Y%m%dT%H%M%S%f}"[:-3],
        experiment=plan.spec.experiment,
        profile=plan.profile,
        started_at=started_at,
        order_seed=plan.order_seed,
        instance=instance,
        plan=plan.runs,
    )
    coredms.upsert(database, Collection.SWEEPS, [cast(coredms.Document, sweep)])
    return sweep


def newest(database: coredms.Coredms, plan: Plan, instance: str) -> SweepDocument | None:
    """The newest sweep of this instance that planned the same runs in the same order."""
    query = {"experiment": plan.spec.experiment, "profile": plan.profile, "instance": instance}
    found = database.sweeps.find(query, sort=[("started_at", -1)])
    return next((cast(SweepDocument, sweep) for sweep in found if sweep["plan"] == plan.runs), None)


def all_sweeps(database: coredms.Coredms) -> list[SweepDocument]:
    """Every sweep, the newest first."""
    return cast(list[SweepDocument], list(database.sweeps.find(sort=[("started_at", -1)])))


def latest_runs(database: coredms.Coredms, sweep: SweepDocument) -> dict[int, RunDocument]:
    """The last run of each planned one that was begun, by its order; what failed and was made again counts once."""
    runs = database.runs.find({"sweep": sweep["_id"]}, sort=_BY_ORDER)
    return {run["order"]: cast(RunDocument, run) for run in runs}


def missing(sweep: SweepDocument, latest: Mapping[int, RunDocument]) -> list[PlannedRun]:
    """The planned runs that are not COMPLETED, by order."""
    done = {order for order, run in latest.items() if run["status"] == RunStatus.COMPLETED}
    return [run for run in sweep["plan"] if run["order"] not in done]


def left_running(database: coredms.Coredms, instance: str) -> list[RunDocument]:
    """Runs that sweeps of this instance left RUNNING; while no sweep is under way there, nobody works on them."""
    sweeps = database.sweeps.distinct("_id", {"instance": instance})
    query = {"sweep": {"$in": sweeps}, "status": str(RunStatus.RUNNING)}
    return cast(list[RunDocument], list(database.runs.find(query)))
