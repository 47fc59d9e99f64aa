"""Documents of runs made by hand: only what a test is about is said."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from mysimbdp.documents import (
    LatencyDocument,
    Machine,
    Measured,
    ProcessUse,
    ProgressDocument,
    ResourceDocument,
    RunDocument,
    RunStatus,
    Verification,
)

BEGIN = datetime(2026, 1, 1, 12, tzinfo=UTC)
VERIFIED = Verification(
    expected_reports=9, found_reports=9, differences=0, delivered={}, counted={}, lost=0, late=0, passed=True
)


def at(seconds: float) -> datetime:
    return BEGIN + timedelta(seconds=seconds)


def produced(rate_per_s: float | None = 100.0, achieved_rate_per_s: float = 100.0, **delivered: int) -> dict[str, Any]:
    """A producer's summary of 1,000 acknowledged messages."""
    kinds = {"clean": 1000 - sum(delivered.values()), "wrong_type": 0, "missing": 0, "extra": 0} | delivered
    rates = {"rate_per_s": rate_per_s, "achieved_rate_per_s": achieved_rate_per_s}
    return rates | {"offered": 1000, "acknowledged": 1000, "delivered": kinds}


def measured(start_s: float = 0, end_s: float = 10) -> Measured:
    return Measured(start=at(start_s), end=at(end_s), warm_up_s=2.0, warm_up_batches=3, steady=True)


def run(run_id: str = "r1", parameters: Mapping[str, Any] | None = None, **fields: Any) -> RunDocument:
    """A COMPLETED, verified run at 100 messages/s, measured for ten seconds."""
    document = RunDocument(
        _id=run_id,
        experiment="speed",
        sweep="s1",
        profile="quick",
        arm="kit",
        series="",
        parameters=dict({"rate_per_s": 100.0, "arm": "kit", "seed": 1} if parameters is None else parameters),
        repetition=1,
        order=1,
        order_seed=7,
        status=RunStatus.COMPLETED,
        started_at=BEGIN,
        finished_at=at(60),
        reason=None,
        machine=Machine(cpu="any", cores=2, memory_gb=8.0, load_before=0.1),
        versions={"mysimbdp": "0.1.0"},
        git_revision=None,
        apps=["a"],
        producer=produced(),
        measured=measured(),
        verification=VERIFIED,
        latency_objective_s=2.0,
    )
    return document | fields  # type: ignore[return-value]  # a test says fields of a run


def without(document: Any, *names: str) -> Any:
    return {name: value for name, value in document.items() if name not in names}


def batch(
    number: int,
    started_s: float,
    duration_ms: int,
    rows: int = 100,
    *,
    run_id: str = "r1",
    app: str = "a",
    query: str = "q",
    **fields: Any,
) -> ProgressDocument:
    document = ProgressDocument(
        _id=f"{run_id}/{app}/{query}/{number}",
        run_id=run_id,
        app=app,
        query=query,
        batch=number,
        started=at(started_s),
        rows=rows,
        input_rate_per_s=None,
        processed_rate_per_s=None,
        duration_ms={"triggerExecution": duration_ms, "addBatch": duration_ms // 2, "queryPlanning": 5},
        state_rows=4,
        state_bytes=4096,
        dropped_rows=0,
        output_rows=2,
        watermark=None,
        lag={"0": 0, "1": 0},
        counts={},
    )
    return document | fields  # type: ignore[return-value]  # a test says fields of a batch


def in_a_row(*durations_ms: int, begin_s: float = 0, rows: int = 100, **where: Any) -> list[ProgressDocument]:
    """Batches that follow one another without a gap."""
    starts = [begin_s + sum(durations_ms[:number]) / 1000 for number in range(len(durations_ms))]
    return [
        batch(number, start, duration, rows, **where)
        for number, (start, duration) in enumerate(zip(starts, durations_ms, strict=True))
    ]


def latency(kind: str, p50: float, p95: float, p99: float, largest: float, run_id: str = "r1") -> LatencyDocument:
    return LatencyDocument(
        _id=f"{run_id}/{kind}",
        run_id=run_id,
        kind=kind,
        count=10,
        p50_ms=p50,
        p95_ms=p95,
        p99_ms=p99,
        max_ms=largest,
        histogram=[{"up_to_ms": largest, "count": 10}],
    )


def sample(number: int, at_s: float, run_id: str = "r1", **use: tuple[float, float]) -> ResourceDocument:
    """A sample of (CPU seconds so far, megabytes) by role."""
    processes = {
        role: ProcessUse(cpu_s=cpu_s, memory_mb=memory_mb, processes=1) for role, (cpu_s, memory_mb) in use.items()
    }
    return ResourceDocument(_id=f"{run_id}/{number}", run_id=run_id, at=at(at_s), processes=processes, lag=0)
