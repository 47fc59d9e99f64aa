"""The search for a limit that is known: what it finds, in how many probes, and what noise does to it."""

from collections.abc import Callable
from random import Random

import pytest

from mysimbdp.experiments.search import search

pytestmark = pytest.mark.timeout(30)  # a search that is wrong may never end


def limit(rate_per_s: float) -> Callable[[float, bool], bool]:
    return lambda offered_per_s, _thorough: offered_per_s <= rate_per_s


def rates(tried: list[tuple[float, bool]]) -> list[int]:
    return [round(rate_per_s) for rate_per_s, _ in tried]


@pytest.mark.parametrize("true_limit", [300.0, 1000.0, 1900.0, 3333.0, 60_000.0])
@pytest.mark.parametrize("tolerance", [0.05, 0.5])
def test_the_limit_lies_between_the_sustained_and_the_failed_rate(true_limit: float, tolerance: float) -> None:
    found = search(limit(true_limit), 1000, 1e6, tolerance, 3)
    assert found.failed_per_s
    assert found.sustained_per_s <= true_limit < found.failed_per_s <= (1 + tolerance) * found.sustained_per_s


@pytest.mark.parametrize("true_limit", [300.0, 1000.0, 1900.0, 60_000.0, 1e9])
def test_what_was_found_was_sustained_in_three_thorough_probes_after_it_failed_in_none(true_limit: float) -> None:
    passed: dict[float, int] = {}

    def probe(rate_per_s: float, thorough: bool) -> bool:
        if thorough:
            passed[rate_per_s] = passed.get(rate_per_s, 0) + (rate_per_s <= true_limit)
        return rate_per_s <= true_limit

    found = search(probe, 1000, 1e6, 0.1, 3)
    assert passed[found.sustained_per_s] == 3


def test_doubling_is_short_and_all_else_is_thorough() -> None:
    asked: list[tuple[int, bool]] = []

    def probe(rate_per_s: float, thorough: bool) -> bool:
        asked.append((round(rate_per_s), thorough))
        return rate_per_s <= 1500

    search(probe, 500, 1e6, 0.2, 3)
    doubling, repeated, bisection, confirming = asked[:3], asked[3], asked[4:6], asked[6:]
    assert doubling == [(500, False), (1000, False), (2000, False)]
    assert repeated == (2000, True)
    assert bisection == [(1414, True), (1682, True)]
    assert confirming == [(1414, True)] * 2


def test_a_first_rate_that_is_too_much_twice_is_halved() -> None:
    found = search(limit(300), 1000, 1e6, 0.05, 1)
    assert rates(found.tried[:5]) == [1000, 1000, 500, 500, 250]


def test_a_first_rate_that_was_too_much_for_an_app_that_is_not_warm_is_doubled_all_the_same() -> None:
    moments = iter(range(100))
    found = search(lambda rate, _: next(moments) != 0 and rate <= 3000, 1000, 1e6, 2.0, 1)
    assert rates(found.tried[:4]) == [1000, 1000, 2000, 4000]


def test_below_a_rate_that_failed_by_a_hair_the_next_is_not_far_away() -> None:
    outcomes = iter([True, False, False, False, True, False, False, *[True] * 3])
    found = search(lambda *_: next(outcomes), 16_000, 90_000, 0.2, 2)
    assert rates(found.tried) == [16_000, 32_000, 32_000, 22_627, 19_027, 19_027, 16_000, 13_454, 13_454]


def test_who_is_late_is_content_with_one_thorough_probe() -> None:
    late = iter([False] * 3 + [True] * 9)
    found = search(limit(27_000), 16_000, 90_000, 0.05, 3, is_late=lambda: next(late))
    assert found.tried == [(16_000, True), (32_000, False), (32_000, False), (pytest.approx(22_627, abs=1), True)]


def test_who_is_late_confirms_what_only_a_short_probe_sustained() -> None:
    found = search(limit(27_000), 16_000, 90_000, 0.05, 3, is_late=lambda: True)
    assert rates(found.tried) == [16_000, 32_000, 32_000, 16_000]
    assert search(limit(0), 4, 1e6, 0.05, 3, is_late=lambda: True).failed_per_s == 1


def test_nothing_is_found_where_nothing_is_sustained() -> None:
    found = search(limit(0), 4, 1e6, 0.05, 3)
    assert (found.sustained_per_s, found.failed_per_s) == (0, 1)
    assert rates(found.tried) == [4, 4, 2, 2, 1]
    assert search(limit(0), 1, 1e6, 0.05, 3).tried == [(1, False)]
    assert search(limit(0), 0.5, 1e6, 0.05, 3).tried == [(0.5, False)]


def test_the_highest_rate_is_not_exceeded() -> None:
    found = search(limit(1e9), 1000, 3000, 0.05, 2)
    assert (found.sustained_per_s, found.failed_per_s) == (3000, None)
    assert rates(found.tried) == [1000, 2000, 3000, 3000, 3000]


def test_below_a_rate_that_fails_in_the_end_the_gap_is_halved_anew() -> None:
    outcomes = iter([True, True, False, False, False, *[True] * 4])  # 1000 and 2000 in short probes, 4000 and 2828 not
    found = search(lambda *_: next(outcomes, False), 1000, 1e6, 0.5, 3)
    assert rates(found.tried) == [1000, 2000, 4000, 4000, 2828, 2000, 2000, 2000]
    outcomes = iter(
        [True, True, False, False, False, True, False, True, False, *[True] * 3]
    )  # 2000 fails later, and 1414
    found = search(lambda *_: next(outcomes, False), 1000, 1e6, 0.5, 3)
    assert rates(found.tried) == [1000, 2000, 4000, 4000, 2828, 2000, 2000, 1414, 1414, 1000, 1000, 1000]


@pytest.mark.parametrize("bad_moment", range(4))
def test_one_bad_moment_does_not_end_the_search_far_below_the_limit(bad_moment: int) -> None:
    """One of the short probes, at 16,000, 32,000, 64,000 and 80,000."""
    moments = iter(range(100))
    found = search(lambda rate, _: next(moments) != bad_moment and rate <= 70_000, 16_000, 80_000, 0.1, 3)
    assert found.failed_per_s
    assert found.sustained_per_s <= 70_000 < found.failed_per_s * 1.1
    assert found.failed_per_s <= 1.1 * found.sustained_per_s * (1 + 1e-9)


def test_a_rate_that_failed_by_chance_in_a_short_probe_is_sustained_before_anything_below_is_tried() -> None:
    moments = iter(range(100))
    found = search(lambda rate, _: next(moments) != 1 and rate <= 3000, 1000, 1e6, 0.5, 3)
    assert rates(found.tried[:5]) == [1000, 2000, 2000, 4000, 4000]


def test_a_rate_that_is_never_sustained_for_longer_is_given_up() -> None:
    found = search(lambda _, thorough: not thorough, 8, 8, 0.5, 3)
    assert found.sustained_per_s == 0
    assert found.failed_per_s == 1


def test_a_highest_rate_that_failed_by_chance_is_sustained_in_the_end() -> None:
    outcomes = iter([True, False, *[True] * 9])
    found = search(lambda *_: next(outcomes), 1000, 2000, 1.0, 2)
    assert (found.sustained_per_s, found.failed_per_s) == (2000, None)
    assert rates(found.tried) == [1000, 2000, 2000, 2000]


@pytest.mark.parametrize("seed", range(20))
def test_a_limit_that_is_not_always_the_same_ends_the_search_all_the_same(seed: int) -> None:
    noise = Random(seed)
    found = search(lambda rate, _: rate <= 25_000 * noise.gauss(1, 0.3), 8000, 90_000, 0.1, 3)
    assert len(found.tried) < 60
