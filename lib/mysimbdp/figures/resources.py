"""Who used the machine, and who read what."""

from itertools import cycle
from typing import NamedTuple

import pandas as pd
import plotly.graph_objects as go  # type: ignore[import-untyped]  # plotly ships no types

from mysimbdp.figures.labels import point_labels
from mysimbdp.figures.style import BLUE, GREEN, GREY, ORANGE, RED, SKY, figure_of


class Part(NamedTuple):
    """A part of a stacked bar; the pattern tells it apart without colour."""

    name: str
    colour: str
    pattern: str = ""


ROLES = {
    "driver": Part("app drivers", BLUE),
    "executors": Part("executors", ORANGE, "/"),
    "broker": Part("broker", GREEN, "."),
    "database": Part("database", RED, "x"),
    "producer": Part("producer", GREY, "-"),
}
READERS = [*ROLES.values(), Part("", SKY, "+")]  # looks, again from the first where there are more readers
BAR_PX, AROUND_PX = 32, 210


def cores(summary: pd.DataFrame) -> go.Figure:
    """How many cores each role used at each point, the median of its valid runs: a frame of `metrics.run_summary`."""
    return _by_role(summary, "Resources: cores in use", "cores", "cores")


def memory(summary: pd.DataFrame) -> go.Figure:
    """How much memory each role held at each point, the median of its valid runs: a frame of `metrics.run_summary`."""
    return _by_role(summary, "Resources: memory in use", "memory_mb", "resident memory (MB)")


def _by_role(summary: pd.DataFrame, title: str, ending: str, label: str) -> go.Figure:
    valid = summary[summary["valid"]]
    medians = valid.groupby(point_labels(valid), sort=False).median(numeric_only=True)
    return _stacked(title, label, [(part, medians[f"{role}_{ending}"]) for role, part in ROLES.items()])


def work_split(shares: pd.DataFrame) -> go.Figure:
    """How often each message was read, and by whom: a frame of `metrics.work_shares`, joined with its runs.

    Apps that split the work come to 100 % together; apps that each read everything to 100 % each.
    """
    table = (100 * shares["share"]).groupby([point_labels(shares), shares["reader"]], sort=False).median().unstack()
    named = [
        (look._replace(name=str(reader)), table[reader]) for look, reader in zip(cycle(READERS), table, strict=False)
    ]
    figure = _stacked("Work split: who read the messages", "messages read (%)", named)
    return figure.add_vline(100, line={"color": "#222", "dash": "dot", "width": 1.5})


def _stacked(title: str, label: str, parts: list[tuple[Part, pd.Series]]) -> go.Figure:
    """A bar a point, the first on top."""
    bars = [
        go.Bar(
            x=values,
            y=list(values.index),
            orientation="h",
            name=part.name,
            marker={"color": part.colour, "pattern": {"shape": part.pattern, "fillmode": "overlay", "size": 5}},
        )
        for part, values in parts
    ]
    height = AROUND_PX + BAR_PX * max((len(values) for _, values in parts), default=0)
    figure = figure_of(title, label, "", bars).update_layout(barmode="stack", height=height)
    figure.update_layout(legend={"yref": "container", "y": 0, "yanchor": "bottom", "traceorder": "normal"})
    return figure.update_xaxes(nticks=4).update_yaxes(type="category", autorange="reversed", tickfont={"size": 11})
