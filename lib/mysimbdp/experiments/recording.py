"""Everything a run has brought, into coredms: progress, latencies, resources, and at last the run itself."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl

from mysimbdp import coredms
from mysimbdp.apps.progress import finished_batches
from mysimbdp.contracts import Collection
from mysimbdp.documents import Measured, ProgressDocument, ResourceDocument, RunDocument
from mysimbdp.errors import KitError
from mysimbdp.experiments import runs
from mysimbdp.experiments.latency import latency_documents
from mysimbdp.experiments.progress import progress_documents
from mysimbdp.metrics import WarmUpRule, cut_warm_up


def record_run(
    database: coredms.Coredms,
    run: RunDocument,
    app_folders: Mapping[str, Path],
    found: pl.DataFrame,
    samples: Iterable[ResourceDocument],
    load_end: datetime,
) -> None:
    """Write the run's metrics, then the run as COMPLETED, so that no figure meets a half-written one.

    Args:
        app_folders: the folder of each app, by name.
        found: what `latencies` gave.
        load_end: when the last message was sent; what came later is catching up and is not measured.

    Raises:
        KitError: nothing is left after the warm-up, or another run was at work all the time.
    """
    progress = _progress(run, app_folders)
    _write(database, Collection.PROGRESS, progress)
    _write(database, Collection.RESOURCES, samples)
    measured = _measured(run, progress, load_end)
    if "quiet_since" not in run:
        raise KitError("Another run on this instance was at work all the time: wait for its end, or end its notebook.")
    if measured is None:
        raise KitError("Nothing is left to measure after the warm-up: let the load last longer (duration_s).")
    run["measured"] = measured
    record_latencies(database, run, found)


def record_latencies(database: coredms.Coredms, run: RunDocument, found: pl.DataFrame) -> None:
    """Sum up the latencies of the run's measured interval, write them, and then the run as COMPLETED."""
    measured = run["measured"]
    _write(database, Collection.LATENCIES, latency_documents(run["_id"], found, measured["start"], measured["end"]))
    runs.complete(database, run)


def record_drains(database: coredms.Coredms, run: RunDocument, progress: Iterable[ProgressDocument]) -> None:
    """Write the batches of a run with backlogs, then the run, which holds what was found, as COMPLETED."""
    _write(database, Collection.PROGRESS, progress)
    runs.complete(database, run)


def can_be_measured(run: RunDocument, app_folders: Mapping[str, Path]) -> bool:
    """Whether something would be left after the warm-up, without other runs at work, if the load ended now."""
    return _measured(run, _progress(run, app_folders), datetime.now(UTC)) is not None


def _progress(run: RunDocument, app_folders: Mapping[str, Path]) -> list[ProgressDocument]:
    return [
        document
        for app, folder in app_folders.items()
        for document in progress_documents(run["_id"], app, finished_batches(folder))
    ]


def _measured(run: RunDocument, progress: list[ProgressDocument], load_end: datetime) -> Measured | None:
    if "quiet_since" not in run:
        return None
    rule = WarmUpRule(run["parameters"]["warm_up_s"], run["parameters"]["warm_up_batches"])
    return cut_warm_up(progress, run["quiet_since"], load_end, rule)


def _write(database: coredms.Coredms, collection: Collection, documents: Iterable[Any]) -> None:
    coredms.upsert(database, collection, documents)
