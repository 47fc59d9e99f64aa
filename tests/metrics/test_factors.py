"""Steps of an ablation and rungs of a ladder, from run documents made by hand."""

import pytest

from mysimbdp.documents import Drain, RunDocument, Rung, SmallBatch
from mysimbdp.experiments.arms import FACTORS
from mysimbdp.experiments.rungs import RUNGS
from mysimbdp.metrics import app_shares, rungs_frame, steps_frame
from mysimbdp.metrics.names import RUNG_NAMES, STEP_NAMES
from tests.metrics.made import VERIFIED, run


def drain(messages: int, seconds: float) -> Drain:
    return Drain(messages=messages, seconds=seconds, rate_per_s=messages / seconds, core_s_per_million=12.0)


def step(arm: str, t0_s: float, c_us: float) -> RunDocument:
    """A run whose drains and small batches lie on the line of these costs."""
    document = run(arm, arm=arm, parameters={"arm": arm})
    document["drains"] = [drain(200_000, t0_s + c_us * 0.2)]
    document["small_batches"] = [SmallBatch(messages=n, seconds=t0_s + c_us * n / 1e6) for n in (40, 60)]
    return document


def ladder(run_id: str, app_per_s: float, **rungs_per_s: float) -> RunDocument:
    """A run whose app drained 1,000 messages at this rate, beside rungs that were climbed once each."""
    document = run(run_id, parameters={})
    document["drains"] = [drain(1000, 1000 / app_per_s)]
    document["rungs"] = [
        Rung(rung=rung, messages=1000, seconds=1000 / rate, rate_per_s=rate, core_s_per_million=1e6 / rate)
        for rung, rate in rungs_per_s.items()
    ]
    return document


def test_each_step_has_the_line_through_all_its_batches_in_the_order_of_the_way() -> None:
    found = steps_frame([step("kit", 0.3, 15), step("one_partition", 1.0, 100), step("published", 15.0, 120)])
    assert found["arm"].tolist() == ["published", "one_partition", "kit"]
    assert found["t0_ms"].tolist() == pytest.approx([15_000, 1_000, 300])
    assert found["c_us"].tolist() == pytest.approx([120, 100, 15])
    assert found["drain_rate_per_s"].tolist() == pytest.approx([200_000 / 39, 200_000 / 21, 200_000 / 3.3])
    assert found["core_s_per_million"].tolist() == [12.0] * 3


def test_what_is_known_of_a_messages_cost_comes_from_the_drains() -> None:
    document = step("kit", 0.3, 15)
    one = steps_frame([document]).iloc[0]
    assert one[["c_low_us", "c_high_us"]].isna().all()
    document["drains"] = [drain(200_000, 0.3 + c_us * 0.2) for c_us in (14.0, 15.0, 16.0)]
    three = steps_frame([document]).iloc[0]
    # s ÷ √3 = 0.57735, t(0.975, 2) = 4.302653; T0 is the line's, by its small batches 0.3 s within a few milliseconds.
    assert three[["c_low_us", "c_us", "c_high_us"]].tolist() == pytest.approx([12.516, 15.0, 17.484], abs=0.02)


def test_a_step_that_computed_something_else_is_left_out() -> None:
    wrong = step("one_query", 1.0, 100)
    wrong["verification"] = {**VERIFIED, "passed": False}
    assert steps_frame([step("kit", 0.3, 15), wrong])["arm"].tolist() == ["kit"]


def test_of_runs_without_a_valid_drain_there_is_no_step() -> None:
    wrong = step("kit", 0.3, 15)
    wrong["verification"] = {**VERIFIED, "passed": False}
    assert steps_frame([wrong]).empty


def test_every_time_a_rung_was_climbed_is_a_row_and_the_app_is_one_of_them() -> None:
    found = rungs_frame([ladder("a", 50.0, columnar=200.0, read=100.0)])
    assert found["rung"].tolist() == ["read", "app", "columnar"]
    assert found["rate_per_s"].tolist() == pytest.approx([100, 50, 200])
    assert found["seconds"].tolist() == pytest.approx([10, 20, 5])


def test_the_share_of_a_rung_is_that_within_a_run() -> None:
    runs = [ladder("a", 50.0, read=100.0), ladder("b", 20.0, read=80.0), ladder("c", 30.0, read=100.0)]
    shares = app_shares(rungs_frame(runs)).set_index("rung")
    found = shares.drop(columns="sensors").loc["read"].to_dict()
    assert found == pytest.approx({"rate_per_s": 100, "core_s_per_million": 10_000, "share": 0.3})
    assert shares.loc["app", "share"] == 1


def test_names_are_in_the_order_of_the_steps_and_rungs_that_there_are() -> None:
    assert list(STEP_NAMES) == ["published", *FACTORS, "kit"]
    assert list(RUNG_NAMES) == [*RUNGS, "app", "columnar"]
