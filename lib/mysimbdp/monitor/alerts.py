"""Alerts that are raised once something has been wrong, and cleared once it has been right, for long enough."""

from collections.abc import Iterable
from datetime import datetime

from mysimbdp.documents import PlatformAlert
from mysimbdp.monitor.rules import Finding, Kind, Verdict

# Seconds that something must be wrong before an alert is raised, and right before it is cleared.
PATIENCE_S = {
    Kind.UNREACHABLE: (0.0, 5.0),
    Kind.APP_FAILED: (0.0, 0.0),
    Kind.NO_PROGRESS: (0.0, 5.0),
    Kind.FALLING_BEHIND: (10.0, 10.0),
    Kind.BAD_DATA: (0.0, 5.0),
}

_Key = tuple[str, str]  # subject and kind


class AlertBook:
    """The alerts that stand.

    Args:
        raised: those that stood when an earlier book was closed.
    """

    def __init__(self, raised: Iterable[PlatformAlert] = ()) -> None:
        self._raised: dict[_Key, PlatformAlert] = {(alert["subject"], alert["kind"]): alert for alert in raised}
        self._against_since: dict[_Key, datetime] = {}  # since when what is found is not what the book says

    @property
    def raised(self) -> list[PlatformAlert]:
        """The alerts that stand, in the order in which they were raised."""
        return list(self._raised.values())

    def update(self, at: datetime, findings: Iterable[Finding]) -> list[PlatformAlert]:
        """Take in what is found now; the alerts that this raises or clears.

        Nothing is wrong any more with what is not looked at any more.
        """
        found = {(finding.subject, finding.kind): finding for finding in findings}
        gone = [Finding(subject, Kind(kind), Verdict.RIGHT) for subject, kind in self._raised.keys() - found.keys()]
        return [alert for finding in [*found.values(), *gone] if (alert := self._weigh(at, finding))]

    def _weigh(self, at: datetime, finding: Finding) -> PlatformAlert | None:
        key = finding.subject, finding.kind
        raise_after_s, clear_after_s = PATIENCE_S[finding.kind]
        stands = key in self._raised
        if finding.verdict is not (Verdict.RIGHT if stands else Verdict.WRONG):
            self._against_since.pop(key, None)
            return None
        held_s = (at - self._against_since.setdefault(key, at)).total_seconds()
        if held_s < (clear_after_s if stands else raise_after_s):
            return None
        del self._against_since[key]
        return self._clear(at, key) if stands else self._raise(at, finding)

    def _clear(self, at: datetime, key: _Key) -> PlatformAlert:
        alert = self._raised.pop(key)
        alert["cleared_at"] = at
        return alert

    def _raise(self, at: datetime, finding: Finding) -> PlatformAlert:
        alert = PlatformAlert(
            _id=f"{finding.subject}/{finding.kind}/{at.isoformat()}",
            subject=finding.subject,
            kind=finding.kind,
            reason=finding.reason,
            raised_at=at,
            cleared_at=None,
        )
        self._raised[finding.subject, finding.kind] = alert
        return alert
