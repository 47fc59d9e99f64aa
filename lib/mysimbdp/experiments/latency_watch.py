"""Latencies during a long run; of many readings those of a sample of sensors, since all go through the same batches."""

from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

import polars as pl

from mysimbdp import verification
from mysimbdp.contracts import Topics
from mysimbdp.experiments.checking import reports_of
from mysimbdp.experiments.latency import latencies
from mysimbdp.messaging import end_offsets
from mysimbdp.messaging.bulk import read_pieces
from mysimbdp.streamapp.options import Options

SAMPLE = 20  # sensors
ALL = 100_000  # readings or reports, up to which every sensor's are kept


class Quantiles(NamedTuple):
    """Half of the latencies, and 99 % of them, are at most so long."""

    p50_ms: float
    p99_ms: float


class LatencyWatch:
    """Reads the topics of a run as they grow. Keeps everything while it is little, then only the sampled sensors'."""

    def __init__(self, kafka: str, topics: Topics, options: Options) -> None:
        self._kafka = kafka
        self._windows = options.window_minutes, options.slide_minutes
        self._readings = _Tail(topics.measurements, verification.readings_of_messages)
        self._reports = _Tail(topics.report, reports_of)
        self._sample: list[str] | None = None

    def between(self, begin: datetime, end: datetime) -> Quantiles | None:
        """Processing latency of the readings that the broker got between two times.

        None where there was none, or one of them has no result.
        """
        for tail in (self._readings, self._reports):
            self._read_on(tail)
        if not (self._readings.kept and self._reports.kept):
            return None
        readings, reports = (self._sampled(pl.concat(tail.kept)) for tail in (self._readings, self._reports))
        found = latencies(readings, reports, *self._windows).filter(pl.col("t1").is_between(begin, end))
        if found.is_empty() or found["t2"].null_count():
            return None
        p50_ms, p99_ms = (float(found["processing_ms"].quantile(q) or 0.0) for q in (0.5, 0.99))
        return Quantiles(p50_ms, p99_ms)

    def _read_on(self, tail: "_Tail") -> None:
        # The key says of which sensor a message is: reading the JSON of all would take most of the time.
        keys = None if self._sample is None else {sensor.encode() for sensor in self._sample}
        for messages in tail.new(self._kafka, keys):
            piece = tail.shape(messages)
            tail.kept.append(self._sampled(piece))
            if self._sample is None and sum(map(len, tail.kept)) > ALL:
                known = sorted(piece["sensor_id"].unique())
                self._sample = known[:: max(1, len(known) // SAMPLE)]

    def _sampled(self, piece: pl.DataFrame) -> pl.DataFrame:
        return piece if self._sample is None else piece.filter(pl.col("sensor_id").is_in(self._sample))


@dataclass
class _Tail:
    """A topic that is read as it grows."""

    topic: str
    shape: Callable[[pl.DataFrame], pl.DataFrame]  # makes readings or reports of its messages
    offsets: dict[int, int] = field(default_factory=dict)
    kept: list[pl.DataFrame] = field(default_factory=list)

    def new(self, kafka: str, keys: Container[bytes] | None) -> Iterator[pl.DataFrame]:
        """The messages that have come since the last time, piece by piece; with keys, those that have one of them."""
        ends = end_offsets(kafka, self.topic)
        for messages in read_pieces(kafka, self.topic, self.offsets, ends, keys):
            if len(messages):
                yield messages
        self.offsets = ends
