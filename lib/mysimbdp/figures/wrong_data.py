"""Wrong data: whether as much was delivered as was asked for, and what each kind costs beyond the noise."""

from math import isnan

import pandas as pd
import plotly.graph_objects as go  # type: ignore[import-untyped]  # plotly ships no types

from mysimbdp.figures.looks import DASHES, SHAPES
from mysimbdp.figures.quantities import WRONG_SHARE
from mysimbdp.figures.style import BLUE, GREEN, ORANGE, axis_of, figure_of
from mysimbdp.metrics import KINDS
from mysimbdp.metrics.names import KIND_NAMES
from mysimbdp.metrics.noise import TIMES_NOISE

_COLOURS = dict(zip(KINDS, (BLUE, ORANGE, GREEN), strict=True))
_BAND = "rgba(122,122,122,0.2)"


def delivered_share(delivered: pd.DataFrame) -> go.Figure:
    """Delivered minus requested share of each run, with the 95 % interval of sampling: `metrics.delivered_shares`.

    An interval that crosses zero is what drawing each message by itself leads one to expect.
    """
    traces = [_deviations(delivered[delivered["kind"] == kind], kind) for kind in KINDS]
    unit = "difference (percentage points)"
    figure = figure_of("Wrong data: delivered − requested share", "requested share (%)", unit, traces)
    return figure.add_hline(0, line={"color": "#222", "width": 1})


def _deviations(delivered: pd.DataFrame, kind: str) -> go.Scatter:
    percent = 100 * delivered[["requested", "share", "low", "high"]]
    offset = 2.5 * (KINDS.index(kind) - 1)
    error = {"array": percent["high"] - percent["share"], "arrayminus": percent["share"] - percent["low"]}
    return go.Scatter(
        x=percent["requested"] + offset,
        y=percent["share"] - percent["requested"],
        error_y={"type": "data", "symmetric": False, "thickness": 1.2} | error,
        text=delivered["run_id"] + ": delivered " + percent["share"].map("{:.2f} %".format),
        mode="markers",
        marker={"color": _COLOURS[kind], "symbol": SHAPES[KINDS.index(kind)], "size": 8},
        name=KIND_NAMES[kind],
    )


def cost_of_wrong_data(costs: pd.DataFrame, metric: str, noise: float) -> go.Figure:
    """How much a metric differs from the point without wrong data, beside twice the noise, which says nothing.

    Args:
        costs: of `metrics.relative_to_none`: `kind, share, difference` (a share of the value without wrong data).
        noise: by how much equal runs exceed each other, a share; NaN where there was no pair to measure it by.
    """
    traces = [_costs(costs[costs["kind"] == kind], kind) for kind in KINDS]
    title, label = f"Wrong data: change of the {metric}", f"change of the {metric} (%)"
    figure = figure_of(title, WRONG_SHARE.title, label, traces)
    if not isnan(noise):
        above = TIMES_NOISE * noise
        low, high = -100 * above / (1 + above), 100 * above
        figure.add_hrect(low, high, fillcolor=_BAND, line_width=0, annotation_text="within 2 × noise")
    return figure.update_xaxes(axis_of(WRONG_SHARE))


def _costs(costs: pd.DataFrame, kind: str) -> go.Scatter:
    number = KINDS.index(kind)
    return go.Scatter(
        x=costs["share"] / WRONG_SHARE.per_unit,
        y=100 * costs["difference"],
        mode="lines+markers",
        line={"color": _COLOURS[kind], "dash": DASHES[number]},
        marker={"symbol": SHAPES[number], "size": 9},
        name=KIND_NAMES[kind],
    )
