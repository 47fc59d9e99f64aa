"""Stopped apps that went on and caught up → how fast, by how many sensors sent and how many apps shared the work."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import pandas as pd

from mysimbdp.documents import RunDocument
from mysimbdp.metrics.batches import QUERY
from mysimbdp.metrics.runs import parts_of_valid

OF_DRAIN = ["rate_per_s", "core_s_per_million", "load_ceiling_per_s"]  # of a `Drain`; the last is not in older ones
_POINT = ["arm", "apps", "sensors", "cores"]
_SHOWN = ["drain_rate_per_s", "core_s_per_million", "load_ceiling_per_s"]
DRAIN_COLUMNS = ["run_id", *_POINT, "rows", "duration_ms", *_SHOWN]


def drained_s(batches: pd.DataFrame, laid_ready: datetime) -> float:
    """Seconds that a backlog took: from where the first query was free for it to the end of the last batch.

    An app may have been stopped in a batch without messages, in which Spark forgets old state. The backlog waits for it
    to end, but it is no part of what the backlog takes.

    Args:
        batches: those that have ended since the backlog was ready, of `batches_frame`.
        laid_ready: when that was, and the app went on; aware of its zone.
    """
    was_stopped_in = (batches["rows"] == 0) & (batches["started"] < laid_ready)
    free_since = batches["ended"].where(was_stopped_in, pd.Timestamp(laid_ready))
    of_queries = free_since.groupby([batches[column] for column in QUERY]).max()
    return float((batches["ended"].max() - of_queries.min()).total_seconds())


def drains_frame(runs: Iterable[RunDocument]) -> pd.DataFrame:
    """One row a drain of a valid run, in order: `DRAIN_COLUMNS`.

    `rows` are messages, as of a batch, `cores` those of the machine; rates are of all apps of a run together.
    """
    rows = [
        [*_whose(run), drain["messages"], 1000 * drain["seconds"], *map(drain.get, OF_DRAIN)]
        for run, drain in parts_of_valid(runs, "drains")
    ]
    return pd.DataFrame(rows, columns=DRAIN_COLUMNS).astype(dict.fromkeys(_SHOWN, float))


def _whose(run: RunDocument) -> list[Any]:
    parameters = run["parameters"]
    return [run["_id"], run["arm"], parameters.get("apps", 1), parameters.get("sensors"), run["machine"]["cores"]]


def drain_medians(drains: pd.DataFrame) -> pd.DataFrame:
    """One row an arm, number of apps and of sensors, and machine's cores: medians of its drains, and how many `drains`.

    The first row is the least: one app before two, few sensors before many.
    """
    points = drains.groupby(_POINT)
    medians = points[_SHOWN].median().assign(drains=points.size())
    return medians.reset_index().sort_values(["apps", "sensors"], ignore_index=True)
