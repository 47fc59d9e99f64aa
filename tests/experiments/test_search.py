"""The search for a limit that is known: what it finds, in how many probes, and what noise does to it."""

from collections.abc import Callable

import pytest

from mysimbdp.experiments.search import search


def limit(rate_per_s: float) -> Callable[[float, bool], bool]:
    return lambda offered_per_s, _confirming: offered_per_s <= rate_per_s


@pytest.mark.parametrize("true_limit", [1000.0, 1900.0, 3333.0, 60_000.0])
@pytest.mark.parametrize("tolerance", [0.05, 0.5])
def test_the_limit_lies_between_the_sustained_and_the_failed_rate(true_limit: float, tolerance: float) -> None:
    found = search(limit(true_limit), 1000, 1e6, tolerance, 3)
    assert found.failed_per_s
    assert found.sustained_per_s <= true_limit < found.failed_per_s <= (1 + tolerance) * found.sustained_per_s
    assert found.tried[-3:] == [(found.sustained_per_s, True)] * 3


def test_a_first_rate_that_is_too_much_twice_is_halved() -> None:
    found = search(limit(300), 1000, 1e6, 0.05, 1)
    assert [rate for rate, _ in found.tried[:4]] == [1000, 1000, 500, 250]
    assert 285 <= found.sustained_per_s <= 300


def test_a_first_rate_that_was_too_much_for_an_app_that_is_not_warm_is_doubled_all_the_same() -> None:
    moments = iter(range(100))
    found = search(lambda rate, _: next(moments) != 0 and rate <= 3000, 1000, 1e6, 2.0, 1)
    assert [rate for rate, _ in found.tried[:4]] == [1000, 1000, 2000, 4000]


def test_nothing_is_found_where_nothing_is_sustained() -> None:
    found = search(limit(0), 1000, 1e6, 0.05, 3)
    assert (found.sustained_per_s, found.failed_per_s, len(found.tried)) == (0, 1, 12)
    assert search(limit(0), 1, 1e6, 0.05, 3).tried == [(1, False)]


def test_the_highest_rate_is_not_exceeded() -> None:
    found = search(limit(1e9), 1000, 3000, 0.05, 2)
    assert (found.sustained_per_s, found.failed_per_s) == (3000, None)
    assert [rate for rate, _ in found.tried] == [1000, 2000, 3000, 3000, 3000]


def test_a_rate_that_is_not_confirmed_gives_way_to_the_next_lower_one() -> None:
    outcomes = iter([True, False, False, *[True] * 2, False, *[True] * 9])
    found = search(lambda *_: next(outcomes), 1000, 1e6, 1.0, 3)
    assert found.sustained_per_s == 500
    assert found.failed_per_s == 1000
    assert found.tried[-3:] == [(500, True)] * 3


@pytest.mark.parametrize("bad_moment", range(7))
def test_one_bad_moment_does_not_end_the_search_far_below_the_limit(bad_moment: int) -> None:
    moments = iter(range(100))
    found = search(lambda rate, _: next(moments) != bad_moment and rate <= 60_000, 16_000, 80_000, 0.1, 3)
    assert found.failed_per_s
    assert found.sustained_per_s <= 60_000 < found.failed_per_s * 1.1
    assert found.failed_per_s <= 1.1 * found.sustained_per_s * (1 + 1e-9)


def test_a_rate_that_is_never_confirmed_is_given_up() -> None:
    found = search(lambda _, confirming: not confirming, 8, 8, 0.5, 3)
    assert found.sustained_per_s == 0
    assert found.failed_per_s == pytest.approx(8 / 1.5**5)


def test_a_highest_rate_that_failed_by_chance_is_sustained_in_the_end() -> None:
    outcomes = iter([True, False, *[True] * 9])
    found = search(lambda *_: next(outcomes), 1000, 2000, 1.0, 2)
    assert (found.sustained_per_s, found.failed_per_s) == (2000, None)
    assert [rate for rate, _ in found.tried] == [1000, 2000, 2000, 2000, 2000]


def test_only_what_was_found_is_confirmed() -> None:
    asked: list[bool] = []

    def probe(rate_per_s: float, confirming: bool) -> bool:
        asked.append(confirming)
        return rate_per_s <= 1000

    search(probe, 500, 1e6, 0.5, 2)
    assert asked == [False] * 5 + [True] * 2  # 500, 1000, 2000, 1414, and 1414 again
