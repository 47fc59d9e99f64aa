"""The warm-up is cut by seconds, by batches and by evidence, and never more than leaves something to measure."""

from datetime import datetime

import pytest

from mysimbdp.documents import ProgressDocument
from mysimbdp.metrics import WarmUpRule, cut_warm_up, has_settled, until_settled
from tests.metrics.made import at, batch, in_a_row

EVEN = in_a_row(*[1000] * 10)


def cut(
    progress: list[ProgressDocument], load_end_s: float = 1000, quiet_s: float = -9, **rule: float
) -> tuple[float, ...] | None:
    """Start, end, seconds and batches of the warm-up, steady."""
    rest = cut_warm_up(progress, at(quiet_s), at(load_end_s), WarmUpRule(**({"seconds": 0, "batches": 0} | rule)))  # type: ignore[arg-type]
    if rest is None:
        return None
    return (*map(since, (rest["start"], rest["end"])), rest["warm_up_s"], rest["warm_up_batches"], rest["steady"])


def since(time: datetime) -> float:
    return (time - at(0)).total_seconds()


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({}, (0, 10, 0, 0, True)),
        ({"seconds": 3}, (3, 10, 3, 3, True)),
        ({"seconds": 2.5}, (3, 10, 3, 3, True)),
        ({"batches": 4}, (4, 10, 4, 4, True)),
        ({"seconds": 3, "batches": 5}, (5, 10, 5, 5, True)),
        ({"seconds": 6, "batches": 5}, (6, 10, 6, 6, True)),
        ({"seconds": 9}, (9, 10, 9, 9, False)),
        ({"seconds": 9.5}, None),
        ({"batches": 10}, None),
        ({"quiet_s": 3.5}, (4, 10, 4, 4, True)),
        ({"quiet_s": 4, "seconds": 2}, (4, 10, 4, 4, True)),
        ({"quiet_s": 4, "seconds": 5}, (5, 10, 5, 5, True)),
        ({"quiet_s": 9.5}, None),
        ({"seconds": 5, "load_end_s": 8.5}, (5, 8, 5, 5, True)),
        ({"seconds": 8, "load_end_s": 8.5}, None),
    ],
)
def test_what_the_rule_says_is_dropped_at_least_and_what_ends_after_the_load_does_not_count(
    rule: dict[str, float], expected: tuple[float, ...] | None
) -> None:
    assert cut(EVEN, **rule) == expected


@pytest.mark.parametrize(
    ("durations_ms", "expected"),
    [
        # 4 | 1 1 1 1 1: the halves of all six, means 2 and 1, disagree; those of the last five agree.
        ([4000, 1000, 1000, 1000, 1000, 1000], (4, 9, 4, 1, True)),
        # Means 1000 and 1220 differ by 19.8 per cent, 1000 and 1230 by 20.6.
        ([1000, 1000, 1220, 1220], (0, 4.44, 0, 0, True)),
        ([1000, 1000, 1230, 1230], (0, 4.46, 0, 0, False)),
        # It never settles: dropping ends with four batches, or before less than half of the time is left.
        ([1000, 2000, 4000, 8000, 16_000, 32_000], (3, 63, 3, 2, False)),
        ([8000, 4000, 2000, 1000, 500, 500], (8, 16, 8, 1, False)),
        ([8000, 4000, 2000, 1000, 500, 499], (0, 15.999, 0, 0, False)),
        ([1000, 2000], (0, 3, 0, 0, False)),
    ],
    ids=["one-slow", "just-agree", "just-disagree", "slower-and-slower", "half-of-the-time", "less-than-half", "two"],
)
def test_more_is_dropped_until_the_halves_agree_while_enough_is_left(
    durations_ms: list[int], expected: tuple[float, ...]
) -> None:
    found = cut(in_a_row(*durations_ms))
    assert found == pytest.approx(expected)


def test_the_tolerance_is_that_of_the_rule() -> None:
    uneven = in_a_row(1000, 1000, 1230, 1230)
    assert cut(uneven, tolerance=0.21) == pytest.approx((0, 4.46, 0, 0, True))


def test_the_middle_of_an_odd_number_belongs_to_neither_half() -> None:
    assert cut(in_a_row(1000, 9000, 1000)) == (0, 11, 0, 0, True)


def test_nothing_remains_of_nothing_nor_of_a_batch_that_read_nothing() -> None:
    assert cut([]) is None
    assert cut([batch(0, 0, 1000, rows=0)]) is None


def test_batches_are_taken_by_the_clock_however_they_come() -> None:
    assert cut(list(reversed(EVEN)), seconds=3) == (3, 10, 3, 3, True)


class TestOfSeveralQueries:
    def test_each_must_have_dropped_the_batches_of_the_rule(self) -> None:
        slower = in_a_row(*[2500] * 4, app="b")
        assert cut(EVEN + slower, batches=2) == (5, 10, 5, 2, True)

    def test_each_must_be_steady(self) -> None:
        slow_at_first = in_a_row(3000, 1000, 1000, 1000, 1000, 1000, 1000, app="b")
        assert cut(EVEN + slow_at_first) == (1, 10, 1, 1, True)

    def test_nothing_is_measured_if_one_has_nothing_left(self) -> None:
        assert cut([*EVEN, batch(0, 0, 20_000, app="b")]) == (0, 20, 0, 0, False)
        assert cut([*EVEN, batch(0, 0, 20_000, app="b")], load_end_s=15) is None
        assert cut([*EVEN, batch(0, 0, 20_000, app="b")], batches=1) is None

    def test_one_that_reads_nothing_does_not_count(self) -> None:
        idle = batch(0, 0, 1000, rows=0, app="b")
        assert cut([*EVEN, idle], batches=3) == (3, 10, 3, 3, True)

    def test_seconds_begin_with_the_first_batch_of_any(self) -> None:
        later = in_a_row(*[1000] * 5, begin_s=5, app="b")
        assert cut(EVEN + later, seconds=2) == (5, 10, 5, 0, True)


@pytest.mark.parametrize(
    ("durations", "settled"),
    [
        ([], False),
        ([900.0], False),
        ([900.0, 700.0], False),
        ([900.0, 850.0], False),  # 5.6 % quicker
        ([900.0, 860.0], True),  # 4.4 % quicker
        ([900.0, 1000.0], True),
        ([900.0, 700.0, 800.0], True),
        ([900.0 * 0.9**time for time in range(7)], False),
        ([900.0 * 0.9**time for time in range(8)], True),  # enough, whatever it does
    ],
)
def test_a_load_has_settled_when_offering_it_again_makes_batches_no_quicker(
    durations: list[float], settled: bool
) -> None:
    assert has_settled(durations) == settled


def test_what_is_measured_until_it_has_settled_is_kept() -> None:
    comes = iter([900.0, 700.0, 600.0, 590.0, 100.0])
    kept: list[float] = []
    assert until_settled(lambda: next(comes), kept) is kept
    assert kept == [900.0, 700.0, 600.0, 590.0]
