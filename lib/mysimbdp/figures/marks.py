"""Measured points as marks in panels one above the other: every run, medians with their intervals, published points."""

from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go  # type: ignore[import-untyped]  # plotly ships no types

from mysimbdp.figures.looks import DASHES, PUBLISHED_2024, SHAPES, ArmLook, arm_look, in_order
from mysimbdp.figures.quantities import Quantity
from mysimbdp.figures.style import legend_once, panels_of
from mysimbdp.metrics import by_point

# One row a run and panel; `line` tells lines of one arm apart and is empty where there is one.
MARK_COLUMNS = ["panel", "arm", "line", "x", "y", "valid", "invalid_reason", "run_id"]
_INVALID = "invalid point (why: hover)"
LAST = 2000  # in the legend, though drawn first, under what was measured


def marks_of(runs: pd.DataFrame, across: Quantity, panels: Sequence[Quantity], line: str | None = None) -> pd.DataFrame:
    """Runs, a row each with their quantities as columns, as marks: `MARK_COLUMNS`; what was not measured is left out.

    Args:
        runs: of `metrics.run_summary`.
        across: the quantity that was varied.
        panels: the quantities shown, a panel each.
        line: the column that tells the lines of an arm apart.
    """
    kept = runs.assign(line=runs[line] if line else "", x=runs[across.field] / across.per_unit)
    each = [kept.assign(panel=shown.field, y=runs[shown.field] / shown.per_unit) for shown in panels]
    return pd.concat(each, ignore_index=True)[MARK_COLUMNS].dropna(subset=["x", "y"])


def panels_figure(
    title: str,
    marks: pd.DataFrame,
    across: Quantity,
    panels: Sequence[Quantity],
    published: pd.DataFrame | None = None,
) -> go.Figure:
    """Marks by panel, arm and line; `published` are marks too, of which panel, line, x and y are used."""
    figure = panels_of(title, across, panels)
    lines = _lines(marks, published)
    marks = _spread(marks, lines, across)
    for row, shown in enumerate(panels, start=1):
        if published is not None:
            here = _spread(published, lines, across)
            figure.add_trace(_published(here[here["panel"] == shown.field], lines), row=row, col=1)
        for trace in _traces(marks[marks["panel"] == shown.field], lines):
            figure.add_trace(trace, row=row, col=1)
    return legend_once(figure)


def _lines(marks: pd.DataFrame, published: pd.DataFrame | None) -> list[str]:
    names = [*marks["line"], *([] if published is None else published["line"])]
    return list(dict.fromkeys(names))


def _spread(marks: pd.DataFrame, lines: list[str], across: Quantity) -> pd.DataFrame:
    """The marks of the lines a little beside each other, so that equal values do not hide one another."""
    step = marks["line"].map(lines.index) - (len(lines) - 1) / 2
    moved = marks["x"] * 1.15**step if across.scale == "log" else marks["x"] + 2.5 * step
    return marks.assign(x=moved)


def _traces(marks: pd.DataFrame, lines: list[str]) -> list[go.Scatter]:
    valid = marks[marks["valid"]]
    traces = []
    for arm in in_order(list(marks["arm"])):
        for number, line in enumerate(lines):
            of_line = valid[(valid["arm"] == arm) & (valid["line"] == line)]
            if len(of_line):
                traces += [_runs(of_line, arm, number), _medians(of_line, arm, number)]
    invalid = marks[~marks["valid"]]
    return [*traces, _invalid(invalid)] if len(invalid) else traces


def _runs(marks: pd.DataFrame, arm: str, number: int) -> go.Scatter:
    look = arm_look(arm)
    marker = {"color": look.colour, "symbol": SHAPES[number] + look.fill, "size": 5, "opacity": 0.6}
    return go.Scatter(x=marks["x"], y=marks["y"], text=marks["run_id"], mode="markers", marker=marker, showlegend=False)


def _medians(marks: pd.DataFrame, arm: str, number: int) -> go.Scatter:
    """The median of each point, and the 95 % interval where there are repetitions."""
    look, points = arm_look(arm), by_point(marks, "y", ["x"]).sort_values("x")
    error = {"array": points["high"] - points["median"], "arrayminus": points["median"] - points["low"]}
    return go.Scatter(
        x=points["x"],
        y=points["median"],
        error_y={"type": "data", "symmetric": False, "thickness": 1.2} | error,
        mode="lines+markers",
        line={"color": look.colour, "dash": DASHES[number], "width": 1.5},
        marker={"symbol": SHAPES[number] + look.fill, "size": 8},
        name=_name(look, marks["line"].iloc[0]),
    )


def _invalid(marks: pd.DataFrame) -> go.Scatter:
    marker = {"color": [arm_look(arm).colour for arm in marks["arm"]], "symbol": "x-open", "size": 11}
    text = marks["run_id"] + ": " + marks["invalid_reason"].fillna("")
    return go.Scatter(x=marks["x"], y=marks["y"], text=text, mode="markers", marker=marker, name=_INVALID)


def _published(marks: pd.DataFrame, lines: list[str]) -> go.Scatter:
    look = PUBLISHED_2024
    symbols = [SHAPES[lines.index(line)] + look.fill for line in marks["line"]]
    marker = {"color": look.colour, "symbol": symbols, "size": 8}
    return go.Scatter(
        x=marks["x"], y=marks["y"], text=marks["line"], mode="markers", marker=marker, name=look.name, legendrank=LAST
    )


def _name(look: ArmLook, line: str) -> str:
    return f"{look.name}: {line}" if line else look.name
