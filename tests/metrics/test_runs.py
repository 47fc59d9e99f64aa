"""A run document becomes one row, and says whether it is a valid point."""

from typing import Any

import pandas as pd
import pytest

from mysimbdp.documents import RunStatus
from mysimbdp.metrics import by_kind, point_of, runs_frame
from mysimbdp.metrics.runs import RUN_COLUMNS
from tests.metrics.made import VERIFIED, at, measured, produced, run, without


def test_a_run_is_a_row_with_its_parameters_as_columns() -> None:
    frame = runs_frame([run(parameters={"rate_per_s": 250.0, "sensors": 10, "arm": "kit", "seed": 3})])
    assert frame.columns.tolist() == [*RUN_COLUMNS, "rate_per_s", "sensors", "seed"]
    row = frame.iloc[0]
    assert (row["run_id"], row["arm"], row["rate_per_s"], row["offered"], row["acknowledged"]) == (
        "r1",
        "kit",
        250.0,
        1000,
        1000,
    )
    assert (row["measured_start"], row["measured_end"]) == (at(0), at(10))


def test_no_run_is_an_empty_frame_with_the_same_columns() -> None:
    frame = runs_frame([])
    assert frame.columns.tolist() == RUN_COLUMNS
    assert frame.empty


def test_shares_of_wrong_data_are_as_delivered_of_the_acknowledged() -> None:
    row = runs_frame([run(producer=produced(wrong_type=250, extra=5))]).iloc[0]
    assert row[["delivered_wrong_type", "delivered_missing", "delivered_extra"]].tolist() == [0.25, 0.0, 0.005]


@pytest.mark.parametrize(
    ("achieved_rate_per_s", "reason"),
    [
        (100.0, None),
        (99.0, None),
        (98.9, "the producer achieved 98.9 of 100 messages/s"),
        (120.0, None),
    ],
)
def test_a_point_below_99_per_cent_of_its_rate_has_measured_the_producer(
    achieved_rate_per_s: float, reason: str | None
) -> None:
    row = runs_frame([run(producer=produced(100.0, achieved_rate_per_s))]).iloc[0]
    assert (row["valid"], row["invalid_reason"]) == (reason is None, reason)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        (run(status=RunStatus.FAILED, reason="The broker went away."), "The broker went away."),
        (run(status=RunStatus.RUNNING), "it is RUNNING"),
        (without(run(), "measured"), "nothing was left of it after the warm-up"),
        (without(run(), "producer"), "it has no producer's summary"),
        (without(run(), "verification"), "its results were not verified"),
        (
            run(verification=VERIFIED | {"differences": 3, "lost": 2, "late": 1, "passed": False}),
            "its results are not those of the independent computation (3 differences, 2 lost, 1 late)",
        ),
        (run(producer=produced(None)), "the producer achieved 100 of 0 messages/s"),
    ],
    ids=["failed", "running", "not-measured", "not-produced", "not-verified", "wrong", "unpaced"],
)
def test_a_run_that_lacks_something_is_no_valid_point_and_says_why(changed: Any, reason: str) -> None:
    row = runs_frame([changed]).iloc[0]
    assert (row["valid"], row["invalid_reason"]) == (False, reason)


def test_a_failed_run_has_a_row_beside_a_completed_one() -> None:
    failed = without(run("r2", status=RunStatus.FAILED, reason="It died."), "producer", "measured", "verification")
    frame = runs_frame([run("r1", measured=measured(1, 2)), failed])
    assert frame["valid"].tolist() == [True, False]
    assert frame["passed"].tolist() == [True, False]
    assert frame["measured_end"].tolist() == [pd.Timestamp(at(2)), pd.NaT]
    assert frame["achieved_rate_per_s"].isna().tolist() == [False, True]


@pytest.mark.parametrize(
    ("parameters", "same"),
    [
        ({"rate_per_s": 100, "sensors": 10, "arm": "kit", "seed": 2}, True),
        ({"sensors": 10.0, "rate_per_s": 100.0}, True),
        ({"rate_per_s": 100.1, "sensors": 10}, False),
        ({"rate_per_s": 100, "sensors": 10, "split": "disjoint"}, False),
    ],
    ids=["seed", "number-type-and-order", "rate", "one-more"],
)
def test_runs_are_of_one_point_if_all_but_seed_and_arm_are_equal(parameters: dict[str, Any], same: bool) -> None:
    point = point_of(run(parameters={"rate_per_s": 100.0, "sensors": 10, "seed": 1}))
    assert point == "rate_per_s=100, sensors=10"
    assert (point_of(run(parameters=parameters)) == point) is same


def test_a_run_without_wrong_data_begins_the_line_of_every_kind() -> None:
    none, some = {"wrong_type": 0.0, "missing": 0.0, "extra": 0.0}, {"wrong_type": 0.0, "missing": 0.5, "extra": 0.0}
    split = by_kind(runs_frame([run("r1", none), run("r2", some, producer=produced(missing=490))]))
    assert split[["run_id", "kind", "share", "delivered"]].to_numpy().tolist() == [
        ["r1", "wrong_type", 0.0, 0.0],
        ["r1", "missing", 0.0, 0.0],
        ["r2", "missing", 0.5, 0.49],
        ["r1", "extra", 0.0, 0.0],
    ]
