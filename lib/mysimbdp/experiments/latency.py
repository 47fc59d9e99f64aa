"""How long results took, from what lies on the topics: nothing here asks the app.

A report says how many readings its window holds, and a sensor's readings keep their order, so the k-th reading of a
window is first contained in the first report of it that counts k readings or more. t0 is the reading's own time, t1 the
broker's append time of its message, t2 that of the report.
"""

from collections.abc import Iterator
from datetime import datetime

import numpy as np
import numpy.typing as npt
import polars as pl

from mysimbdp.documents import LatencyDocument
from mysimbdp.verification import KEY, in_windows

HISTOGRAM_STEP = 1.05
Values = npt.NDArray[np.float64]
_QUANTILES = (0.50, 0.95, 0.99)


def latencies(readings: pl.DataFrame, reports: pl.DataFrame, window_minutes: int, slide_minutes: int) -> pl.DataFrame:
    """One row a reading: `t1, t2, processing_ms, event_time_ms`; null where no report contains the reading.

    Args:
        readings: of the input topic, in the order of each partition: `sensor_id, pollution_type, time, partition,
            offset, broker_time_ms`.
        reports: of the topic `report`, all of them: `KEY, readings, broker_time_ms`.
    """
    numbered = readings.sort("partition", "offset", maintain_order=True).with_row_index("reading")
    placed = in_windows(numbered, window_minutes, slide_minutes).sort("reading", maintain_order=True)
    placed = placed.with_columns(count=pl.int_range(1, pl.len() + 1).over(KEY)).sort("count")
    first_told = reports.group_by(*KEY, count="readings").agg(t2_ms=pl.col("broker_time_ms").min()).sort("count")
    # Of two apps that write the same window, the one that is behind may count fewer, later.
    first_told = first_told.with_columns(pl.col("t2_ms").cum_min(reverse=True).over(KEY))
    told = placed.join_asof(first_told, on="count", by=KEY, strategy="forward", check_sortedness=False)
    first = told.group_by("reading").agg(t2_ms=pl.col("t2_ms").min())
    joined = numbered.join(first, on="reading", how="left")
    return joined.select(
        t1=pl.from_epoch("broker_time_ms", "ms").dt.replace_time_zone("UTC"),
        t2=pl.from_epoch("t2_ms", "ms").dt.replace_time_zone("UTC"),
        processing_ms=pl.col("t2_ms") - pl.col("broker_time_ms"),
        event_time_ms=pl.col("t2_ms") - pl.col("time").dt.epoch("us") / 1000,
    )


def latency_documents(run_id: str, found: pl.DataFrame, start: datetime, end: datetime) -> Iterator[LatencyDocument]:
    """What `latencies` found for the readings that reached the broker between `start` and `end`, summed up."""
    measured = found.filter(pl.col("t1").is_between(start, end), pl.col("t2").is_not_null())
    for kind in ("processing", "event_time"):
        values = measured[f"{kind}_ms"].to_numpy().astype(float)
        if len(values):
            yield _document(run_id, kind, values)


def _document(run_id: str, kind: str, values_ms: Values) -> LatencyDocument:
    p50_ms, p95_ms, p99_ms = np.quantile(values_ms, _QUANTILES)
    return LatencyDocument(
        _id=f"{run_id}/{kind}",
        run_id=run_id,
        kind=kind,
        count=len(values_ms),
        p50_ms=float(p50_ms),
        p95_ms=float(p95_ms),
        p99_ms=float(p99_ms),
        max_ms=float(values_ms.max()),
        histogram=_histogram(values_ms),
    )


def _histogram(values_ms: Values) -> list[dict[str, float]]:
    """Counts by steps of five per cent from one millisecond on; steps without a value are left out."""
    steps = np.ceil(np.log(np.maximum(values_ms, 1.0)) / np.log(HISTOGRAM_STEP))
    found, counts = np.unique(steps, return_counts=True)
    return [
        {"up_to_ms": float(HISTOGRAM_STEP**step), "count": int(count)}
        for step, count in zip(found, counts, strict=True)
    ]
