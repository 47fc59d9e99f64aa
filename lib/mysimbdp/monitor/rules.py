"""What is wrong with an instance: pure functions from an observation to findings.

Each rule has a range between wrong and right in which it leaves things as they are, so that a value near its limit does
not raise and clear an alert in turn.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, StrEnum, auto

from mysimbdp.apps.counts import ENOUGH_MESSAGES
from mysimbdp.documents import AppObservation, Flow, Observation, ServiceObservation

# No batch is called overdue before this, on top of three times what the last one and the pause took.
OVERDUE_S = 60.0

# An app falls behind when its lag grows by more than a tenth of what comes in, and holds more than ten seconds of it.
GROWING, STEADY = 0.1, 0.02
BEHIND_S = 10.0
SLOWER = 0.9

MOSTLY_BAD, MOSTLY_GOOD = 0.5, 0.4


class Kind(StrEnum):
    """What an alert is about."""

    UNREACHABLE = "unreachable"
    APP_FAILED = "app failed"
    NO_PROGRESS = "no progress"
    FALLING_BEHIND = "falling behind"
    BAD_DATA = "bad data"


class Verdict(Enum):
    WRONG = auto()
    UNDECIDED = auto()
    RIGHT = auto()


@dataclass(frozen=True)
class Finding:
    """What one rule says of one service or app; `reason` is a sentence without its full stop where it is wrong."""

    subject: str
    kind: Kind
    verdict: Verdict
    reason: str = ""


Judgement = tuple[Verdict, str]
_RIGHT = (Verdict.RIGHT, "")
_UNDECIDED = (Verdict.UNDECIDED, "")


def findings(observation: Observation) -> list[Finding]:
    """What all rules say of all services and apps."""
    of_services = [
        Finding(service["service"], Kind.UNREACHABLE, *unreachable(service)) for service in observation["services"]
    ]
    of_apps = [Finding(app["app"], kind, *rule(app)) for app in observation["apps"] for kind, rule in _OF_APPS.items()]
    return of_services + of_apps


def unreachable(service: ServiceObservation) -> Judgement:
    """A service that has died or does not answer; one that was stopped on request is not wrong."""
    if service["state"] in ("dead", "unreachable"):
        return Verdict.WRONG, f"it is {service['state']}: {_clause(service['reason'])}"
    return _RIGHT


def _clause(reason: str | None) -> str:
    return (reason or "nobody knows why").rstrip(".")


def failed(app: AppObservation) -> Judgement:
    """An app that ended without being asked to."""
    return (Verdict.WRONG, f"it ended: {_clause(app['reason'])}") if app["state"] == "failed" else _RIGHT


def no_progress(flow: Flow) -> Judgement:
    """Messages wait, or the first batch does, for longer than a batch may take."""
    limit_s = OVERDUE_S + 3 * ((flow["batch_s"] or 0.0) + flow["trigger_interval_s"])
    if flow["waiting_s"] <= limit_s:
        return _RIGHT
    waiting = "" if flow["lag"] is None else f" while {flow['lag']:,} messages wait"
    return Verdict.WRONG, f"no batch has ended for {flow['waiting_s']:.0f} s{waiting}"


def falling_behind(flow: Flow) -> Judgement:
    """More comes in than is processed, for so long that it shows in the lag."""
    lag, trend, incoming = flow["lag"], flow["lag_trend_per_s"], flow["input_rate_per_s"]
    if lag is None or trend is None or incoming is None:
        return _UNDECIDED
    if trend <= STEADY * incoming or lag <= BEHIND_S * incoming:
        return _RIGHT
    if trend <= GROWING * incoming or _keeps_up(flow["processed_rate_per_s"], incoming):
        return _UNDECIDED
    return Verdict.WRONG, (
        f"it is {lag:,} messages behind and {trend:,.0f} more every second: {incoming:,.0f}/s come in, "
        f"{flow['processed_rate_per_s'] or 0:,.0f}/s are processed"
    )


def _keeps_up(processed_per_s: float | None, incoming_per_s: float) -> bool:
    """Whether a growing lag is only the saw that long batches make of it."""
    return processed_per_s is not None and processed_per_s >= SLOWER * incoming_per_s


def bad_data(flow: Flow) -> Judgement:
    """More than half of the messages of the last minute are bad: a producer has changed."""
    share, messages = flow["bad_share"], flow["recent_messages"]
    if share is None or share < MOSTLY_GOOD:
        return _RIGHT
    if share <= MOSTLY_BAD or messages < ENOUGH_MESSAGES:
        return _UNDECIDED
    found = f"{share:.0%} of the {messages:,} messages of the last minute are bad"
    return Verdict.WRONG, f"{found}, so a producer has changed; look at `mysimbdp consume quarantine`"


def _while_it_runs(rule: Callable[[Flow], Judgement]) -> Callable[[AppObservation], Judgement]:
    """The rule for an app; of one that does not run, nothing is wrong with its flow."""
    return lambda app: rule(app["flow"]) if app["flow"] else _RIGHT


_OF_APPS: dict[Kind, Callable[[AppObservation], Judgement]] = {
    Kind.APP_FAILED: failed,
    Kind.NO_PROGRESS: _while_it_runs(no_progress),
    Kind.FALLING_BEHIND: _while_it_runs(falling_behind),
    Kind.BAD_DATA: _while_it_runs(bad_data),
}
