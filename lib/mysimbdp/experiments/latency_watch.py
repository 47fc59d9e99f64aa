"""Latencies during a long run; of many readings those of a sample of sensors, since all go through the same batches.

A batch reads every partition of its app up to one moment, and writes its results when it has read them all. So the
sample is of one partition for each app, and the others need not be read.
"""

from collections.abc import Callable, Iterator
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
ALL = 100_000  # measurements on the topic, up to which every sensor's are kept
FIRST = 10_000  # measurements of a partition that say which sensors there are


class Quantiles(NamedTuple):
    """Half of the latencies, and 99 % of them, are at most so long."""

    p50_ms: float
    p99_ms: float


class _Sample(NamedTuple):
    """The sensors that are looked at, and the partitions where their messages lie."""

    sensors: list[str]
    partitions: range


class LatencyWatch:
    """Reads the topics of a run as they grow. Keeps everything while it is little, then only the sampled sensors'.

    A sensor's readings and reports lie on the partition that its id as their key says, the same of both topics.
    """

    def __init__(self, kafka: str, topics: Topics, options: Options, apps: int = 1) -> None:
        """Of topics that so many apps read, each every `apps`-th partition, or all of them everything."""
        self._kafka = kafka
        self._partitions = range(apps)
        self._windows = options.window_minutes, options.slide_minutes
        self._readings = _Tail(topics.measurements, verification.readings_of_messages)
        self._reports = _Tail(topics.report, reports_of)
        self._sample: _Sample | None = None

    def between(self, begin: datetime, end: datetime) -> Quantiles | None:
        """Processing latency of the readings that the broker got between two times.

        None where there was none, or one of them has no result.
        """
        self._sample = self._sample or self._sample_of_many()
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
        for messages in tail.new(self._kafka, self._sample):
            tail.kept.append(self._sampled(tail.shape(messages)))

    def _sample_of_many(self) -> _Sample | None:
        """A sample where there is more than should be kept, or read to find it; None where everything still is."""
        ends = end_offsets(self._kafka, self._readings.topic)
        first = {partition: min(ends.get(partition, 0), FIRST) for partition in self._partitions}
        if sum(ends.values()) <= ALL or not all(first.values()):
            return None
        known = self._readings.shape(pl.concat(read_pieces(self._kafka, self._readings.topic, until=first)))
        return self._sample_of(known)

    def _sample_of(self, known: pl.DataFrame) -> _Sample | None:
        """As many sensors of each partition; None where one of these has not been heard of."""
        there = [known.filter(pl.col("partition") == partition)["sensor_id"].unique() for partition in self._partitions]
        if not all(map(len, there)):
            return None
        each = max(1, SAMPLE // len(there))
        sensors = [sensor for ids in there for sensor in ids.sort()[:: max(1, len(ids) // each)]]
        return _Sample(sensors, self._partitions)

    def _sampled(self, piece: pl.DataFrame) -> pl.DataFrame:
        return piece if self._sample is None else piece.filter(pl.col("sensor_id").is_in(self._sample.sensors))


@dataclass
class _Tail:
    """A topic that is read as it grows."""

    topic: str
    shape: Callable[[pl.DataFrame], pl.DataFrame]  # makes readings or reports of its messages
    offsets: dict[int, int] = field(default_factory=dict)
    kept: list[pl.DataFrame] = field(default_factory=list)

    def new(self, kafka: str, sample: _Sample | None) -> Iterator[pl.DataFrame]:
        """The messages that have come since the last time, piece by piece; with a sample, only those of its sensors."""
        ends = end_offsets(kafka, self.topic)
        keys = None
        if sample:  # to read the JSON of all would take most of the time, to read all messages most of the rest
            ends = {partition: ends[partition] for partition in sample.partitions}
            keys = {sensor.encode() for sensor in sample.sensors}
        for messages in read_pieces(kafka, self.topic, self.offsets, ends, keys):
            if len(messages):
                yield messages
        self.offsets = ends
