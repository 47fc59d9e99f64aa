"""The one style of all figures: colours, template, axes, panels."""

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go  # type: ignore[import-untyped]  # plotly ships no types
import plotly.io as pio  # type: ignore[import-untyped]
from plotly.subplots import make_subplots  # type: ignore[import-untyped]

from mysimbdp.figures.quantities import Quantity

# The figure itself, as JSON: JupyterLab draws it, mysimbdp.reports makes it HTML, and a notebook stays small.
pio.renderers.default = "plotly_mimetype"

TIME = "time (UTC)"

# Colours that remain apart for the colour-blind (Okabe and Ito).
BLUE, ORANGE, RED, GREEN, GREY, SKY = "#0072B2", "#E69F00", "#D55E00", "#009E73", "#7A7A7A", "#56B4E9"

PANEL_PX, AROUND_PX = 230, 190  # height of a panel; of title, axis and legend together

_AXIS_TITLE = {"standoff": 8, "font": {"size": 13}}
_AXIS = {"gridcolor": "#e6e6e6", "linecolor": "#999", "zeroline": False, "automargin": True, "title": _AXIS_TITLE}
_TEMPLATE = go.layout.Template(
    layout={
        "font": {"family": "system-ui, sans-serif", "size": 13, "color": "#222"},
        "colorway": [BLUE, ORANGE, GREEN, RED, GREY],
        "colorscale": {"sequential": "Viridis"},
        "paper_bgcolor": "white",
        "plot_bgcolor": "white",
        "xaxis": _AXIS | {"ticks": "outside", "nticks": 6, "tickangle": 0},
        "yaxis": _AXIS,
        # Below the axis, where it may take several rows on a phone without covering anything.
        "legend": {"orientation": "h", "yanchor": "top", "y": -0.22, "x": 0},
        "margin": {"l": 50, "r": 15, "t": 50, "b": 50},
        "title": {"x": 0.01, "xref": "container", "font": {"size": 15}},
        "height": 420,
    }
)


def figure_of(title: str, x: str, y: str, traces: list[Any]) -> go.Figure:
    """The traces under a title, on axes that say what they measure and in which unit."""
    figure = go.Figure(traces, layout={"template": _TEMPLATE})
    return figure.update_layout(title_text=title, xaxis_title_text=x, yaxis_title_text=y)


def panels_of(title: str, across: Quantity, panels: Sequence[Quantity]) -> go.Figure:
    """Empty panels one above the other on one x axis, as high as they need, with the legend below them all."""
    figure = make_subplots(rows=len(panels), shared_xaxes=True, vertical_spacing=0.12 / len(panels))
    figure.update_layout(template=_TEMPLATE, title_text=title, height=AROUND_PX + PANEL_PX * len(panels))
    figure.update_layout(legend={"yref": "container", "y": 0, "yanchor": "bottom"})
    figure.update_xaxes(axis_of(across) | {"title": None})
    figure.update_xaxes(title_text=across.title, row=len(panels), col=1)
    for row, shown in enumerate(panels, start=1):
        figure.update_yaxes(axis_of(shown), row=row, col=1)
    return figure


def axis_of(shown: Quantity) -> dict[str, Any]:
    """The axis that a quantity wants: its title, and decades or a zero."""
    kind = {"type": "log", "dtick": 1, "tickformat": ",~r"} if shown.scale == "log" else {"rangemode": "tozero"}
    return {"title": {"text": shown.title}} | kind


def legend_once(figure: go.Figure) -> go.Figure:
    """One entry a name, which shows and hides its marks in every panel."""
    seen: set[str] = set()
    for trace in figure.data:
        if trace.name:
            trace.update(legendgroup=trace.name, showlegend=trace.name not in seen)
            seen.add(trace.name)
    return figure
