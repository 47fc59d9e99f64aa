"""The limits of the arms on one core, and how they were found."""

import pandas as pd
import plotly.graph_objects as go  # type: ignore[import-untyped]  # plotly ships no types

from mysimbdp.figures.drains import MARKS_PX, point_name
from mysimbdp.figures.looks import arm_look, in_order
from mysimbdp.figures.quantities import Quantity
from mysimbdp.figures.style import axis_of, figure_of, legend_once
from mysimbdp.metrics.capacity import POINT

DRAIN_RATE = Quantity("drain_rate_per_s", "drain rate", "messages/s", "log")
SUSTAINABLE_RATE = Quantity("sustainable_rate_per_s", "sustainable rate", "messages/s", "log")
PROBED_RATE = Quantity("rate_per_s", "offered rate", "messages/s", "log")
PROBED_LATENCY = Quantity("processing_p99_ms", "p99 of processing latency", "s", "log", per_unit=1000)


def drain_rates(limits: pd.DataFrame) -> go.Figure:
    """How fast a stopped app catches up, a mark a run: a frame of `metrics.limits_frame`."""
    return _marks(limits, DRAIN_RATE, "Capacity: a stopped app catches up")


def sustainable_rates(limits: pd.DataFrame) -> go.Figure:
    """The highest rate that each arm sustains, a mark a run: a frame of `metrics.limits_frame`."""
    return _marks(limits, SUSTAINABLE_RATE, "Capacity: the rate that is sustained")


def _marks(limits: pd.DataFrame, shown: Quantity, title: str) -> go.Figure:
    arms = in_order(list(limits["arm"].unique()))
    traces = [_of_arm(limits[limits["arm"] == arm], arm, shown) for arm in arms]
    figure = figure_of(title, shown.title, "arm", traces).update_layout(height=MARKS_PX, showlegend=False)
    return figure.update_xaxes(axis_of(shown)).update_yaxes(type="category", autorange="reversed")


def _of_arm(runs: pd.DataFrame, arm: str, shown: Quantity) -> go.Scatter:
    look = arm_look(arm)
    symbols = [f"circle{look.fill}" if valid else "x-open" for valid in runs["valid"]]
    text = [f"{rate:,.0f}" for rate in runs[shown.field]]
    return go.Scatter(
        x=runs[shown.field],
        y=[
            f"{point_name(arm, apps, sensors)}, within {within_s:g} s"
            for apps, sensors, within_s in runs[POINT].to_numpy()
        ],
        mode="markers+text",
        text=text,
        textposition="top center",
        hovertext=runs["run_id"],
        marker={"symbol": symbols, "color": look.colour, "size": 12, "line": {"width": 2}},
        name=look.name,
    )


def rates_tried(probes: pd.DataFrame) -> go.Figure:
    """Every rate that was offered, with the latency it had: a frame of `metrics.probes_frame`.

    Filled marks were sustained, crosses were not; why, says the text under the pointer.
    """
    traces = [
        _tried(probes[(probes["arm"] == arm) & (probes["sustained"] == sustained)], arm, sustained)
        for arm in in_order(list(probes["arm"].unique()))
        for sustained in (True, False)
    ]
    figure = figure_of("Capacity: the rates that were tried", PROBED_RATE.title, PROBED_LATENCY.title, traces)
    return legend_once(figure.update_xaxes(axis_of(PROBED_RATE)).update_yaxes(axis_of(PROBED_LATENCY)))


def _tried(probes: pd.DataFrame, arm: str, sustained: bool) -> go.Scatter:
    look = arm_look(arm)
    why = [f"probe {number}: {reason or 'sustained'}" for number, reason in probes[["number", "reason"]].to_numpy()]
    return go.Scatter(
        x=probes["rate_per_s"],
        y=probes["processing_p99_ms"].astype(float) / PROBED_LATENCY.per_unit,
        mode="markers",
        text=why,
        marker={"symbol": f"circle{look.fill}" if sustained else f"x{look.fill}", "color": look.colour, "size": 11},
        name=f"{look.name}, {'sustained' if sustained else 'not sustained'}",
    )
