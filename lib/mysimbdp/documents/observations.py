"""Documents of the monitor."""

from datetime import datetime
from typing import NotRequired

from typing_extensions import TypedDict


class ServiceObservation(TypedDict):
    """A service at one look; CPU and memory are None where it runs outside of the instance."""

    service: str
    state: str  # as `mysimbdp status` says
    reason: str | None
    cpu_cores: float | None  # CPU seconds per second since the look before
    memory_mb: float | None


class Flow(TypedDict):
    """How messages go through an app. What it has not shown yet, or a broker that is away does not tell, is None."""

    lag: int | None  # messages in its topics that no finished batch covers
    lag_trend_per_s: float | None  # slope of the lag, least squares over the last minute
    input_rate_per_s: float | None  # messages that came to its topics, over the last minute
    processed_rate_per_s: float | None  # rows ÷ time of the batches that ended in the last minute
    batch_s: float | None  # how long the last batch took
    trigger_interval_s: float  # the pause between batches that its options ask for
    recent_messages: int  # in the batches that ended in the last minute
    bad_share: float | None  # of them
    progress_age_s: float | None  # since a batch ended
    waiting_s: float  # for how long there have been messages and no batch has ended


class AppObservation(TypedDict):
    """An app at one look."""

    app: str
    state: str  # as `mysimbdp app list` says
    reason: str | None
    cpu_cores: float | None  # of its driver, and of its executors where they are embedded
    memory_mb: float | None
    flow: Flow | None  # while it runs; None of one in real-time mode, which tells of its batches every few minutes


class Observation(TypedDict):
    """Collection `observations`: one look of the monitor. `_id`: the time. Kept for a week."""

    _id: str
    at: datetime
    services: list[ServiceObservation]
    apps: list[AppObservation]
    dropped: NotRequired[int]  # looks that could not be written, and were given up, since the monitor began


class PlatformAlert(TypedDict):
    """Collection `platform_alerts`: something that somebody should look at. `_id`: subject, kind, time, with slashes.

    Kept for a week after it is over.
    """

    _id: str
    subject: str  # the name of an app or a service
    kind: str
    reason: str  # one sentence, as it was when the alert was raised
    raised_at: datetime
    cleared_at: datetime | None
