"""Limits and probes as frames, from run documents made by hand."""

from typing import Any

import pytest

from mysimbdp.documents import RunDocument
from mysimbdp.metrics import limits_by_arm, limits_frame, probes_frame, steady_batches_frame
from tests.metrics.made import VERIFIED, run


def searched(run_id: str, arm: str, drain: float, sustained: float, sensors: int = 1000, **found: Any) -> RunDocument:
    """A run that found these limits; `found` is added to its document."""
    document = run(run_id, arm=arm, parameters={"sensors": sensors, "arm": arm})
    document["drains"] = [
        {
            "messages": 1000,
            "seconds": 1,
            "rate_per_s": rate,
            "core_s_per_million": cores,
            "load_ceiling_per_s": 4 * rate,
        }
        for rate, cores in ((drain - 1, 10), (drain, 12), (2 * drain, 20))
    ]
    document["capacity"] = {
        "steady_batches_ms": [],
        "prompt": None,
        "probes": [
            {
                "offered_rate_per_s": rate,
                "achieved_rate_per_s": rate,
                "processing_p50_ms": 300.0,
                "processing_p99_ms": 900.0,
                "lag_slope_per_s": 0.5,
                "lag_slope_upper_per_s": 1.0,
                "confirming": False,
                "batches": 9,
                "batch_ms": 250 + 0.02 * rate,
                "batch_messages": rate,
                "reason": reason,
            }
            for rate, reason in ((sustained, ""), (2 * sustained, "results took too long"))
        ],
        "sustainable_rate_per_s": sustained,
        "failed_rate_per_s": 2 * sustained,
    }
    document.update(found)  # type: ignore[typeddict-item]  # of any field
    return document


NOT_OFFERED = {"prompt_rate_per_s": None, "prompt_p50_ms": None, "prompt_p99_ms": None}
RUNS = [
    searched("a", "kit", 60_000, 30_000),
    searched("b", "kit", 50_000, 20_000),
    searched("c", "kit", 40_000, 10_000, sensors=100_000),
    searched("d", "published", 6_000, 1_000),
]


def test_limits_are_the_medians_of_an_arm_at_the_fewest_sensors() -> None:
    found = limits_by_arm(limits_frame([*RUNS, run("e")]))
    assert found == {
        "kit": {
            "drain_rate_per_s": 55_000,
            "sustainable_rate_per_s": 25_000,
            "failed_rate_per_s": 50_000,
            "core_s_per_million": 12,
            "load_ceiling_per_s": 220_000,
            "busy_drain_rate_per_s": None,
            **NOT_OFFERED,
        },
        "published": {
            "drain_rate_per_s": 6_000,
            "sustainable_rate_per_s": 1_000,
            "failed_rate_per_s": 2_000,
            "core_s_per_million": 12,
            "load_ceiling_per_s": 24_000,
            "busy_drain_rate_per_s": None,
            **NOT_OFFERED,
        },
    }


def test_drains_of_a_busy_machine_are_told_apart_from_others() -> None:
    document = searched("a", "kit", 60_000, 30_000)
    document["capacity"]["busy_drains"] = [{**document["drains"][0], "rate_per_s": rate} for rate in (30.0, 50.0, 40.0)]
    found = limits_by_arm(limits_frame([document]))["kit"]
    assert (found["drain_rate_per_s"], found["busy_drain_rate_per_s"]) == (60_000, 40)


def test_of_older_runs_it_is_not_known_what_could_be_offered() -> None:
    older = searched("a", "kit", 60_000, 30_000)
    for drain in older["drains"]:
        del drain["load_ceiling_per_s"]
    found = limits_by_arm(limits_frame([older]))["kit"]
    assert (found["drain_rate_per_s"], found["load_ceiling_per_s"]) == (60_000, None)


def test_a_run_whose_results_were_wrong_counts_nowhere() -> None:
    wrong = searched("f", "kit", 1e6, 1e6)
    wrong["verification"] = {**VERIFIED, "passed": False}
    frame = limits_frame([*RUNS, wrong])
    assert frame["valid"].tolist() == [True] * 4 + [False]
    assert limits_by_arm(frame) == limits_by_arm(limits_frame(RUNS))


def test_every_rate_that_was_tried_is_a_row() -> None:
    frame = probes_frame(RUNS[:1])
    assert frame[["number", "rate_per_s", "sustained", "reason"]].to_numpy().tolist() == [
        [1, 30_000, True, ""],
        [2, 60_000, False, "results took too long"],
    ]


def test_latency_far_below_the_limit_is_told_where_it_was_measured() -> None:
    document = searched("a", "kit", 60_000, 30_000)
    capacity = document["capacity"]
    capacity["prompt"] = {**capacity["probes"][0], "offered_rate_per_s": 250.0, "processing_p50_ms": 200.0}
    found = limits_by_arm(limits_frame([document]))["kit"]
    assert {name: found[name] for name in NOT_OFFERED} == {
        "prompt_rate_per_s": 250,
        "prompt_p50_ms": 200,
        "prompt_p99_ms": 900,
    }


def test_batches_of_every_rate_that_was_offered_are_a_row_of_a_valid_run() -> None:
    document, wrong = searched("a", "kit", 60_000, 30_000), searched("b", "kit", 60_000, 30_000)
    probes = document["capacity"]["probes"]
    document["capacity"]["prompt"] = {**probes[0], "batch_messages": 100.0, "batch_ms": 250.0}
    probes.append({**probes[0], "batches": 0, "batch_messages": None, "batch_ms": None})
    wrong["verification"] = {**VERIFIED, "passed": False}
    assert steady_batches_frame([document, wrong]).to_numpy().tolist() == [
        ["a", "kit", 30_000, 850],
        ["a", "kit", 60_000, 1450],
        ["a", "kit", 100, 250],
    ]


@pytest.mark.parametrize("frame", [limits_frame, probes_frame, steady_batches_frame])
def test_without_a_search_there_are_no_rows(frame: Any) -> None:
    assert frame([run("g")]).empty


def test_without_a_search_no_arm_has_limits() -> None:
    assert limits_by_arm(limits_frame([run("g")])) == {}
