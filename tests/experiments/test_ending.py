"""Ctrl-C and SIGTERM end work once, so that it can put away what it has to."""

import signal
from concurrent.futures import ThreadPoolExecutor

import pytest

from mysimbdp.experiments.ending import ending_once, uninterrupted


def work(*signals: signal.Signals) -> None:
    """Work that is ended by the first of `signals`, and meets the others while it puts away what it has."""
    with ending_once():
        try:
            signal.raise_signal(signals[0])
        finally:
            for number in signals[1:]:
                signal.raise_signal(number)


@pytest.mark.parametrize("first", [signal.SIGINT, signal.SIGTERM])
def test_the_first_signal_is_raised_and_those_that_follow_are_not(first: signal.Signals) -> None:
    with pytest.raises(KeyboardInterrupt if first == signal.SIGINT else SystemExit) as ended:
        work(first, signal.SIGINT, signal.SIGTERM)
    assert ended.value.__context__ is None


def test_afterwards_signals_do_what_they_did_before() -> None:
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    with ending_once():
        pass
    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == before


def test_sigterm_ends_with_the_exit_code_that_shells_know() -> None:
    with pytest.raises(SystemExit) as ended:
        work(signal.SIGTERM)
    assert ended.value.code == 128 + signal.SIGTERM


def test_what_is_put_away_is_not_cut_short_and_then_signals_are_heard_again() -> None:
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    with uninterrupted():
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGTERM)
    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == before


def test_in_another_thread_there_is_nothing_to_hear() -> None:
    def put_away() -> str:
        with uninterrupted():
            return "done"

    with ThreadPoolExecutor() as threads:
        assert threads.submit(put_away).result() == "done"
