"""Alerts are raised and cleared with patience, told once each, and survive the monitor."""

from datetime import timedelta

import pytest

from mysimbdp.documents import PlatformAlert
from mysimbdp.monitor.alerts import AlertBook
from mysimbdp.monitor.rules import Finding, Kind, Verdict
from tests.monitor.observations import BEGAN

VERDICTS = {"w": Verdict.WRONG, "?": Verdict.UNDECIDED, ".": Verdict.RIGHT}


def looks(book: AlertBook, kind: Kind, verdicts: str) -> str:
    """One look every two seconds; for each, R where it raised the alert and C where it cleared it."""
    told = ""
    for number, verdict in enumerate(verdicts):
        at = BEGAN + timedelta(seconds=2 * number)
        changed = book.update(at, [Finding("it", kind, VERDICTS[verdict], "it is broken")])
        told += "".join("C" if alert["cleared_at"] else "R" for alert in changed) or "-"
    return told


@pytest.mark.parametrize(
    ("kind", "verdicts", "told"),
    [
        (Kind.UNREACHABLE, "..w..", "--R--"),
        (Kind.UNREACHABLE, "www....w", "R-----CR"),
        (Kind.UNREACHABLE, "w..w..w", "R------"),  # as long as it flaps, one alert stands
        (Kind.UNREACHABLE, "w??????", "R------"),
        (Kind.UNREACHABLE, "w..?....", "R------C"),
        (Kind.APP_FAILED, ".w.", "-RC"),
        (Kind.NO_PROGRESS, "w....", "R---C"),
        (Kind.BAD_DATA, "w....", "R---C"),
        (Kind.FALLING_BEHIND, "wwwwww......", "-----R-----C"),
        (Kind.FALLING_BEHIND, "wwwww.wwwwww", "-----------R"),
        (Kind.FALLING_BEHIND, "wwwww?wwwww", "-----------"),
        (Kind.FALLING_BEHIND, "wwwwww.....w......", "-----R-----------C"),
    ],
)
def test_patience(kind: Kind, verdicts: str, told: str) -> None:
    assert looks(AlertBook(), kind, verdicts) == told


def test_an_alert_keeps_its_reason_and_its_times() -> None:
    book = AlertBook()
    (raised,) = book.update(BEGAN, [Finding("stream", Kind.APP_FAILED, Verdict.WRONG, "it ended: so")])
    assert book.raised == [raised]
    assert raised == PlatformAlert(
        _id=f"stream/app failed/{BEGAN.isoformat()}",
        subject="stream",
        kind="app failed",
        reason="it ended: so",
        raised_at=BEGAN,
        cleared_at=None,
    )
    later = BEGAN + timedelta(seconds=2)
    assert book.update(later, [Finding("stream", Kind.APP_FAILED, Verdict.WRONG, "it ended: otherwise")]) == []
    (cleared,) = book.update(later, [Finding("stream", Kind.APP_FAILED, Verdict.RIGHT)])
    assert cleared == raised | {"cleared_at": later}
    assert book.raised == []


def test_alerts_of_different_kinds_and_subjects_are_apart() -> None:
    book = AlertBook()
    wrong = [
        Finding(subject, kind, Verdict.WRONG, "it is broken")
        for subject in ("a", "b")
        for kind in (Kind.APP_FAILED, Kind.NO_PROGRESS)
    ]
    assert len(book.update(BEGAN, wrong)) == len(book.raised) == 4


def test_what_is_not_looked_at_any_more_is_not_wrong_any_more() -> None:
    book = AlertBook()
    book.update(BEGAN, [Finding("forgotten", Kind.APP_FAILED, Verdict.WRONG, "it ended")])
    assert [alert["subject"] for alert in book.update(BEGAN, [])] == ["forgotten"]


def test_the_next_monitor_goes_on_with_the_alerts_that_stand() -> None:
    first = AlertBook()
    looks(first, Kind.UNREACHABLE, "w")
    assert looks(AlertBook(first.raised), Kind.UNREACHABLE, "w....") == "----C"
