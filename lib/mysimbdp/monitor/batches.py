"""What the monitor needs of a batch, and of the batches of the last minute together."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mysimbdp.apps.progress import Offsets, covered


@dataclass(frozen=True)
class Batch:
    """One finished batch of a query; times are seconds since 1970."""

    query: str
    ended_s: float
    duration_s: float
    rows: int
    bad: int  # messages of which something was refused
    covered: Offsets  # where in its topics it ended

    @classmethod
    def of(cls, progress: Mapping[str, Any]) -> "Batch":
        """The batch that Spark's progress tells of."""
        duration_s = progress["durationMs"]["triggerExecution"] / 1000
        return cls(
            query=progress["name"],
            ended_s=datetime.fromisoformat(progress["timestamp"]).timestamp() + duration_s,
            duration_s=duration_s,
            rows=progress["numInputRows"],
            bad=progress.get("observedMetrics", {}).get("counts", {}).get("flawed", 0),
            covered=covered(progress),
        )

    @property
    def position(self) -> int:
        """The offsets that it ended at, added up."""
        return sum(offset for offsets in self.covered.values() for offset in offsets.values())


def processed_rate_per_s(batches: Iterable[Batch]) -> float | None:
    """Σ rows ÷ Σ durations of each query, which work side by side, added up: what the app does while it works.

    None where it did not.
    """
    rows: defaultdict[str, int] = defaultdict(int)
    durations_s: defaultdict[str, float] = defaultdict(float)
    for batch in batches:
        if batch.duration_s:
            rows[batch.query] += batch.rows
            durations_s[batch.query] += batch.duration_s
    return sum(rows[query] / duration_s for query, duration_s in durations_s.items()) if durations_s else None


def bad_share(batches: Iterable[Batch]) -> float | None:
    """Σ bad messages ÷ Σ messages; None where there were none."""
    read = [batch for batch in batches if batch.rows]
    return sum(batch.bad for batch in read) / sum(batch.rows for batch in read) if read else None
