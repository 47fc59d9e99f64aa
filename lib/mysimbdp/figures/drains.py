"""How fast stopped apps caught up, a mark a drain."""

import pandas as pd
import plotly.graph_objects as go  # type: ignore[import-untyped]  # plotly ships no types

from mysimbdp.figures.looks import arm_look
from mysimbdp.figures.quantities import Quantity
from mysimbdp.figures.style import axis_of, figure_of

DRAIN_RATE = Quantity("drain_rate_per_s", "drain rate", "messages/s")
MARKS_PX = 300


def scaled_rates(drains: pd.DataFrame) -> go.Figure:
    """With how many sensors and how many apps: a frame of `metrics.drains_frame`."""
    return _marks(drains, "Scale: stopped apps catch up")


def stored_rates(drains: pd.DataFrame, needed_per_s: float | None) -> go.Figure:
    """How fast measurements go into coredms: a frame of `metrics.drains_frame`.

    The dotted line is a rate to compare with, where it is known: what the stream app sustains.
    """
    figure = _marks(drains, "Ingest: a stopped app catches up")
    if needed_per_s:
        text = f"sustained by the stream app: {needed_per_s:,.0f}"
        label = {"annotation_text": text, "annotation_position": "bottom left"}
        figure.add_vline(needed_per_s, line={"color": "#222", "dash": "dot", "width": 1.5}, **label)
    return figure


def _marks(drains: pd.DataFrame, title: str) -> go.Figure:
    traces = [
        go.Scatter(
            x=of_point[DRAIN_RATE.field],
            y=[point_name(*of_point[["arm", "apps", "sensors"]].iloc[0])] * len(of_point),
            mode="markers+text",
            text=[f"{rate:,.0f}" for rate in of_point[DRAIN_RATE.field]],
            textposition="top center",
            cliponaxis=False,  # the topmost numbers lie above the axes
            hovertext=of_point["run_id"],
            marker={"color": arm_look(str(arm)).colour, "size": 12},
        )
        for (arm, *_), of_point in drains.groupby(["arm", "apps", "sensors"])
    ]
    figure = figure_of(title, DRAIN_RATE.title, "arm", traces).update_layout(height=MARKS_PX, showlegend=False)
    return figure.update_xaxes(axis_of(DRAIN_RATE)).update_yaxes(type="category", autorange="reversed")


def point_name(arm: str, apps: int, sensors: int) -> str:
    """An arm with what its runs were made with."""
    return f"{arm_look(arm).name}{f', {apps:.0f} apps' if apps > 1 else ''}, {sensors:,.0f} sensors"
