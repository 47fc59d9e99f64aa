"""Whether two apps share the work."""

import pandas as pd

from mysimbdp.findings.wording import capital, listed, percent
from mysimbdp.metrics.names import arm_name, work_name

TOLERANCE = 0.01  # of all messages


def work_split(shares: pd.DataFrame) -> list[str]:
    """How often each message was read for each way of sharing the work: a frame of `work_shares`.

    Queries of one app each read everything that is the app's, so an app counts by the mean of its queries.
    """
    of_apps = shares.groupby(["arm", "apps", "split", "sensors", "run_id", "app"])["share"].mean().reset_index()
    of_apps["work"] = [work_name(*work) for work in zip(of_apps["apps"], of_apps["split"], strict=True)]
    return [
        capital(f"{arm_name(str(arm))}, {work}: {_shared(runs)}.")
        for (arm, work), runs in of_apps.groupby(["arm", "work"], sort=False)
    ]


def _shared(runs: pd.DataFrame) -> str:
    """How the work of the runs was shared, in a clause."""
    times = runs.groupby("run_id")["share"].sum().median()
    read = f"each message was read {times:.2f} times"
    if runs["apps"].max() == 1:
        return read
    if runs["share"].min() > 1 - TOLERANCE:
        return f"{read}, since every app read all of them: the work is done twice, not split"
    if abs(times - 1) <= TOLERANCE:
        return f"{read}, by one app or the other: the work is split; the busier app read {_busier(runs)}"
    return f"{read}; the busier app read {_busier(runs)}"


def _busier(runs: pd.DataFrame) -> str:
    """The share of the app that read most, by sensors: all of one sensor lies in one partition."""
    most = runs.groupby(["sensors", "run_id"])["share"].max().groupby("sensors").median()
    return listed([f"{percent(share)} of {_counted(sensors)}" for sensors, share in most.items()])


def _counted(sensors: object) -> str:
    return "1 sensor" if sensors == 1 else f"{sensors:,} sensors"
