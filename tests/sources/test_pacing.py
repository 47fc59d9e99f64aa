"""The schedule is an open loop, on a virtual clock."""

from itertools import chain

import pytest

from mysimbdp.sources.pacing import LONGEST_WAIT_S, MAX_CHUNK, SHORTEST_WAIT_S, Lateness, Schedule


class VirtualClock:
    """Time that passes only by waiting, or when a test says that something took time."""

    def __init__(self) -> None:
        self.now_s = 1000.0
        self.waits_s: list[float] = []

    def __call__(self) -> float:
        return self.now_s

    def wait(self, seconds: float) -> None:
        self.waits_s.append(seconds)
        self.now_s += seconds


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.mark.parametrize("rate_per_s", [0.5, 1, 3, 100, 999.9, 100_000])
def test_each_message_is_handed_out_once_in_order_when_it_is_due(clock: VirtualClock, rate_per_s: float) -> None:
    schedule = Schedule(rate_per_s, clock, clock.wait)
    handed_out = []
    for due in schedule.due(50):
        handed_out += list(due)
        assert all(0 <= schedule.lateness_s(index) <= SHORTEST_WAIT_S + 1e-9 for index in due)
    assert handed_out == list(range(50))
    assert clock.now_s == pytest.approx(1000 + 49 / rate_per_s, abs=SHORTEST_WAIT_S)


def test_a_fast_schedule_wakes_up_once_for_many_messages(clock: VirtualClock) -> None:
    """At 100,000 a second, to wake up for each would cost more than to send it."""
    chunks = [due for due in Schedule(100_000, clock, clock.wait).due(10_000) if due]
    assert len(clock.waits_s) <= 100
    assert max(map(len, chunks)) <= 101


@pytest.mark.parametrize(("stalled_s", "caught_up"), [(0.05, 1), (1.0, 10), (3.2, 32)])
def test_after_a_stall_all_that_fell_due_meanwhile_goes_out_at_once(
    clock: VirtualClock, stalled_s: float, caught_up: int
) -> None:
    """The schedule is not re-anchored: message i stays due at start + i ÷ rate."""
    schedule = Schedule(10, clock, clock.wait)
    chunks = (due for due in schedule.due(100) if due)
    assert next(chunks) == range(1)
    clock.now_s += stalled_s
    following = next(chunks)
    assert len(following) == caught_up
    assert schedule.lateness_s(1) == pytest.approx(max(0, stalled_s - 0.1), abs=0.001)
    list(chunks)
    assert clock.now_s == pytest.approx(1000 + 99 / 10, abs=0.001)


def test_a_sender_slower_than_the_rate_falls_behind_and_the_schedule_says_so(clock: VirtualClock) -> None:
    schedule = Schedule(10, clock, clock.wait)
    for due in schedule.due(21):
        clock.now_s += 0.2 * len(due)
    assert clock.now_s == pytest.approx(1000 + 21 * 0.2, abs=0.001)
    assert schedule.lateness_s(20) == pytest.approx(21 * 0.2 - 2)


def test_many_due_messages_come_in_chunks(clock: VirtualClock) -> None:
    schedule = Schedule(1e6, clock, clock.wait)
    clock.now_s += 1
    chunks = list(schedule.due(2500))
    assert [len(chunk) for chunk in chunks] == [MAX_CHUNK, MAX_CHUNK, 500]
    assert list(chain(*chunks)) == list(range(2500))


def test_a_slow_schedule_still_gives_the_word_back_often(clock: VirtualClock) -> None:
    """So that a broker that went away is noticed between two messages a minute apart."""
    chunks = list(Schedule(1 / 60, clock, clock.wait).due(2))
    assert [len(chunk) for chunk in chunks if chunk] == [1, 1]
    assert len(chunks) >= 60 / LONGEST_WAIT_S
    assert max(clock.waits_s) <= LONGEST_WAIT_S


@pytest.mark.parametrize(
    ("latenesses_ms", "q", "expected_ms"),
    [
        ([5], 0.99, 5),
        ([100] + [1] * 99, 0.99, 1),
        ([1] * 98 + [100, 100], 0.99, 100),
        (list(range(1, 1001)), 0.99, 990),
        (list(range(1, 1001)), 0.5, 500),
        ([0, 0, 0], 0.99, 0),
        ([], 0.99, 0),
    ],
)
def test_quantiles_of_lateness_are_right_within_a_per_cent(
    latenesses_ms: list[float], q: float, expected_ms: float
) -> None:
    lateness = Lateness()
    for lateness_ms in latenesses_ms:
        lateness.add(lateness_ms / 1000)
    assert lateness.quantile_s(q) * 1000 == pytest.approx(expected_ms, rel=0.0101, abs=0.001)
    assert lateness.max_s * 1000 == pytest.approx(max(latenesses_ms, default=0))


def test_a_chunk_weighs_as_much_as_its_messages() -> None:
    lateness = Lateness()
    lateness.add(0.001, 98)
    lateness.add(0.1, 2)
    assert lateness.quantile_s(0.98) == pytest.approx(0.001, rel=0.0101)
    assert lateness.quantile_s(0.99) == pytest.approx(0.1, rel=0.0101)
