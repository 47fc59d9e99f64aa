"""Ctrl-C and SIGTERM end work once, so that it can put away what it has to."""

import signal

import pytest

from mysimbdp.experiments.ending import ending_once


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
