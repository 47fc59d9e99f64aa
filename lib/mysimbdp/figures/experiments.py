"""The three published figures, on the published axes: every run, medians with intervals, published points in grey."""

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd
import plotly.graph_objects as go  # type: ignore[import-untyped]  # plotly ships no types

from mysimbdp.figures.marks import marks_of, panels_figure
from mysimbdp.figures.published import published_runs
from mysimbdp.figures.quantities import (
    BATCH_DURATION,
    INPUT_RATE,
    OFFERED_RATE,
    PROCESSED_RATE,
    SENSORS,
    WRONG_SHARE,
    Quantity,
)
from mysimbdp.metrics import by_kind
from mysimbdp.metrics.names import KIND_NAMES, work_name

PANELS = (INPUT_RATE, PROCESSED_RATE, BATCH_DURATION)
OVER_DECADES = (replace(INPUT_RATE, scale="log"), replace(PROCESSED_RATE, scale="log"), BATCH_DURATION)


def speed(summary: pd.DataFrame, published: pd.DataFrame) -> go.Figure:
    """Input rate, processed rate and batch duration against the offered rate: a frame of `metrics.run_summary`.

    Runs whose event time is faster than the clock show something else and are left out.
    """
    beside = published_runs(published, "speed")
    shown = summary[summary["time_factor"] == 1]
    return _figure("Speed: what becomes of the offered rate", shown, beside, OFFERED_RATE, OVER_DECADES)


def error_rate(summary: pd.DataFrame, published: pd.DataFrame) -> go.Figure:
    """The same against the share of wrong messages, a line for each kind: a frame of `metrics.run_summary`.

    Of the series with constant total rate, which is what was published, or of another one.
    """
    shown, beside = (_with_kinds(runs) for runs in (summary, published_runs(published, "error_rate")))
    return _figure("Error rate: what wrong messages cost", shown, beside, WRONG_SHARE, PANELS, "kind")


def parallelism(summary: pd.DataFrame, published: pd.DataFrame) -> go.Figure:
    """The same against the number of sensors, a line for one app and for each split between two.

    Of several queries of one app it is their mean, also where the published figure shows each.
    """
    shown, beside = (_with_split(runs) for runs in (summary, published_runs(published, "parallelism")))
    return _figure("Parallelism: one app and two", shown, beside, SENSORS, PANELS, "work")


def _figure(
    title: str,
    runs: pd.DataFrame,
    published: pd.DataFrame,
    across: Quantity,
    panels: Sequence[Quantity],
    line: str | None = None,
) -> go.Figure:
    beside = marks_of(published, across, panels, line)
    return panels_figure(title, marks_of(runs, across, panels, line), across, panels, beside)


def _with_kinds(runs: pd.DataFrame) -> pd.DataFrame:
    split = by_kind(runs)
    return split.assign(kind=split["kind"].map(KIND_NAMES))


def _with_split(runs: pd.DataFrame) -> pd.DataFrame:
    return runs.assign(work=[work_name(*work) for work in zip(runs["apps"], runs["split"], strict=True)])
