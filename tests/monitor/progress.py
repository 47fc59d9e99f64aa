"""Spark's progress of batches that never were."""

from datetime import UTC, datetime
from typing import Any


def progress(
    batch: int,
    started_s: float = 0.0,
    duration_s: float = 1.0,
    rows: int = 0,
    flawed: int = 0,
    covered: dict[str, dict[str, int]] | None = None,
    query: str = "analytics",
) -> dict[str, Any]:
    """The progress of one batch; times are seconds since 1970."""
    return {
        "name": query,
        "batchId": batch,
        "timestamp": datetime.fromtimestamp(started_s, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "numInputRows": rows,
        "durationMs": {"triggerExecution": int(duration_s * 1000)},
        "sources": [{"endOffset": covered or {}}],
        "observedMetrics": {"counts": {"counted": [{"counted": "flawed", "count": flawed}]}},
    }
