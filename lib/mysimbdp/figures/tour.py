"""Figures of the course: sensors, levels, lateness, counts and batches.

No map tiles and no coastlines: both are fetched from the network when a page is opened.
"""

from math import cos, radians

import numpy as np
import pandas as pd
import plotly.graph_objects as go  # type: ignore[import-untyped]  # plotly ships no types

from mysimbdp.figures.style import BLUE, GREY, ORANGE, RED, TIME, figure_of

LEVEL = "level (µg/m³)"
NAMES = {"P1": "P1 (PM10)", "P2": "P2 (PM2.5)"}
COLOURS = {"P1": BLUE, "P2": ORANGE}
LEVEL_BINS = np.geomspace(0.1, 2000, 60)


def sensor_map(sensors: pd.DataFrame) -> go.Figure:
    """Where the sensors are, coloured by their mean level: a frame of `sensors_frame`."""
    placed = sensors.dropna(subset=["latitude", "longitude"])
    names = "sensor " + placed["sensor_id"] + ", " + placed["readings"].astype(str) + " readings"
    marker = {
        "color": placed["level"],
        "size": 11,
        "opacity": 0.85,
        "line": {"width": 1, "color": "white"},
        "showscale": True,
        "colorbar": {"title": "µg/m³", "thickness": 12},
        "cmin": 0,
        "cmax": placed["level"].quantile(0.98),  # a failed sensor must not make all others look alike
    }
    dots = go.Scatter(x=placed["longitude"], y=placed["latitude"], mode="markers", marker=marker, text=names)
    figure = figure_of(f"Mean {_types(sensors)} of {len(placed):,} sensors", "longitude (°)", "latitude (°)", [dots])
    # One degree of longitude is shorter than one of latitude, by the cosine of where we are.
    ratio = 1 / cos(radians(placed["latitude"].mean())) if len(placed) else 1.0
    return figure.update_yaxes(scaleanchor="x", scaleratio=ratio, constrain="domain").update_xaxes(constrain="domain")


def time_line(reports: pd.DataFrame, threshold: float | None = None) -> go.Figure:
    """The mean levels of sensors over the ends of their windows, a line each: a frame of `results_frame`."""
    lines = []
    for pollution_type, colour in COLOURS.items():
        shown = _broken_between_sensors(reports[reports["pollution_type"] == pollution_type])
        style = {"mode": "lines+markers", "line": {"color": colour, "width": 1.2}, "marker": {"size": 4}}
        names = "sensor " + shown["sensor_id"]
        lines.append(go.Scatter(x=shown["end"], y=shown["level"], text=names, name=NAMES[pollution_type], **style))
    figure = figure_of("Mean level of each window", f"end of the window, {TIME}", LEVEL, lines)
    if threshold is not None:
        label = {"annotation_text": f"threshold {threshold:g}", "annotation_position": "top left"}
        figure.add_hline(threshold, line={"color": RED, "dash": "dash"}, **label)
    return figure


def _broken_between_sensors(reports: pd.DataFrame) -> pd.DataFrame:
    """The reports by sensor and time, with a gap after each sensor, so that one trace can draw all of them."""
    gaps = reports.drop_duplicates("sensor_id", keep="last").assign(level=np.nan)
    return pd.concat([reports, gaps]).sort_values(["sensor_id", "start"], kind="stable")


def window_bars(means: pd.DataFrame, readings: pd.DataFrame, threshold: float) -> go.Figure:
    """The readings of one sensor and type, and each window as a bar as long as it lasts, at the height of its mean.

    Args:
        means: `start, end, level, readings`, a row a window.
        readings: `time, level`, a row a reading.
        threshold: above it a window is an alert, and red.
    """
    alerts = means["level"] > threshold
    bars = [
        _bars(means[alerts == is_alert], colour, f"{name}: {(alerts == is_alert).sum()}")
        for is_alert, colour, name in ((False, BLUE, "no alerts"), (True, RED, "alerts"))
    ]
    marker = {"color": GREY, "size": 5}
    dots = go.Scatter(x=readings["time"], y=readings["level"], mode="markers", marker=marker, name="readings")
    figure = figure_of("Readings, and the mean of each window that they are in", TIME, LEVEL, [dots, *bars])
    return figure.add_hline(threshold, line={"color": RED, "dash": "dash", "width": 1})


def _bars(means: pd.DataFrame, colour: str, name: str) -> go.Scatter:
    """A line a window from its start to its end, with a gap after it, so that one trace can draw all of them."""
    ends = means[["start", "end"]].assign(gap=None).to_numpy().ravel()
    text = np.repeat([f"mean of {number} readings" for number in means["readings"]], 3)
    style = {"mode": "lines", "line": {"color": colour, "width": 3}, "opacity": 0.6}
    return go.Scatter(x=ends, y=np.repeat(means["level"], 3), text=text, name=name, **style)


def arrivals(judged: pd.DataFrame) -> go.Figure:
    """Event time against the order of arrival, with the watermark: a frame of `lateness.judge`."""
    counted, late = judged[~judged["late"]], judged[judged["late"]]
    watermark = go.Scattergl(
        x=judged["order"], y=judged["watermark"], mode="lines", line={"color": GREY, "width": 1.5}, name="watermark"
    )
    marks = [_dots(counted, BLUE, "counted"), _dots(late, RED, "late")]
    return figure_of("What arrives when", "order of arrival (readings)", f"event {TIME}", [*marks, watermark])


def _dots(judged: pd.DataFrame, colour: str, name: str) -> go.Scattergl:
    marker = {"color": colour, "size": 4, "opacity": 0.7}
    text = "sensor " + judged["sensor_id"]
    label = f"{name}: {len(judged):,}"
    return go.Scattergl(x=judged["order"], y=judged["time"], mode="markers", marker=marker, text=text, name=label)


def level_histogram(readings: pd.DataFrame) -> go.Figure:
    """How often each level of P1 and P2 was measured, on a logarithmic axis: a frame of `readings_frame`."""
    steps = []
    for pollution_type, colour in COLOURS.items():
        levels = readings.loc[readings["value_type"] == pollution_type, "value"]
        counts, edges = np.histogram(levels[levels > 0], bins=LEVEL_BINS)
        line = {"color": colour, "shape": "hv"}
        steps.append(go.Scatter(x=edges, y=[*counts, 0], line=line, fill="tozeroy", name=NAMES[pollution_type]))
    figure = figure_of("How often each level was measured", LEVEL, "readings", steps)
    return figure.update_xaxes(type="log", dtick=1)


def count_bars(counts: pd.Series, title: str) -> go.Figure:
    """One bar a name, the longest on top: counts of an app, reasons of quarantine, sensors of a country."""
    ordered = counts.sort_values()
    names = [str(name) for name in ordered.index]
    bars = go.Bar(x=ordered, y=names, orientation="h", marker={"color": BLUE}, text=ordered, textposition="auto")
    figure = figure_of(title, str(counts.name or "count"), "", [bars])
    return figure.update_layout(height=140 + 26 * len(ordered)).update_yaxes(type="category")


def batch_bars(batches: pd.DataFrame) -> go.Figure:
    """How long each batch of an app took, and how many messages it read: a frame of `batches_frame`."""
    bars = [
        go.Bar(
            x=group["started"],
            y=group["duration_ms"],
            name=query,
            text=group["messages"].map("{:,} messages".format),
            textposition="none",
        )
        for query, group in batches.groupby("query")
    ]
    return figure_of("How long each batch took", f"start of the batch, {TIME}", "duration (ms)", bars)


def _types(frame: pd.DataFrame) -> str:
    return ", ".join(NAMES.get(name, name) for name in frame["pollution_type"].unique())
