"""What a batch costs, and what state does to it in the long run."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go  # type: ignore[import-untyped]  # plotly ships no types

from mysimbdp.figures.looks import SHAPES, arm_look, in_order
from mysimbdp.figures.quantities import BATCH_DURATION, Quantity
from mysimbdp.figures.style import axis_of, figure_of, legend_once, panels_of

ROWS = Quantity("rows", "messages in the batch", scale="log")
SINCE_START = Quantity("since_start_s", "time since the first batch", "s")
STATE_ROWS = Quantity("state_rows", "windows in state")
_GROWTH = (STATE_ROWS, Quantity("duration_ms", "batch duration", "s", per_unit=1000))


def batch_cost(batches: pd.DataFrame, fits: pd.DataFrame) -> go.Figure:
    """Duration against messages of every batch, with the line T = T0 + c·n of each arm.

    Args:
        batches: of `metrics.measured_batches`, with `arm`; a batch without a message has no place on the axis.
        fits: of `metrics.fit_batch_cost`, a row an arm.
    """
    read = batches[batches["rows"] > 0]
    traces = []
    for arm in in_order(list(read["arm"])):
        of_arm = read[read["arm"] == arm]
        traces += [_dots(of_arm, arm), *_lines(of_arm, fits[fits["arm"] == arm], arm)]
    figure = figure_of("Batch cost: T = T0 + c·n", ROWS.title, BATCH_DURATION.title, traces)
    return figure.update_xaxes(axis_of(ROWS)).update_yaxes(axis_of(BATCH_DURATION))


def _dots(batches: pd.DataFrame, arm: str) -> go.Scattergl:
    look = arm_look(arm)
    marker = {"color": look.colour, "symbol": SHAPES[0] + look.fill, "size": 5, "opacity": 0.5}
    seconds = batches["duration_ms"] / BATCH_DURATION.per_unit
    name = f"{look.name}: {len(batches):,} batches"
    return go.Scattergl(x=batches["rows"], y=seconds, mode="markers", marker=marker, text=batches["run_id"], name=name)


def _lines(batches: pd.DataFrame, fits: pd.DataFrame, arm: str) -> list[go.Scatter]:
    """The line over the range of the batches; none where they do not determine one."""
    look = arm_look(arm)
    style = {"color": look.colour, "dash": "dash" if look.fill else "solid", "width": 2}
    rows = np.geomspace(batches["rows"].min(), batches["rows"].max(), 60)
    lines = []
    for t0_ms, c_us in fits[["t0_ms", "c_us"]].dropna().to_numpy(dtype=float):
        seconds = (t0_ms + c_us * rows / 1000) / BATCH_DURATION.per_unit
        name = f"T = {t0_ms:,.0f} ms + {c_us:,.0f} µs · n"
        lines.append(go.Scatter(x=rows, y=seconds, mode="lines", line=style, name=name))
    return lines


def state_growth(batches: pd.DataFrame) -> go.Figure:
    """Windows in state, and batch duration, over the time since a run's first batch: all batches, with `arm`.

    With output mode `complete` no window is ever forgotten, so both grow as long as the app runs.
    """
    figure = panels_of("State: what the app keeps, and what it costs", SINCE_START, _GROWTH)
    for _, of_query in batches.sort_values("started").groupby(["arm", "run_id", "query"]):
        for row, quantity in enumerate(_GROWTH, start=1):
            figure.add_trace(_growing(of_query, quantity), row=row, col=1)
    return legend_once(figure)


def _growing(batches: pd.DataFrame, quantity: Quantity) -> go.Scatter:
    look = arm_look(str(batches["arm"].iloc[0]))
    return go.Scatter(
        x=(batches["started"] - batches["started"].iloc[0]).dt.total_seconds(),
        y=batches[quantity.field] / quantity.per_unit,
        text=batches["run_id"] + ", query " + batches["query"],
        mode="lines+markers",
        line={"color": look.colour, "width": 1.2},
        marker={"symbol": SHAPES[0] + look.fill, "size": 6},
        name=look.name,
    )
