"""What each factor gives, from the published configuration to the kit's, and what the machine could do."""

from math import log10

import pandas as pd
import plotly.graph_objects as go  # type: ignore[import-untyped]  # plotly ships no types

from mysimbdp.figures.looks import ARMS
from mysimbdp.figures.quantities import Quantity
from mysimbdp.figures.style import GREEN, GREY, SKY, axis_of, figure_of
from mysimbdp.metrics.ladder import APP, COLUMNAR
from mysimbdp.metrics.names import RUNG_NAMES, STEP_NAMES

FIXED_COST = Quantity("t0_ms", "fixed cost of a batch, T0", "s", "log", per_unit=1000)
MESSAGE_COST = Quantity("c_us", "cost of a message, c", "µs", "log")
RUNG_RATE = Quantity("rate_per_s", "rate", "messages/s")
_ROW_PX, _AROUND_PX = 44, 140


def fixed_costs(steps: pd.DataFrame) -> go.Figure:
    """What a batch costs whatever is in it, a row a step: a frame of `metrics.steps_frame`."""
    return _of_steps(steps, FIXED_COST, ("t0_low_ms", "t0_high_ms"), "Ablation: the fixed cost of a batch")


def message_costs(steps: pd.DataFrame) -> go.Figure:
    """What each message adds, a row a step: a frame of `metrics.steps_frame`."""
    return _of_steps(steps, MESSAGE_COST, ("c_low_us", "c_high_us"), "Ablation: the cost of a message")


def _of_steps(steps: pd.DataFrame, shown: Quantity, interval: tuple[str, str], title: str) -> go.Figure:
    """A mark a step, from above to below, with its 95 % interval."""
    values, low, high = (steps[column] / shown.per_unit for column in (shown.field, *interval))
    marks = go.Scatter(
        x=values,
        y=[STEP_NAMES.get(arm, arm) for arm in steps["arm"]],
        mode="lines+markers+text",
        text=[f"{value:,.3g} {shown.unit}" for value in values],
        textposition="top center",
        hovertext=steps["arm"],
        error_x={"array": high - values, "arrayminus": values - low, "color": GREY, "thickness": 1.2},
        line={"color": GREY, "width": 1, "dash": "dot"},
        marker={"color": [ARMS[arm].colour if arm in ARMS else SKY for arm in steps["arm"]], "size": 12},
    )
    figure = _rows(title, shown, "step", [marks], len(steps))
    return figure.update_xaxes(range=_decades(values))


def rung_rates(rungs: pd.DataFrame) -> go.Figure:
    """How fast each rung was, every time it was climbed: a frame of `metrics.rungs_frame`."""
    rungs = rungs.assign(name=_rung_names(rungs))
    colours = [{APP: ARMS["kit"].colour, COLUMNAR: GREEN}.get(rung, GREY) for rung in rungs["rung"]]
    marks = go.Scatter(
        x=rungs["rate_per_s"],
        y=rungs["name"],
        mode="markers",
        hovertext=rungs["run_id"],
        marker={"color": colours, "size": 11, "opacity": 0.8},
    )
    title = "Ladder: what one core can do with the same messages"
    figure = _rows(title, RUNG_RATE, "rung", [marks], rungs["name"].nunique())
    for name, rate_per_s in rungs.groupby("name", sort=False)["rate_per_s"].median().items():
        label = {"x": rate_per_s, "y": name, "text": f"{rate_per_s:,.0f}", "yshift": 14}
        figure.add_annotation(**label, showarrow=False)
    return figure


def _rung_names(rungs: pd.DataFrame) -> pd.Series:
    """Of each row, with the number of sensors where there are several."""
    names = rungs["rung"].map(lambda rung: RUNG_NAMES.get(rung, rung))
    several = rungs["sensors"].nunique() > 1
    return names + rungs["sensors"].map(", {:,.0f} sensors".format) if several else names


def _rows(title: str, shown: Quantity, what: str, traces: list[go.Scatter], rows: int) -> go.Figure:
    figure = figure_of(title, shown.title, what, traces)
    figure.update_layout(showlegend=False, height=_AROUND_PX + _ROW_PX * rows)
    return figure.update_xaxes(axis_of(shown)).update_yaxes(type="category", autorange="reversed")


def _decades(values: pd.Series) -> list[float]:
    """The range of a logarithmic axis with room for labels beside the marks."""
    return [log10(values.min() / 2), log10(values.max() * 2)]
