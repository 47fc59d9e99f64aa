"""Batches become rows; rates are sums over sums, within the measured interval only."""

from math import nan

import pytest

from mysimbdp.documents import ProgressDocument
from mysimbdp.metrics import batches_frame, measured_batches, query_summary, runs_frame
from mysimbdp.metrics.batches import BATCH_COLUMNS, run_rates
from tests.metrics.made import at, batch, measured, run, without


def test_a_batch_is_a_row_with_the_parts_of_its_duration() -> None:
    row = batches_frame([batch(3, 1.5, 800, lag={"0": 4, "1": 3})]).iloc[0]
    assert row[["run_id", "app", "query", "batch", "rows", "lag"]].tolist() == ["r1", "a", "q", 3, 100, 7]
    assert (row["started"], row["ended"]) == (at(1.5), at(2.3))
    assert row[["duration_ms", "add_batch_ms", "query_planning_ms"]].tolist() == [800, 400, 5]


def test_no_batch_is_an_empty_frame_with_the_same_columns() -> None:
    frame = batches_frame([])
    assert frame.columns.tolist() == BATCH_COLUMNS
    assert frame.empty
    assert query_summary(frame).empty
    assert run_rates(frame).empty


def test_batches_are_in_the_order_of_the_clock_however_they_come() -> None:
    frame = batches_frame([batch(2, 2, 500), batch(1, 1, 500), batch(0, 0, 500, query="p")])
    assert frame[["query", "batch"]].to_numpy().tolist() == [["p", 0], ["q", 1], ["q", 2]]


@pytest.mark.parametrize(
    ("started_s", "duration_ms", "inside"),
    [
        (2.0, 1000, True),
        (9.0, 1000, True),
        (1.999, 1000, False),
        (9.001, 1000, False),
        (1.0, 12_000, False),
    ],
    ids=["from-the-start", "to-the-end", "begins-before", "ends-after", "longer-than-it"],
)
def test_a_measured_batch_lies_wholly_in_the_interval(started_s: float, duration_ms: int, inside: bool) -> None:
    runs = runs_frame([run(measured=measured(2, 10))])
    found = measured_batches(batches_frame([batch(0, started_s, duration_ms)]), runs)
    assert len(found) == inside
    assert found["arm"].tolist() == ["kit"] * inside


def test_a_run_that_was_not_measured_has_no_measured_batch() -> None:
    assert measured_batches(batches_frame([batch(0, 1, 100)]), runs_frame([without(run(), "measured")])).empty


@pytest.mark.parametrize(
    ("batches", "input_rate_per_s", "processed_rate_per_s", "mean_ms", "median_ms"),
    [
        # A mean of the rates of each would be (1000 + 100) ÷ 2 = 550. What the first one read came in before it.
        ([batch(0, 0, 100, 100), batch(1, 0.1, 900, 90)], 900.0, 190.0, 500.0, 500.0),
        # Idle for a second between the two: that counts for the input rate alone.
        ([batch(0, 0, 500, 50), batch(1, 1.5, 500, 150)], 100.0, 200.0, 500.0, 500.0),
        ([batch(0, 0, 2000, 100)], nan, 50.0, 2000.0, 2000.0),
        ([batch(0, 0, 500, 0), batch(1, 1, 500, 0)], 0.0, 0.0, 500.0, 500.0),
        ([batch(0, 0, 100, 30), batch(1, 0.1, 200, 10), batch(2, 0.3, 900, 20)], 100.0, 50.0, 400.0, 200.0),
    ],
    ids=["uneven", "idle-between", "one", "no-rows", "mean-and-median"],
)
def test_rates_of_a_query_are_sums_over_sums(
    batches: list[ProgressDocument],
    input_rate_per_s: float,
    processed_rate_per_s: float,
    mean_ms: float,
    median_ms: float,
) -> None:
    row = query_summary(batches_frame(batches)).iloc[0]
    assert row["batches"] == len(batches)
    rates = row[["input_rate_per_s", "processed_rate_per_s"]].tolist()
    assert rates == pytest.approx([input_rate_per_s, processed_rate_per_s], nan_ok=True)
    assert row[["batch_duration_ms", "batch_duration_p50_ms"]].tolist() == [mean_ms, median_ms]


def test_the_input_rate_is_the_offered_one_also_after_a_long_batch_of_the_warm_up() -> None:
    # 100 messages/s come in; during the five seconds of the first batch 500 of them.
    batches = batches_frame([batch(0, 0, 5000, 100), batch(1, 5, 1000, 500), batch(2, 6, 1000, 100)])
    found = measured_batches(batches, runs_frame([run(measured=measured(5, 10))]))
    assert run_rates(found)[["input_rate_per_s", "batches"]].to_numpy().tolist() == [[100.0, 2]]


def test_queries_of_an_app_are_averaged_and_apps_are_added_up() -> None:
    found = run_rates(
        batches_frame(
            [
                *(batch(number, number, 1000, 100, app="a", query="report") for number in range(2)),
                *(batch(number, 2 * number, 2000, 100, app="a", query="alert") for number in range(2)),
                *(batch(number, number, 1000, 40, app="b", query="report", state_rows=9) for number in range(2)),
            ]
        )
    )
    rates = ["input_rate_per_s", "processed_rate_per_s", "batches", "state_rows_max"]
    assert found[rates].to_numpy().tolist() == [[75.0 + 40.0, 75.0 + 40.0, 6, 9]]
    assert found["batch_duration_ms"].tolist() == [pytest.approx(4000 / 3)]
