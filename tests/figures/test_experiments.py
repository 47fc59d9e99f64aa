"""The figures of the experiments show every run, medians and intervals, invalid points, and the published ones."""

from math import isnan

import pandas as pd
import plotly.graph_objects as go  # type: ignore[import-untyped]
import pytest

from mysimbdp import figures, findings, metrics
from mysimbdp.documents import RunDocument
from mysimbdp.experiments import archive
from mysimbdp.metrics import of_series
from tests.figures import recorded

PUBLISHED = archive.published()
SPEED, ERROR_RATE, PARALLELISM = recorded.speed(), recorded.error_rate(), recorded.parallelism()
CAPACITY = recorded.capacity()
STEPS = metrics.steps_frame(recorded.ablation().runs)
LIMITS = metrics.limits_frame(CAPACITY.runs)
STEADY = SPEED.summary[SPEED.summary["time_factor"] == 1]
BATCHES = metrics.batches_frame(SPEED.progress)
MEASURED = metrics.measured_batches(BATCHES, STEADY[STEADY["valid"]])
KIT = (MEASURED["arm"] == "kit") & (MEASURED["rows"] > 0)
TOTAL = of_series(ERROR_RATE.summary, "constant total rate")
RELATIVE = metrics.relative_to_none(TOTAL, "batch_duration_ms")
HISTOGRAMS = metrics.histograms_frame(SPEED.latencies).merge(STEADY[["run_id", "arm", "rate_per_s"]], on="run_id")

ALL = {
    "speed": figures.speed(SPEED.summary, PUBLISHED),
    "error_rate": figures.error_rate(TOTAL, PUBLISHED),
    "parallelism": figures.parallelism(PARALLELISM.summary, PUBLISHED),
    "latency": figures.latency(STEADY),
    "latency_distribution": figures.latency_distribution(HISTOGRAMS[HISTOGRAMS["kind"] == "processing"]),
    "latency_tail": figures.latency_tail(HISTOGRAMS[HISTOGRAMS["kind"] == "processing"], "spikes"),
    "batch_cost": figures.batch_cost(MEASURED, metrics.fit_batch_cost(MEASURED)),
    "state_growth": figures.state_growth(MEASURED),
    "cores": figures.cores(SPEED.summary),
    "memory": figures.memory(PARALLELISM.summary),
    "work_split": figures.work_split(
        metrics.work_shares(PARALLELISM.summary, metrics.batches_frame(PARALLELISM.progress))
    ),
    "delivered_share": figures.delivered_share(metrics.delivered_shares(ERROR_RATE.summary)),
    "drain_rates": figures.drain_rates(LIMITS),
    "sustainable_rates": figures.sustainable_rates(LIMITS),
    "fixed_costs": figures.fixed_costs(STEPS),
    "message_costs": figures.message_costs(STEPS),
    "rung_rates": figures.rung_rates(metrics.rungs_frame(recorded.ladder().runs)),
    "scaled_rates": figures.scaled_rates(metrics.drains_frame(recorded.scale().runs)),
    "stored_rates": figures.stored_rates(metrics.drains_frame(recorded.ingest().runs), needed_per_s=40_000),
    "rates_tried": figures.rates_tried(metrics.probes_frame(CAPACITY.runs)),
    "cost_of_wrong_data": figures.cost_of_wrong_data(RELATIVE, "batch duration", noise=0.01),
}


def named(figure: go.Figure, name: str, axis: str = "y") -> list[go.Scatter]:
    """The traces of this name on one of the y axes."""
    return [trace for trace in figure.data if trace.name == name and (trace.yaxis or "y") == axis]


@pytest.mark.parametrize("name", ALL)
def test_a_figure_has_a_title_and_names_what_its_axes_measure(name: str) -> None:
    figure = ALL[name]
    assert figure.layout.title.text
    assert any(axis.title.text for axis in figure.select_xaxes())
    assert all(axis.title.text for axis in figure.select_yaxes()) or figure.data[0].type == "bar"  # labelled themselves


@pytest.mark.parametrize("name", ALL)
def test_what_is_told_apart_by_colour_is_told_apart_in_black_and_white_too(name: str) -> None:
    looks: dict[str, set[tuple[str, str]]] = {}
    for trace in filter(lambda trace: trace.showlegend is not False, ALL[name].data):
        marker, line = trace.marker, getattr(trace, "line", None)
        shape = marker.pattern.shape if trace.type == "bar" else marker.symbol
        looks.setdefault(f"{shape} {line.dash if line else ''}", set()).add(trace.name)
    assert [names for names in looks.values() if len(names) > 1] == []


@pytest.mark.parametrize("name", ["speed", "error_rate", "parallelism"])
def test_the_published_points_are_beside_those_measured_here_in_every_panel(name: str) -> None:
    for axis in ("y", "y2", "y3"):
        (grey,) = named(ALL[name], "published, 2024, 1 core a worker", axis)
        assert len(grey.x) == {"speed": 8, "error_rate": 45, "parallelism": 7}[name]
        assert {symbol[-9:] for symbol in grey.marker.symbol} == {"-open-dot"}


def test_the_published_queries_of_two_apps_count_as_the_kits_do() -> None:
    grey = named(ALL["parallelism"], "published, 2024, 1 core a worker")[0]
    at = list(grey.text).index("2 apps, shared group")
    four = PUBLISHED.query("experiment == 'parallelism' and apps == 2 and sensors == 1")
    assert grey.y[at] == pytest.approx(2 * four["input_rows_s"].mean())


def test_a_line_goes_through_the_medians_with_an_interval_where_there_are_repetitions() -> None:
    (kit,), (published,) = (named(ALL["speed"], name, "y3") for name in ("kit", "published configuration"))
    assert list(kit.x) == [1, 10, 100, 250, 500, 750, 1000, 1250]
    assert not pd.isna(kit.error_y.array).any()
    assert pd.isna(published.error_y.array).all()
    assert published.marker.symbol != kit.marker.symbol


def test_every_run_is_a_mark_of_its_own() -> None:
    marks = [trace for trace in ALL["speed"].data if trace.mode == "markers" and not trace.name]
    assert sum(len(trace.x) for trace in marks if trace.yaxis == "y3") == 16 + 3
    assert set(marks[0].text) <= set(STEADY["run_id"])


def test_an_invalid_point_is_an_open_cross_that_says_why_and_is_in_no_median() -> None:
    (invalid,) = named(ALL["speed"], "invalid point (why: hover)", "y3")
    assert invalid.marker.symbol == "x-open"
    assert list(invalid.x) == [40_000]
    assert "achieved 32000 of 40000" in invalid.text[0]


def test_a_name_is_in_the_legend_once_and_rules_all_panels() -> None:
    kit = [trace for trace in ALL["speed"].data if trace.name == "kit"]
    assert [trace.showlegend for trace in kit] == [True, False, False]
    assert {trace.legendgroup for trace in kit} == {"kit"}


def test_kinds_of_wrong_data_are_lines_that_begin_without_any() -> None:
    kinds = ("wrong type", "missing field", "extra field")
    lines = [named(ALL["error_rate"], f"kit: {kind}", "y3")[0] for kind in kinds]
    assert [list(line.x) for line in lines] == [[x + step for x in (0, 25, 50, 75, 100)] for step in (-2.5, 0, 2.5)]


def test_lines_with_the_same_values_stand_beside_one_another_on_a_logarithmic_axis_too() -> None:
    one, two = (named(ALL["parallelism"], f"kit: {work}")[0] for work in ("1 app", "2 apps, disjoint partitions"))
    assert list(two.x / one.x) == pytest.approx([1.15] * 4)


def test_where_no_run_is_valid_figures_are_empty_and_say_so_by_their_crosses() -> None:
    none = recorded.Recorded(recorded.overloaded("speed", rate_per_s=40_000.0)).summary
    shown = figures.speed(none, PUBLISHED)
    assert {trace.name for trace in shown.data} == {"published, 2024, 1 core a worker", "invalid point (why: hover)"}
    assert not any(len(bar.y) for bar in figures.cores(none).data)


def test_the_line_of_batch_cost_is_the_fit() -> None:
    (line,) = [trace for trace in ALL["batch_cost"].data if trace.name.startswith("T = 400 ms + 10 µs")]
    assert list(line.x[[0, -1]]) == pytest.approx([MEASURED[KIT]["rows"].min(), MEASURED[KIT]["rows"].max()])
    assert list(line.y[[0, -1]]) == pytest.approx([0.4, 0.405], abs=0.002)


def test_a_distribution_rises_from_nothing_to_all_readings() -> None:
    line = ALL["latency_distribution"].data[0]
    assert (line.y[0], line.y[-1]) == (0, 100)


def test_the_tail_falls_from_all_to_the_last_that_took_longer() -> None:
    line = ALL["latency_tail"].data[0]
    assert list(line.x) == pytest.approx([0.4, 0.4, 0.6, 0.8, 1.2])
    assert list(line.y[:4]) == pytest.approx([100, 60, 10, 1])
    assert isnan(line.y[4])
    assert ALL["latency_tail"].layout.yaxis.type == "log"


def test_bars_are_stacked_by_role_and_the_first_point_is_on_top() -> None:
    figure = ALL["cores"]
    assert (figure.layout.barmode, figure.layout.yaxis.autorange) == ("stack", "reversed")
    assert [bar.name for bar in figure.data] == ["app drivers", "executors", "broker", "database", "producer"]
    assert figure.data[0].y[0] == "kit, 1/s"
    assert "kit, 40,000/s" not in figure.data[0].y  # it is no valid point


def test_a_shared_group_reads_everything_twice_and_disjoint_partitions_once() -> None:
    read = pd.DataFrame({bar.name: dict(zip(bar.y, bar.x, strict=True)) for bar in ALL["work_split"].data}).sum(axis=1)
    assert read["kit, 2 apps shared,<br>10 sensors"] == pytest.approx(200, abs=2)
    assert read["kit, 2 apps disjoint,<br>10 sensors"] == pytest.approx(100, abs=2)


def test_every_reader_has_its_bar_however_many_there_are() -> None:
    shares = metrics.work_shares(PARALLELISM.summary, metrics.batches_frame(PARALLELISM.progress))
    names = [f"reader {number % 8}" for number in range(len(shares))]
    assert {bar.name for bar in figures.work_split(shares.assign(reader=names)).data} == set(names)


def test_limits_under_different_objectives_are_rows_of_their_own() -> None:
    patient = pd.concat([LIMITS, LIMITS.assign(latency_objective_s=90.0)])
    rows = {row for trace in figures.sustainable_rates(patient).data for row in trace.y}
    assert {row.rpartition(", ")[2] for row in rows} == {"within 2 s", "within 90 s"}


def test_the_band_of_what_may_be_chance_is_twice_the_noise_to_both_sides() -> None:
    (band,) = ALL["cost_of_wrong_data"].layout.shapes
    assert (band.y0, band.y1) == pytest.approx((100 / 1.02 - 100, 2))


def test_without_a_measure_of_noise_there_is_no_band() -> None:
    assert not figures.cost_of_wrong_data(RELATIVE, "batch duration", noise=float("nan")).layout.shapes


@pytest.mark.parametrize(
    ("run", "label"),
    [
        (recorded.run("speed", rate_per_s=250.0), "kit, 250/s"),
        (recorded.run("speed", "published", time_factor=60), "publ. conf., 100/s,<br>time ×60"),
        (recorded.run("error_rate"), "kit, none wrong,<br>100/s"),
        (recorded.run("error_rate", missing=0.5), "kit, missing 50%,<br>100/s"),
        (recorded.run("parallelism", sensors=1), "kit, 1 app,<br>1 sensor"),
        (recorded.run("parallelism", apps=2, split="shared_group"), "kit, 2 apps shared,<br>10 sensors"),
    ],
)
def test_a_bar_is_labelled_by_what_sets_its_point_apart(run: RunDocument, label: str) -> None:
    assert list(figures.cores(recorded.Recorded(run).summary).data[0].y) == [label]


def test_what_is_sustained_is_told_beside_drains_alone_and_on_a_busy_machine() -> None:
    share, busy, most = findings.between_limits(LIMITS)  # nothing of an arm that sustains nothing
    assert share == "What the kit sustains is 75 % of what it drains."
    assert busy.startswith("It drained 48,000 messages/s, 80 % of that, while producer and broker were as busy")
    assert busy.endswith("It sustains 94 % of it.")
    assert most.startswith(
        "They laid backlogs ready at 90,000 messages/s, 150 % of the drain rate, while it stood still"
    )


def test_of_older_runs_only_the_share_is_told() -> None:
    older = LIMITS.assign(load_ceiling_per_s=None, busy_drain_rate_per_s=None)
    assert findings.between_limits(older) == ["What the kit sustains is 75 % of what it drains."]


def test_drains_are_marks_of_their_point() -> None:
    marks = {trace.y[0]: list(trace.x) for trace in ALL["scaled_rates"].data}
    assert marks == {
        "kit, 1,000 sensors": [100_000.0, 100_000.0],
        "kit, 100,000 sensors": [62_500.0, 62_500.0],
        "kit, 2 apps, 1,000 sensors": [160_000.0, 160_000.0],
    }


def test_every_rate_that_was_tried_is_a_mark_that_says_why_it_was_not_sustained() -> None:
    traces = {trace.name: trace for trace in ALL["rates_tried"].data}
    assert list(traces["kit, sustained"].x) == [45_000.0, 45_000.0]
    assert list(traces["kit, not sustained"].text) == ["probe 2: results took too long"]
    assert list(traces["published configuration, not sustained"].x) == [1.0]


def test_the_limits_are_told_with_what_is_too_much() -> None:
    kit, published, times = findings.limits(LIMITS)
    assert "drains 60,000 messages/s" in kit
    assert "sustains 45,000 messages/s with results within 2 s (p99); 49,500 messages/s are too many" in kit
    assert "sustains 0 messages/s" in published
    assert times == "On the same core the kit drains 10.0 times as many messages a second."
