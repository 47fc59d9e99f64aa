"""How long a sweep takes is said beforehand, and better the more of it is done."""

from mysimbdp.documents import PlannedRun
from mysimbdp.experiments.estimate import OVERHEAD_S, Estimate


def planned(duration_s: float | None) -> PlannedRun:
    parameters = {} if duration_s is None else {"duration_s": duration_s}
    return PlannedRun(point="", arm="kit", series="", parameters=parameters, repetition=1, order=1)


def test_at_first_a_run_takes_its_load_and_what_was_measured_beside_it() -> None:
    assert Estimate().left_s([planned(60.0), planned(None)]) == 60 + 2 * OVERHEAD_S


def test_what_runs_took_beside_their_load_is_what_the_others_will_take() -> None:
    estimate = Estimate()
    estimate.learn(planned(10.0), took_s=15.0)
    estimate.learn(planned(20.0), took_s=27.0)
    assert estimate.left_s([planned(30.0), planned(40.0)]) == 30 + 40 + 2 * 6


def test_a_run_that_failed_before_its_load_takes_no_negative_time() -> None:
    estimate = Estimate()
    estimate.learn(planned(60.0), took_s=2.0)
    assert estimate.left_s([planned(60.0)]) == 60


def test_nothing_takes_no_time() -> None:
    assert Estimate().left_s([]) == 0
