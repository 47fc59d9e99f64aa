"""How long results took: percentiles against the offered rate, and whole distributions."""

from collections.abc import Callable
from math import nan

import pandas as pd
import plotly.graph_objects as go  # type: ignore[import-untyped]  # plotly ships no types

from mysimbdp.figures.looks import arm_look, in_order
from mysimbdp.figures.marks import marks_of, panels_figure
from mysimbdp.figures.quantities import OFFERED_RATE, Quantity
from mysimbdp.figures.style import axis_of, figure_of, legend_once

LATENCIES = (
    Quantity("processing_ms", "processing latency", "s", "log", per_unit=1000),
    Quantity("event_time_ms", "event-time latency", "s", "log", per_unit=1000),
)
PERCENTILES = ("p50", "p95", "p99")
_DISTRIBUTION = Quantity("up_to_ms", "processing latency", "s", "log", per_unit=1000)


def latency(summary: pd.DataFrame) -> go.Figure:
    """p50, p95 and p99 of both latencies against the offered rate: a frame of `metrics.run_summary`."""
    runs = pd.concat([_at(summary, percentile) for percentile in PERCENTILES], ignore_index=True)
    marks = marks_of(runs, OFFERED_RATE, LATENCIES, "percentile")
    return panels_figure("Latency: how long results took", marks, OFFERED_RATE, LATENCIES)


def _at(summary: pd.DataFrame, percentile: str) -> pd.DataFrame:
    columns = {shown.field: summary[shown.field.replace("_ms", f"_{percentile}_ms")] for shown in LATENCIES}
    return summary.assign(percentile=percentile, **columns)


def latency_distribution(histograms: pd.DataFrame) -> go.Figure:
    """The share of readings whose report was there within a time, a line a run: `metrics.histograms_frame` with runs.

    Steep is steady; a long way from bottom to top means that some readings wait for a whole batch and others hardly.
    """
    figure = _by_run(histograms, "Latency: how many results were there in time", "readings (%)", _within)
    return figure.update_yaxes(range=[0, 101])


def latency_tail(histograms: pd.DataFrame, what: str) -> go.Figure:
    """The share of readings whose result took longer than a time, a line a run: `metrics.histograms_frame` with runs.

    Both axes are in decades, so that one of ten thousand is to be seen.

    Args:
        what: the results, in the plural.
    """
    figure = _by_run(histograms, "Latency: how many took longer", f"{what} that took longer (%)", _beyond)
    return figure.update_yaxes(type="log", dtick=1, tickformat=",~r")


Shares = Callable[[pd.Series], list[float]]


def _within(shares: pd.Series) -> list[float]:
    return [0, *100 * shares]  # up from zero at the first step


def _beyond(shares: pd.Series) -> list[float]:
    return [100, *100 * (1 - shares[:-1]), nan]  # the last took longer than nobody, which has no place in decades


def _by_run(histograms: pd.DataFrame, title: str, y_title: str, shares: Shares) -> go.Figure:
    traces = [
        _line(of_run, arm, shares)
        for arm in in_order(list(histograms["arm"]))
        for _, of_run in histograms[histograms["arm"] == arm].groupby("run_id")
    ]
    return legend_once(figure_of(title, _DISTRIBUTION.title, y_title, traces).update_xaxes(axis_of(_DISTRIBUTION)))


def _line(of_run: pd.DataFrame, arm: str, shares: Shares) -> go.Scatter:
    look = arm_look(arm)
    line = {"color": look.colour, "dash": "dash" if look.fill else "solid", "width": 1.5, "shape": "hv"}
    first, seconds = of_run.iloc[0], of_run["up_to_ms"] / _DISTRIBUTION.per_unit
    point = f"{first['run_id']}, {first['rate_per_s']:,.0f} messages/s"
    return go.Scatter(
        x=[*seconds[:1], *seconds],
        y=shares(of_run["share_within"]),
        text=[point] * (len(seconds) + 1),
        mode="lines",
        line=line,
        name=look.name,
    )
