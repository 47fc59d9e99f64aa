"""Runs of the experiment ladder → how fast each rung was, and the app's share of it."""

from collections.abc import Iterable

import pandas as pd

from mysimbdp.documents import RunDocument
from mysimbdp.metrics.drains import drains_frame
from mysimbdp.metrics.names import RUNG_NAMES
from mysimbdp.metrics.runs import invalid_reason

APP, COLUMNAR = "app", "columnar"
_POINT = ["sensors", "rung"]
_MEASURED = ["rate_per_s", "core_s_per_million"]
RUNG_COLUMNS = ["run_id", "sensors", "rung", "messages", "seconds", *_MEASURED]


def rungs_frame(runs: Iterable[RunDocument]) -> pd.DataFrame:
    """One row each time that a rung was climbed in a valid run, in the order of rungs: `RUNG_COLUMNS`.

    The drains of the stream app are the rung `app`.
    """
    ladders = [run for run in runs if "rungs" in run and invalid_reason(run) is None]
    rows = [
        {"run_id": run["_id"], "sensors": run["parameters"].get("sensors"), **rung}
        for run in ladders
        for rung in run["rungs"]
    ]
    app = drains_frame(ladders).rename(columns={"rows": "messages", "drain_rate_per_s": "rate_per_s"})
    app = app.assign(rung=APP, seconds=app["duration_ms"] / 1000)
    climbed = pd.concat([pd.DataFrame(rows, columns=RUNG_COLUMNS), app[RUNG_COLUMNS]])
    place = {rung: number for number, rung in enumerate(RUNG_NAMES)}
    return climbed.sort_values("rung", key=lambda rungs: rungs.map(place), kind="stable", ignore_index=True)


def app_shares(rungs: pd.DataFrame) -> pd.DataFrame:
    """One row a rung and number of sensors: its median rate and core-seconds, and the app's rate as a `share` of it.

    The share is that of medians within a run, and of several runs their median.
    """
    of_run = rungs.groupby(["run_id", *_POINT], sort=False, dropna=False)[_MEASURED].median().reset_index()
    app = of_run[of_run["rung"] == APP].set_index("run_id")["rate_per_s"]
    shares = of_run.assign(share=of_run["run_id"].map(app) / of_run["rate_per_s"])
    return shares.groupby(_POINT, sort=False, dropna=False)[[*_MEASURED, "share"]].median().reset_index()
