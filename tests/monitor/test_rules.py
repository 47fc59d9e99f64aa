"""What is wrong follows from what is seen, and near a limit nothing changes."""

from typing import Any

import pytest

from mysimbdp.monitor.rules import Kind, Verdict, findings
from tests.monitor.observations import app, observation, service

WRONG, UNDECIDED, RIGHT = Verdict.WRONG, Verdict.UNDECIDED, Verdict.RIGHT


def judged(kind: Kind, **changes: Any) -> tuple[Verdict, str]:
    """What the rule of `kind` says of one app."""
    (found,) = [found for found in findings(observation(apps=[app(**changes)])) if found.kind is kind]
    assert found.subject == "stream"
    return found.verdict, found.reason


def test_every_rule_is_asked_of_every_part() -> None:
    found = findings(observation([service("kafka"), service("spark")], [app("one"), app("two")]))
    assert [(finding.subject, finding.kind) for finding in found] == [
        ("kafka", Kind.UNREACHABLE),
        ("spark", Kind.UNREACHABLE),
        *(
            (name, kind)
            for name in ("one", "two")
            for kind in (Kind.APP_FAILED, Kind.NO_PROGRESS, Kind.FALLING_BEHIND, Kind.BAD_DATA)
        ),
    ]
    assert {finding.verdict for finding in found} == {RIGHT}


@pytest.mark.parametrize(
    ("state", "reason", "verdict", "told"),
    [
        ("running", None, RIGHT, ""),
        ("external", None, RIGHT, ""),
        ("stopping", None, RIGHT, ""),
        ("stopped", None, RIGHT, ""),
        ("dead", "killed by SIGKILL", WRONG, "it is dead: killed by SIGKILL"),
        ("unreachable", "Kafka is not reachable.", WRONG, "it is unreachable: Kafka is not reachable"),
    ],
)
def test_a_service_that_died_or_does_not_answer(state: str, reason: str | None, verdict: Verdict, told: str) -> None:
    (found,) = findings(observation([service("kafka", state, reason)]))
    assert (found.verdict, found.reason) == (verdict, told)


@pytest.mark.parametrize(
    ("state", "reason", "verdict", "told"),
    [
        ("starting", None, RIGHT, ""),
        ("running", None, RIGHT, ""),
        ("stopping", None, RIGHT, ""),
        ("stopped", None, RIGHT, ""),
        ("failed", "killed by SIGKILL", WRONG, "it ended: killed by SIGKILL"),
        ("failed", None, WRONG, "it ended: nobody knows why"),
    ],
)
def test_an_app_that_ended_by_itself(state: str, reason: str | None, verdict: Verdict, told: str) -> None:
    assert judged(Kind.APP_FAILED, state=state, reason=reason) == (verdict, told)


@pytest.mark.parametrize("kind", [Kind.NO_PROGRESS, Kind.FALLING_BEHIND, Kind.BAD_DATA])
def test_nothing_is_wrong_with_the_flow_of_an_app_that_does_not_run(kind: Kind) -> None:
    assert judged(kind, state="failed") == (RIGHT, "")


@pytest.mark.parametrize(
    ("waiting_s", "batch_s", "trigger_interval_s", "verdict"),
    [
        (0.0, 1.0, 0.0, RIGHT),
        (63.0, 1.0, 0.0, RIGHT),
        (63.1, 1.0, 0.0, WRONG),
        (60.1, None, 0.0, WRONG),  # the first batch
        (120.0, 20.0, 0.0, RIGHT),
        (120.1, 20.0, 0.0, WRONG),
        (360.0, 0.0, 100.0, RIGHT),
        (360.1, 0.0, 100.0, WRONG),
    ],
)
def test_no_progress_while_messages_wait(
    waiting_s: float, batch_s: float | None, trigger_interval_s: float, verdict: Verdict
) -> None:
    times = {"waiting_s": waiting_s, "batch_s": batch_s, "trigger_interval_s": trigger_interval_s}
    assert judged(Kind.NO_PROGRESS, **times)[0] is verdict


@pytest.mark.parametrize(
    ("lag", "told"),
    [(1234, "no batch has ended for 500 s while 1,234 messages wait"), (None, "no batch has ended for 500 s")],
)
def test_no_progress_is_told_with_what_waits(lag: int | None, told: str) -> None:
    assert judged(Kind.NO_PROGRESS, waiting_s=500.0, lag=lag)[1] == told


@pytest.mark.parametrize(
    ("lag", "trend", "incoming", "processed", "verdict"),
    [
        (0, 0.0, 0.0, None, RIGHT),
        (5000, None, 100.0, 50.0, UNDECIDED),  # too early to say
        (None, 50.0, 100.0, 50.0, UNDECIDED),  # the broker is away
        (5000, 50.0, None, 50.0, UNDECIDED),
        (5000, 50.0, 100.0, 50.0, WRONG),
        (5000, 50.0, 100.0, None, WRONG),  # no batch has ended in a minute
        (1000, 50.0, 100.0, 50.0, RIGHT),  # ten seconds of what comes in are no lag
        (1001, 50.0, 100.0, 50.0, WRONG),
        (5000, 10.0, 100.0, 50.0, UNDECIDED),
        (5000, 2.0, 100.0, 50.0, RIGHT),
        (5000, -50.0, 100.0, 50.0, RIGHT),
        (5000, 50.0, 100.0, 90.0, UNDECIDED),  # long batches make a saw of the lag of an app that keeps up
    ],
)
def test_falling_behind(
    lag: int | None, trend: float | None, incoming: float | None, processed: float | None, verdict: Verdict
) -> None:
    rates = {"lag_trend_per_s": trend, "input_rate_per_s": incoming, "processed_rate_per_s": processed}
    assert judged(Kind.FALLING_BEHIND, lag=lag, **rates)[0] is verdict


def test_falling_behind_is_told_with_both_rates() -> None:
    rates = {"lag_trend_per_s": 1500.0, "input_rate_per_s": 4000.0, "processed_rate_per_s": 2500.0}
    assert judged(Kind.FALLING_BEHIND, lag=50_000, **rates)[1] == (
        "it is 50,000 messages behind and 1,500 more every second: 4,000/s come in, 2,500/s are processed"
    )


@pytest.mark.parametrize(
    ("share", "messages", "verdict"),
    [
        (None, 0, RIGHT),
        (0.0, 1000, RIGHT),
        (0.39, 1000, RIGHT),
        (0.4, 1000, UNDECIDED),
        (0.5, 1000, UNDECIDED),
        (0.51, 1000, WRONG),
        (0.51, 100, WRONG),
        (1.0, 99, UNDECIDED),  # of so few, half may be bad by chance
    ],
)
def test_more_than_half_of_the_recent_messages_are_bad(share: float | None, messages: int, verdict: Verdict) -> None:
    assert judged(Kind.BAD_DATA, bad_share=share, recent_messages=messages)[0] is verdict


def test_bad_data_is_told_with_where_to_look() -> None:
    assert judged(Kind.BAD_DATA, bad_share=0.81, recent_messages=3893)[1] == (
        "81% of the 3,893 messages of the last minute are bad, so a producer has changed; "
        "look at `mysimbdp consume quarantine`"
    )
