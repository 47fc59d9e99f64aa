"""Everything known of a run in one row, over its measured interval and nothing else."""

from math import nan
from typing import Any

import pandas as pd
import pytest

from mysimbdp.documents import RunStatus
from mysimbdp.metrics import run_summary, samples_frame
from mysimbdp.metrics.latencies import LATENCY_COLUMNS
from mysimbdp.metrics.resources import SAMPLE_COLUMNS, USE_COLUMNS
from tests.metrics.made import VERIFIED, batch, in_a_row, latency, measured, produced, run, sample, without

LATENCIES = [latency("processing", 600, 900, 1200, 1500), latency("event_time", 50_000, 95_000, 99_000, 101_000)]
RESOURCES = [
    sample(0, -1, driver=(1.0, 900.0), executors=(0.0, 100.0)),
    sample(1, 0, driver=(10.0, 300.0), executors=(20.0, 500.0), broker=(5.0, 256.0)),
    sample(2, 5, driver=(11.0, 350.0), executors=(24.0, 600.0), broker=(5.5, 256.0)),
    sample(3, 10, driver=(12.0, 320.0), executors=(28.0, 550.0), broker=(6.0, 256.0)),
    sample(4, 11, driver=(99.0, 999.0), executors=(99.0, 999.0), broker=(99.0, 999.0)),
]


def summary(document: Any = None, progress: Any = None, latencies: Any = LATENCIES) -> pd.Series:
    even = in_a_row(*[1000] * 10)
    return run_summary([document or run()], even if progress is None else progress, latencies, RESOURCES).iloc[0]


def test_rates_and_durations_are_of_the_measured_batches() -> None:
    outside = [batch(98, -1, 1000, 9999), batch(99, 10, 1000, 9999)]
    row = summary(progress=[*in_a_row(*[1000] * 10), *outside])
    assert row[["batches", "input_rate_per_s", "processed_rate_per_s", "batch_duration_ms"]].tolist() == [
        10,
        100.0,
        100.0,
        1000.0,
    ]


def test_latencies_are_those_of_both_kinds() -> None:
    assert summary()[LATENCY_COLUMNS].tolist() == [600, 900, 1200, 1500, 50_000, 95_000, 99_000, 101_000]


def test_use_is_by_role_between_the_first_and_last_sample_of_the_interval() -> None:
    row = summary()
    assert row[["driver_cores", "executors_cores", "broker_cores"]].tolist() == pytest.approx([0.2, 0.8, 0.1])
    assert row[["driver_memory_mb", "executors_memory_mb"]].tolist() == [350.0, 600.0]
    assert row[["worker_cores", "producer_cores", "database_memory_mb"]].isna().all()


def test_the_memory_of_all_roles_is_what_they_held_at_once() -> None:
    steps = [
        sample(1, 1, driver=(0.0, 300.0), broker=(0.0, 400.0)),
        sample(2, 2, driver=(0.0, 500.0), broker=(0.0, 100.0)),
    ]
    row = run_summary([run()], [], [], [*steps, sample(3, 11, driver=(0.0, 9999.0))]).iloc[0]
    assert row["all_memory_mb"] == 700.0


def test_the_cost_of_a_million_messages_is_of_driver_and_executors() -> None:
    # (0.2 + 0.8) cores ÷ 100 messages/s
    assert summary()["core_s_per_million"] == pytest.approx(10_000.0)


def test_one_sample_tells_memory_and_no_cores() -> None:
    row = run_summary([run(measured=measured(4, 6))], [], [], RESOURCES).iloc[0]
    assert row["driver_memory_mb"] == 350.0
    assert pd.isna(row["driver_cores"])


def test_samples_are_in_the_order_of_the_clock_however_they_come() -> None:
    row = run_summary([run()], [], [], RESOURCES[::-1]).iloc[0]
    assert row["driver_cores"] == pytest.approx(0.2)
    assert samples_frame([]).columns.tolist() == SAMPLE_COLUMNS


@pytest.mark.parametrize(
    ("rows", "keeps_up"),
    [
        ([100] * 10, True),
        ([100 - number for number in range(10)], True),
        ([100 + 2 * number for number in range(10)], False),  # by 2 messages/s, above 1 per cent of 100
        ([100, 140, 100, 140, 100, 140, 100, 140, 100, 140], False),  # level perhaps, but not shown to be
        ([100, 100], False),
    ],
    ids=["level", "shrinking", "growing", "too-noisy", "too-few"],
)
def test_a_run_keeps_up_if_its_lag_was_shown_not_to_grow(rows: list[int], keeps_up: bool) -> None:
    row = summary(progress=[batch(number, number, 1000, count) for number, count in enumerate(rows)])
    assert row["keeps_up"] == keeps_up
    assert row["sustainable"] == keeps_up


@pytest.mark.parametrize(
    ("changes", "latencies"),
    [
        ({"latency_objective_s": 1.0}, LATENCIES),
        ({}, LATENCIES[1:]),
        ({"producer": produced(100.0, 98.0)}, LATENCIES),
        ({"verification": VERIFIED | {"lost": 1}}, LATENCIES),
        ({"verification": VERIFIED | {"late": 1}}, LATENCIES),
    ],
    ids=["too-slow", "latency-unknown", "not-achieved", "lost", "late"],
)
def test_a_rate_is_not_sustainable_by_keeping_up_alone(changes: dict[str, Any], latencies: Any) -> None:
    row = summary(run(**changes), latencies=latencies)
    assert (row["keeps_up"], row["sustainable"]) == (True, False)


def test_what_was_not_measured_is_nan_and_the_run_keeps_its_row() -> None:
    failed = without(run("r2", status=RunStatus.FAILED, reason="It died."), "producer", "measured", "verification")
    frame = run_summary([run(), failed], in_a_row(*[1000] * 10), LATENCIES, RESOURCES)
    assert frame["run_id"].tolist() == ["r1", "r2"]
    assert frame["input_rate_per_s"].tolist() == pytest.approx([100.0, nan], nan_ok=True)
    assert frame[["keeps_up", "sustainable"]].to_numpy().tolist() == [[True, True], [False, False]]


def test_the_columns_are_the_same_whatever_is_known() -> None:
    full = run_summary([run(parameters={})], in_a_row(1000, 1000, 1000), LATENCIES, RESOURCES)
    assert full.columns.tolist() == run_summary([run(parameters={})], [], [], []).columns.tolist()
    assert full.columns.tolist() == run_summary([], [], [], []).columns.tolist()
    assert set(full) >= {*LATENCY_COLUMNS, *USE_COLUMNS, "core_s_per_million", "lag_slope_upper_per_s"}
