"""How fast stopped apps caught up, in words."""

import pandas as pd

from mysimbdp.findings.wording import duration, percent, rate
from mysimbdp.metrics.drains import drain_medians


def scaled(drains: pd.DataFrame) -> list[str]:
    """How fast an app catches up, and what more sensors and more apps change: a frame of `metrics.drains_frame`."""
    if drains.empty:
        return ["No valid run has caught up."]
    medians = drain_medians(drains)
    return [_of_scale(point, medians) for _, point in medians.iterrows()]


def _caught_up(point: pd.Series) -> str:
    apps = "One app drains" if point["apps"] == 1 else f"{point['apps']:.0f} apps with a core each drain"
    return (
        f"{apps} {rate(point['drain_rate_per_s'])} of {point['sensors']:,.0f} sensors, the median of {point['drains']} "
        f"drains, for {point['core_s_per_million']:,.1f} core-seconds per million messages"
    )


def _of_scale(point: pd.Series, medians: pd.DataFrame) -> str:
    """Two apps beside one with as many sensors, one app beside that with the fewest."""
    fewest = medians["apps"].min()
    beside = medians[medians["apps"] == fewest]
    more_apps = point["apps"] > fewest
    if more_apps:
        beside = beside[beside["sensors"] == point["sensors"]]
    if beside.empty or beside.index[0] == point.name:
        return f"{_caught_up(point)}."
    least = beside.iloc[0]
    share = percent(point["drain_rate_per_s"] / least["drain_rate_per_s"])
    what = f"{least['apps']:.0f} app drains" if more_apps else f"is drained of {least['sensors']:,.0f}"
    left = point["cores"] - point["apps"]
    shared = "" if left > 0 else f" The machine has {point['cores']} cores, so that the broker had to share them."
    return f"{_caught_up(point)}: {share} of what {what}.{shared}"


def state(batches: pd.DataFrame, drains: pd.DataFrame) -> list[str]:
    """How much state the apps with most sensors held: frames of `metrics.batches_frame` and `metrics.drains_frame`."""
    many = drains.nlargest(1, "sensors", keep="all")
    held = batches[batches["run_id"].isin(many["run_id"])]
    return [
        f"State of {sensors:,.0f} sensors held {held['state_rows'].max():,.0f} windows, "
        f"{held['state_bytes'].max() / 1e6:,.0f} MB at most."
        for sensors in many["sensors"].unique()
    ]


def stored(drains: pd.DataFrame, batches: pd.DataFrame, needed_per_s: float | None) -> list[str]:
    """How fast measurements go into coredms, in which batches, and whether that is as fast as results can come.

    Args:
        drains: of `metrics.drains_frame`.
        batches: of `metrics.batches_frame`.
        needed_per_s: the rate that the stream app sustains, None where that is not known.
    """
    if drains.empty:
        return ["No valid run has stored anything."]
    ((rows, duration_ms),) = batches.nlargest(1, "duration_ms")[["rows", "duration_ms"]].to_numpy(float)
    return [
        *(_stored(point, needed_per_s) for _, point in drain_medians(drains).iterrows()),
        f"Each measurement is in MongoDB's journal before its batch ends. No batch read more than "
        f"{batches['rows'].max():,.0f} messages; the longest had {rows:,.0f} and took {duration(duration_ms)}.",
    ]


def _stored(point: pd.Series, needed_per_s: float | None) -> str:
    rate_per_s = point["drain_rate_per_s"]
    compared = (
        f"; that is {rate_per_s / needed_per_s:,.2g} times what the stream app sustained on such a core in a run of "
        f"capacity ({rate(needed_per_s)})"
        if needed_per_s
        else ""
    )
    return (
        f"On one core the ingest app stores {rate(rate_per_s)} of {point['sensors']:,.0f} sensors, the median of "
        f"{point['drains']} drains, for {point['core_s_per_million']:,.1f} core-seconds per million{compared}."
    )
