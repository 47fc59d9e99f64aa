"""Observations as an observer makes them, of an instance where all is well unless said otherwise."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from mysimbdp.documents import AppObservation, Flow, Observation, ServiceObservation

BEGAN = datetime.now(UTC).replace(microsecond=0)  # what lies long ago, the database deletes


def flow(**changes: Any) -> Flow:
    """An app that has 100 messages/s to do and could do 500."""
    well = Flow(
        lag=50,
        lag_trend_per_s=0.0,
        input_rate_per_s=100.0,
        processed_rate_per_s=500.0,
        batch_s=1.0,
        trigger_interval_s=0.0,
        recent_messages=6000,
        bad_share=0.0,
        progress_age_s=0.5,
        waiting_s=0.5,
    )
    return well | changes  # type: ignore[return-value]  # mypy knows no `|` with a plain dictionary


def app(name: str = "stream", state: str = "running", reason: str | None = None, **changes: Any) -> AppObservation:
    """An app that runs, with these changes to its flow, or does not."""
    running = flow(**changes) if state == "running" else None
    return AppObservation(app=name, state=state, reason=reason, cpu_cores=0.5, memory_mb=900.0, flow=running)


def service(name: str, state: str = "running", reason: str | None = None) -> ServiceObservation:
    return ServiceObservation(service=name, state=state, reason=reason, cpu_cores=0.1, memory_mb=300.0)


def observation(
    services: Sequence[ServiceObservation] = (), apps: Sequence[AppObservation] = (), after_s: float = 0.0
) -> Observation:
    """A look, so many seconds after all began."""
    at = BEGAN + timedelta(seconds=after_s)
    return Observation(_id=at.isoformat(), at=at, services=list(services), apps=list(apps))
