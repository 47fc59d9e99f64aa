"""Findings say what the numbers show, and claim nothing that the noise or the intervals do not allow."""

from math import nan
from typing import Any

import pandas as pd
import pytest

from mysimbdp import findings, metrics
from mysimbdp.metrics import Noise
from tests.figures import recorded

SPEED, ERROR_RATE, PARALLELISM = recorded.speed(), recorded.error_rate(), recorded.parallelism()
STEADY = SPEED.summary[SPEED.summary["time_factor"] == 1]
SMALL, NOT_KNOWN = Noise(0.01, 0.02, 8), Noise(nan, nan, 0)


def fit(arm: str, t0_ms: float, half_ms: float, c_us: float = 10.0) -> dict[str, Any]:
    interval = {"t0_low_ms": t0_ms - half_ms, "t0_high_ms": t0_ms + half_ms}
    return {"arm": arm, "t0_ms": t0_ms, "c_us": c_us, "n": 50, "r2": 0.987} | interval


def test_what_is_not_counted_is_named_with_its_reason() -> None:
    first, second = findings.points(STEADY)
    assert first == "19 of 20 runs are valid points, their results verified."
    assert second.endswith("(kit): the producer achieved 32000 of 40000 messages/s.")


@pytest.mark.parametrize(
    ("batches", "said"),
    [
        ([1, 1], "Not steady were 2 of 4 runs (kit), of which 1 batch was measured:"),
        ([1, 2], "of which 1 to 2 batches were measured:"),
        ([3, 3], "of which 3 batches were measured:"),
    ],
)
def test_runs_that_did_not_become_steady_are_told(batches: list[int], said: str) -> None:
    kit = STEADY[STEADY["valid"] & (STEADY["arm"] == "kit")].head(4)
    told = findings.points(kit.assign(steady=[True, True, False, False], batches=[9, 9, *batches]))[-1]
    assert said in told


@pytest.mark.parametrize(
    ("noise", "said"),
    [
        (SMALL, "in 8 pairs of runs of the same point the x differed by 1.0 % in the median and by 2.0 % at most."),
        (SMALL, "below 4.0 % is not claimed"),
        (Noise(0.1, 0.1, 1), "in 1 pair of runs"),
        (NOT_KNOWN, "the noise of the x is not known and no difference is claimed"),
    ],
)
def test_the_noise_is_told_with_what_follows_from_it(noise: Noise, said: str) -> None:
    assert said in " ".join(findings.noise_measured(noise, "x"))


@pytest.mark.parametrize(
    ("noise", "said"),
    [
        (
            SMALL,
            "At 1 message/s the mean batch took 14 s in the published configuration and 400 ms in the kit: 35 times",
        ),
        (Noise(0.5, 20.0, 8), "beside the noise no difference is claimed"),
        (NOT_KNOWN, "beside the noise no difference is claimed"),
    ],
)
def test_arms_are_compared_where_both_were_measured_and_only_beyond_the_noise(noise: Noise, said: str) -> None:
    told = findings.arms_compared(STEADY, noise)
    assert len(told) == 2
    assert said in told[0]
    assert told[1].startswith("At 1,250 messages/s")


def test_one_arm_alone_is_compared_with_nothing() -> None:
    kit = STEADY[STEADY["arm"] == "kit"]
    assert findings.arms_compared(kit, SMALL) == [
        "There is no rate with valid runs of both arms, so nothing is compared."
    ]


@pytest.mark.parametrize(
    ("keeps_up", "sustainable", "said"),
    [
        ([True, True, True], [True, True, False], "was 100 messages/s; the highest sustainable one"),
        ([True, True, True], [True, True, False], "of 2 s at p99, was 10 messages/s"),
        (
            [True, False, True],
            [False, False, False],
            "was 100 messages/s; none was within the latency objective",
        ),
        ([False, False, False], [False] * 3, "Kit: at no rate was the lag shown not to grow"),
    ],
)
def test_the_highest_rate_that_an_arm_follows_is_told(keeps_up: list[bool], sustainable: list[bool], said: str) -> None:
    assert said in findings.kept_up(rated([1.0, 10.0, 100.0], keeps_up, sustainable))[0]


def rated(
    rates_per_s: list[float], keeps_up: list[bool], sustainable: list[bool], slope_upper_per_s: float = 0.1
) -> pd.DataFrame:
    """Valid runs at these rates."""
    same = {"arm": "kit", "valid": True, "latency_objective_s": 2.0, "lag_slope_upper_per_s": slope_upper_per_s}
    return pd.DataFrame(same | {"rate_per_s": rates_per_s, "keeps_up": keeps_up, "sustainable": sustainable})


def test_a_rate_is_kept_up_with_only_if_every_repetition_did() -> None:
    summary = rated([1.0, 10.0, 10.0], [True, True, False], [True, True, False])
    assert "did not grow was 1 message/s" in findings.kept_up(summary)[0]


def test_batches_too_few_for_a_slope_are_told_as_that() -> None:
    told = findings.kept_up(rated([1.0, 1250.0], [False, False], [False, False], slope_upper_per_s=nan))
    assert told == [
        "Kit: too few batches were measured to tell whether the lag grew (rates offered: 1 message/s to 1,250 "
        "messages/s)."
    ]


@pytest.mark.parametrize(
    ("fits", "said"),
    [
        ([fit("kit", 400, 10)], "Kit: a batch costs 400 ms whatever is in it (95 % interval 390 ms to 410 ms)"),
        ([fit("kit", 400, 10)], "and each message 10 µs more (50 batches, R² = 0.99)."),
        ([fit("kit", 400, 10), fit("published", 14_000, 500)], "35 times as high in the published configuration"),
        ([fit("kit", 400, 300), fit("published", 800, 300)], "overlap, so no difference is claimed"),
        ([fit("kit", nan, nan)], "The batches of the kit are too few or too much alike"),
    ],
)
def test_the_fixed_cost_is_told_and_compared_where_the_intervals_allow(fits: list[dict[str, Any]], said: str) -> None:
    assert said in " ".join(findings.fixed_cost(pd.DataFrame(fits)))


def test_at_the_lowest_rate_the_share_of_the_fixed_cost_is_told() -> None:
    batches = metrics.measured_batches(metrics.batches_frame(SPEED.progress), STEADY)
    kit, published = findings.slowest_start(batches, metrics.fit_batch_cost(batches), STEADY)
    assert "At 1 message/s a batch of the kit took 40" in kit
    assert published.endswith("for 14 messages; the fitted fixed cost alone is 101 % of that.")


def test_state_is_told_at_the_first_and_the_last_batch() -> None:
    growing = metrics.batches_frame(SPEED.progress).merge(STEADY[["run_id", "arm"]], on="run_id")
    told = findings.state_growth(growing[growing["arm"] == "published"])
    assert "kept 60 windows in state after its first batch and 300 after its last, batch number 5" in told[0]


def delivered(requested: float, share: float, half: float) -> dict[str, Any]:
    interval = {"low": share - half, "high": share + half}
    return {"run_id": "r", "kind": "missing", "requested": requested, "share": share} | interval


@pytest.mark.parametrize(
    ("shares", "said"),
    [
        ([delivered(0.5, 0.51, 0.02)], "In 1 of 1 runs the requested share lies within"),
        ([delivered(0.5, 0.51, 0.02)], "the largest difference is 1.00 percentage points"),
        ([delivered(0.5, 0.74, 0.02)], "In 0 of 1 runs"),
        (
            [delivered(0.5, 0.74, 0.02)],
            "missing field, requested 50 %, delivered 74.00 % (72.00 to 76.00 %).",
        ),
    ],
)
def test_shares_are_told_that_were_not_delivered_as_requested(shares: list[dict[str, Any]], said: str) -> None:
    assert said in " ".join(findings.delivered(pd.DataFrame(shares)))


def test_no_wrong_data_is_told_as_such() -> None:
    assert findings.delivered(metrics.delivered_shares(STEADY)) == ["No valid run had wrong data."]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (150.0, "Kit: with 75 % missing field the batch duration is 50 % more than without wrong data."),
        (50.0, "is 50 % less than without wrong data"),
        (103.0, "of missing field (+3.0 %) no effect on the batch duration is claimed, since none is more than twice"),
    ],
)
def test_an_effect_is_claimed_only_beyond_twice_the_noise(value: float, said: str) -> None:
    point = {"arm": "kit", "kind": "missing", "share": 0.75, "value": value, "none": 100.0}
    relative = pd.DataFrame([point | {"difference": value / 100 - 1}])
    assert said in findings.costs(relative, "batch duration", SMALL)[0]


def test_it_is_told_who_split_the_work_and_who_did_it_twice() -> None:
    shares = metrics.work_shares(PARALLELISM.summary, metrics.batches_frame(PARALLELISM.progress))
    one, disjoint, shared = findings.work_split(shares)
    assert one.startswith("Kit, 1 app: each message was read ")
    assert "by one app or the other: the work is split; the busier app read 50 % of 1 sensor, " in disjoint
    assert shared.endswith("since every app read all of them: the work is done twice, not split.")


def test_latency_and_cores_are_told_at_both_ends_of_what_was_measured() -> None:
    assert [told.split(":")[0] for told in findings.latency(STEADY)] == [
        "Kit at 1 message/s",
        "Kit at 1,250 messages/s",
        "Published configuration at 1 message/s",
        "Published configuration at 1,250 messages/s",
    ]
    assert findings.latency(STEADY)[0].endswith("p99 is 880 ms, within the objective of 2 s.")
    assert "used 0.70 cores" in findings.cores(STEADY)[0]
    held = findings.memory(STEADY.assign(all_memory_mb=1000 + STEADY["rate_per_s"]))
    assert held[0].startswith("Kit at 1 message/s: ")
    assert held[0].endswith(", held 1,001 MB at most.")
    assert held[1].endswith(", held 2,250 MB at most.")


def test_findings_are_shown_as_a_list_in_which_nothing_is_markup() -> None:
    assert findings.shown(["a < b"], ["c"])._repr_html_() == "<ul><li>a &lt; b</li><li>c</li></ul>"


def test_a_factor_is_told_with_what_it_changed_and_all_together_last() -> None:
    first, second, third, total = findings.factors(metrics.steps_frame(recorded.ablation().runs))
    assert first.startswith("One partition of state: T0 is 1.01 s after 15.1 s and c is 110.4 µs after 120.3 µs.")
    assert "One query: " in second
    assert "Late compiler: the kit: " in third
    assert total.startswith("All together: a batch without messages takes 30")
    assert "instead of 15.1 s" in total


def test_a_factor_whose_interval_overlaps_is_not_said_to_have_done_anything() -> None:
    same = pd.DataFrame([fit("one_query", 1000, 50), fit("update_mode", 960, 50)])
    same = same.assign(c_low_us=same["c_us"] - 1, c_high_us=same["c_us"] + 1, drain_rate_per_s=1.0)
    _, step = findings.factors(same)
    assert step == "Update mode: no difference that these runs could show."


def test_of_a_single_backlog_no_message_cost_is_claimed() -> None:
    runs = recorded.ablation().runs
    for run in runs:
        run["drains"] = run["drains"][:1]
    first, *_, total = findings.factors(metrics.steps_frame(runs))
    assert first == "One partition of state: T0 is 1.01 s after 15.1 s."
    assert "a message 15.0 µs instead of" in total


def test_the_apps_rate_is_told_as_a_share_of_each_rung() -> None:
    app, first, *_, last = findings.rungs(metrics.app_shares(metrics.rungs_frame(recorded.ladder().runs)))
    assert app == "The kit's app, streaming: 61,000 messages/s."
    assert first == "That is 55 % of what goes through the rung “Spark batch: read” (110,000 messages/s)."
    assert last == "That is 30 % of what goes through the rung “columns in polars, no Spark” (200,000 messages/s)."


@pytest.mark.parametrize(
    ("needed_per_s", "said"),
    [
        (10_000, "; that is 2.2 times what the stream app sustained on such a core in a run of capacity (10,000 "),
        (45_000, "; that is 0.5 times what the stream app sustained on such a core in a run of capacity (45,000 "),
        (None, "."),
    ],
)
def test_what_is_stored_is_told_beside_what_is_analysed(needed_per_s: float | None, said: str) -> None:
    runs, batches = recorded.ingest().runs, pd.DataFrame({"rows": [50_000, 100], "duration_ms": [1900.0, 40.0]})
    stored, longest = findings.stored(metrics.drains_frame(runs), batches, needed_per_s)
    assert stored.startswith(
        "On one core the ingest app stores 22,500 messages/s of 10 sensors, the median of 2 drains, for 18.0 "
        f"core-seconds per million{said}"
    )
    assert longest.endswith("No batch read more than 50,000 messages; the longest had 50,000 and took 1.9 s.")


def test_more_sensors_and_more_apps_are_told_beside_the_least() -> None:
    drains = metrics.drains_frame(recorded.scale().runs)
    least, many, two = findings.scaled(drains)
    assert least == (
        "One app drains 100,000 messages/s of 1,000 sensors, the median of 2 drains, for 18.0 core-seconds per million "
        "messages."
    )
    assert many.endswith(" for 18.0 core-seconds per million messages: 62 % of what is drained of 1,000.")
    assert two.startswith("2 apps with a core each drain 160,000 messages/s of 1,000 sensors")
    assert two.endswith(": 160 % of what 1 app drains. The machine has 2 cores, so that the broker had to share them.")
    with_a_core_left = findings.scaled(drains.assign(cores=3))
    assert with_a_core_left[2].endswith(": 160 % of what 1 app drains.")


def test_two_apps_are_told_beside_one_with_as_many_sensors() -> None:
    drains = metrics.drains_frame(recorded.scale().runs)
    two = drains[drains["apps"] == 2].assign(sensors=100_000)
    *_, last = findings.scaled(pd.concat([drains, two]))
    assert last.startswith("2 apps with a core each drain 160,000 messages/s of 100,000 sensors")
    assert ": 256 % of what 1 app drains." in last


def test_the_state_is_told_of_the_runs_with_most_sensors() -> None:
    found = recorded.scale()
    batches = metrics.batches_frame(found.progress)
    batches.loc[batches["run_id"].str.contains("100000"), ["state_rows", "state_bytes"]] = [800_000, 370_000_000]
    assert findings.state(batches, metrics.drains_frame(found.runs)) == [
        "State of 100,000 sensors held 800,000 windows, 370 MB at most."
    ]


def test_where_nothing_caught_up_that_is_said() -> None:
    assert findings.scaled(metrics.drains_frame([])) == ["No valid run has caught up."]


def test_where_nothing_was_stored_that_is_said() -> None:
    assert findings.stored(metrics.drains_frame([]), pd.DataFrame(), 1.0) == ["No valid run has stored anything."]


def test_points_of_a_ladder_are_told_apart() -> None:
    few, many = recorded.ladder().runs[0], recorded.ladder().runs[0]
    many |= {"_id": "many", "parameters": {**many["parameters"], "sensors": 100_000}}
    many["drains"] = [{**drain, "rate_per_s": drain["rate_per_s"] / 2} for drain in many["drains"]]
    told = findings.rungs(metrics.app_shares(metrics.rungs_frame([few, many])))
    assert told[0] == "With 10 sensors: The kit's app, streaming: 61,000 messages/s."
    assert "With 100,000 sensors: The kit's app, streaming: 30,500 messages/s." in told


def test_what_a_factor_gave_is_not_known_where_the_step_before_has_no_run() -> None:
    runs = [run for run in recorded.ablation().runs if run["arm"] != "one_partition"]
    told = findings.factors(metrics.steps_frame(runs))
    assert told[0] == ("One query: not known, since the step before, one partition of state, has no valid run.")
    without_first = [run for run in recorded.ablation().runs if run["arm"] != "published"]
    assert not any("All together" in sentence for sentence in findings.factors(metrics.steps_frame(without_first)))


def test_spikes_that_were_not_steady_are_told_of_no_batches() -> None:
    summary = recorded.spikes().summary.assign(steady=False, batches=nan)
    assert findings.points(summary) == ["2 of 2 runs are valid points, their results verified."]


def test_the_percentiles_of_spikes_are_told_beside_the_objective() -> None:
    first, second = findings.spikes(recorded.spikes().summary)
    assert first == second
    assert first == (
        "At 1,000 messages/s half of the spikes were there within 900 ms; p99 is 1.32 s, within the objective of 2 s; "
        "the longest took 1.8 s."
    )


@pytest.mark.parametrize(
    ("t0_ms", "c_us", "said"),
    [
        (
            250,
            15,
            "For results within 2 s batches of the kit may take 1 s: less the fixed cost of 250 ms they hold 50,000 "
            "messages, which is 50,000 messages/s, 75 % of the 66,667 messages/s of batches without end.",
        ),
        (14_000, 300, "For results within 2 s batches of the kit may take 1 s, and already their fixed cost is 14 s."),
    ],
)
def test_half_of_the_objective_bounds_the_rate(t0_ms: float, c_us: float, said: str) -> None:
    point = {"arm": "kit", "valid": True, "apps": 1, "sensors": 1000}
    limits = pd.DataFrame(point | {"latency_objective_s": [90.0, 2.0, 2.0]})
    assert findings.latency_bound(pd.DataFrame([fit("kit", t0_ms, 10, c_us)]), limits) == [said]


def test_batches_that_determine_no_line_bound_nothing() -> None:
    limits = pd.DataFrame([{"arm": "kit", "valid": True, "apps": 1, "sensors": 1000, "latency_objective_s": 2.0}])
    assert findings.latency_bound(pd.DataFrame([fit("kit", nan, nan, nan)]), limits) == []
