"""How long a sweep takes is said beforehand, and better the more of it is done."""

import pytest

from mysimbdp.documents import PlannedRun
from mysimbdp.experiments.arms import ARMS
from mysimbdp.experiments.estimate import ONE_MORE_APP_S, Estimate

KIT_S, PUBLISHED_S = ARMS["kit"].overhead_s, ARMS["published"].overhead_s


def planned(duration_s: float | None, arm: str = "kit", **more: int) -> PlannedRun:
    parameters = more if duration_s is None else {**more, "duration_s": duration_s}
    return PlannedRun(point="", arm=arm, series="", parameters=parameters, repetition=1, order=1)


@pytest.mark.parametrize(
    ("runs", "left_s"),
    [
        ([], 0),
        ([planned(60), planned(None)], 60 + 2 * KIT_S),
        ([planned(60, "published")], 60 + PUBLISHED_S),
        ([planned(60, apps=2)], 60 + KIT_S + ONE_MORE_APP_S),
    ],
)
def test_at_first_a_run_takes_its_load_and_what_was_measured_beside_it(runs: list[PlannedRun], left_s: float) -> None:
    assert Estimate().left_s(runs) == left_s


def test_what_runs_took_beside_their_load_is_what_others_of_their_kind_will_take() -> None:
    estimate = Estimate()
    estimate.learn(planned(10), took_s=15)
    estimate.learn(planned(20), took_s=27)
    assert estimate.left_s([planned(30), planned(40)]) == 30 + 40 + 2 * 6
    assert estimate.left_s([planned(30, "published")]) == 30 + PUBLISHED_S


def test_a_run_that_failed_before_its_load_takes_no_negative_time() -> None:
    estimate = Estimate()
    estimate.learn(planned(60), took_s=2)
    assert estimate.left_s([planned(60)]) == 60
