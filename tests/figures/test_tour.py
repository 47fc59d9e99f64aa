"""Figures show what the frames say, in one style, with units, and fetch nothing."""

import json

import numpy as np
import pandas as pd
import plotly.graph_objects as go  # type: ignore[import-untyped]
import plotly.io as pio  # type: ignore[import-untyped]
import pytest

from mysimbdp import figures

TIMES = pd.to_datetime(["2019-05-18 21:00", "2019-05-18 21:05", "2019-05-18 21:10"], utc=True)

SENSORS = pd.DataFrame(
    {
        "sensor_id": ["1", "2", "3", "4"],
        "pollution_type": "P1",
        "latitude": [57.1, 57.2, np.nan, 57.4],
        "longitude": [-2.1, -2.2, -2.3, np.nan],
        "level": [10.0, 20.0, 30.0, 40.0],
        "readings": [3, 4, 5, 6],
    }
)
REPORTS = pd.DataFrame(
    {
        "sensor_id": ["1", "1", "2"],
        "pollution_type": "P1",
        "level": [10.0, 20.0, 30.0],
        "start": TIMES,
        "end": TIMES + pd.Timedelta(minutes=15),
        "readings": 6,
    }
)
JUDGED = pd.DataFrame(
    {"sensor_id": ["1", "2", "3"], "time": TIMES, "order": [0, 1, 2], "watermark": TIMES, "late": [False, True, True]}
)
READINGS = pd.DataFrame({"value_type": ["P1", "P1", "P2", "humidity"], "value": [3.0, 40.0, 0.0, 99.9]})
BATCHES = pd.DataFrame({"query": "analytics", "started": TIMES, "duration_ms": [800, 90, 80], "messages": [5, 4, 3]})

ALL = {
    "sensor_map": figures.sensor_map(SENSORS),
    "time_line": figures.time_line(REPORTS, threshold=100),
    "window_bars": figures.window_bars(REPORTS, REPORTS.rename(columns={"start": "time"}), threshold=20),
    "arrivals": figures.arrivals(JUDGED),
    "level_histogram": figures.level_histogram(READINGS),
    "count_bars": figures.count_bars(pd.Series({"late": 3, "accepted": 9}, name="messages"), "Counts"),
    "batch_bars": figures.batch_bars(BATCHES),
}


@pytest.mark.parametrize("name", ALL)
def test_a_figure_has_a_title_and_names_what_its_axes_measure(name: str) -> None:
    layout = ALL[name].layout
    assert layout.title.text
    assert layout.xaxis.title.text
    assert layout.yaxis.title.text or name == "count_bars"  # whose bars are named themselves


@pytest.mark.parametrize("name", ALL)
def test_a_figure_draws_on_plain_axes_since_maps_are_fetched_from_the_network(name: str) -> None:
    assert {trace.type for trace in ALL[name].data} <= {"scatter", "scattergl", "bar"}


@pytest.mark.parametrize("name", ALL)
def test_a_notebook_keeps_a_figure_as_json_alone(name: str) -> None:
    assert pio.renderers.default == "plotly_mimetype"
    assert list(pio.renderers["plotly_mimetype"].to_mimebundle(json.loads(ALL[name].to_json()))) == [
        "application/vnd.plotly.v1+json"
    ]


def test_the_map_shows_the_sensors_whose_place_is_known_in_true_proportion() -> None:
    figure = ALL["sensor_map"]
    assert list(figure.data[0].x) == [-2.1, -2.2]
    assert figure.layout.yaxis.scaleratio == pytest.approx(1.84, abs=0.01)


def test_the_time_line_has_a_gap_between_sensors_and_the_threshold() -> None:
    figure = ALL["time_line"]
    assert np.isnan(figure.data[0].y).tolist() == [False, False, True, False, True]
    assert figure.layout.shapes[0].y0 == 100


def test_the_time_line_of_nothing_is_an_empty_figure() -> None:
    assert isinstance(figures.time_line(REPORTS[:0]), go.Figure)


def test_a_window_is_a_bar_from_its_start_to_its_end_and_red_above_the_threshold() -> None:
    readings, below, above = ALL["window_bars"].data
    assert (len(readings.x), below.name, above.name) == (3, "no alerts: 2", "alerts: 1")
    assert [pd.Timestamp(x) for x in above.x[:2]] == [TIMES[2], TIMES[2] + pd.Timedelta(minutes=15)]
    assert pd.isna(above.x[2])
    assert list(above.y) == [30.0, 30.0, 30.0]


def test_late_readings_are_counted_apart_in_the_legend() -> None:
    assert [trace.name for trace in ALL["arrivals"].data] == ["counted: 1", "late: 2", "watermark"]


def test_the_histogram_counts_each_positive_level_of_dust_once() -> None:
    assert [sum(trace.y) for trace in ALL["level_histogram"].data] == [2, 0]


def test_the_longest_bar_is_on_top() -> None:
    bars = ALL["count_bars"].data[0]
    assert (list(bars.y), list(bars.x)) == (["late", "accepted"], [3, 9])
