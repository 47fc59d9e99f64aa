"""What the monitor saw of apps, over time, with the alerts that it raised."""

import pandas as pd
import plotly.graph_objects as go  # type: ignore[import-untyped]  # plotly ships no types

from mysimbdp.figures.quantities import Quantity
from mysimbdp.figures.style import RED, TIME, panels_of

AT = Quantity("at", TIME)
SHOWN = (
    Quantity("lag", "lag", "messages"),
    Quantity("bad_share", "bad messages of the last minute", "%", per_unit=0.01),
)


def watched(seen: pd.DataFrame, alerts: pd.DataFrame) -> go.Figure:
    """Lag and share of bad messages of each app over time; shaded where an alert stood.

    Args:
        seen: of `frames.seen_apps_frame`.
        alerts: of `frames.platform_alerts_frame`.
    """
    figure = panels_of("What the monitor saw", AT, SHOWN)
    for app, looks in seen.groupby("app"):
        for row, shown in enumerate(SHOWN, start=1):
            figure.add_trace(_line(looks, shown, str(app)), row=row, col=1)
    return _shaded(figure, alerts, seen["at"].max())


def _line(looks: pd.DataFrame, shown: Quantity, app: str) -> go.Scatter:
    values = looks[shown.field] / shown.per_unit
    return go.Scatter(x=looks["at"], y=values, mode="lines+markers", marker={"size": 4}, name=f"{app}, {shown.label}")


def _shaded(figure: go.Figure, alerts: pd.DataFrame, last: pd.Timestamp) -> go.Figure:
    """The figure with a band for each alert, up to the last look where it still stands."""
    for alert in alerts.fillna({"cleared_at": last}).itertuples():
        label = {"annotation_text": f"{alert.subject}: {alert.kind}", "annotation_position": "top left"}
        figure.add_vrect(alert.raised_at, alert.cleared_at, fillcolor=RED, opacity=0.15, line_width=0, row=1, **label)
        figure.add_vrect(alert.raised_at, alert.cleared_at, fillcolor=RED, opacity=0.15, line_width=0, row=2)
    return figure
