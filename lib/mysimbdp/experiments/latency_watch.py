"""Latencies while a long run is on, from a sample of its sensors: all of them go through the same batches."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

import polars as pl

from mysimbdp import verification
from mysimbdp.contracts import Topics
from mysimbdp.experiments.checking import reports_of
from mysimbdp.experiments.latency import latencies
from mysimbdp.messaging.bulk import read_pieces
from mysimbdp.streamapp.options import Options

SAMPLE = 20  # sensors


class LatencyWatch:
    """Reads on in the topics of a run, and keeps what belongs to the sensors of the sample."""

    def __init__(self, kafka: str, topics: Topics, options: Options) -> None:
        self._kafka = kafka
        self._windows = options.window_minutes, options.slide_minutes
        self._readings = _Tail(topics.measurements, verification.readings_of_messages)
        self._reports = _Tail(topics.report, reports_of)
        self._sensors: list[str] | None = None

    def p99_ms(self, begin: datetime, end: datetime) -> float | None:
        """The 99th percentile of processing latency of the readings that the broker got between two times.

        None where there was none, or one of them has no result.
        """
        readings, reports = (self._kept(tail) for tail in (self._readings, self._reports))
        found = latencies(readings, reports, *self._windows).filter(pl.col("t1").is_between(begin, end))
        if found.is_empty() or found["t2"].null_count():
            return None
        return float(found["processing_ms"].quantile(0.99) or 0.0)

    def _kept(self, tail: "_Tail") -> pl.DataFrame:
        for piece in tail.new(self._kafka):
            if self._sensors is None:
                known = sorted(piece["sensor_id"].unique())
                self._sensors = known[:: max(1, len(known) // SAMPLE)]
            tail.kept.append(piece.filter(pl.col("sensor_id").is_in(self._sensors)))
        return pl.concat(tail.kept)


@dataclass
class _Tail:
    """A topic that is read as it grows."""

    topic: str
    shape: Callable[[pl.DataFrame], pl.DataFrame]  # of its messages
    offsets: dict[int, int] = field(default_factory=dict)
    kept: list[pl.DataFrame] = field(default_factory=list)

    def new(self, kafka: str) -> Iterator[pl.DataFrame]:
        for piece in read_pieces(kafka, self.topic, self.offsets):
            self.offsets |= dict(piece.group_by("partition").agg(pl.col("offset").max() + 1).rows())
            yield self.shape(piece)
