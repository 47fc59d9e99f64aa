"""Spikes beside the readings they are of, matched one by one: what is missing, what is wrong, how long each took."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import polars as pl

from mysimbdp.documents import Measured, Verification
from mysimbdp.metrics.noise import relative_difference
from mysimbdp.verification import RELATIVE_TOLERANCE

_OF_READING = ["sensor_id", "pollution_type", "time"]
_SPIKE: dict[str, Any] = {
    "sensor_id": pl.String,
    "pollution_type": pl.String,
    "pollution_level": pl.Float64,
    "time": pl.String,
    "threshold": pl.Float64,
}
HALVES_TOLERANCE = 0.2


def spikes_of(messages: pl.DataFrame) -> pl.DataFrame:
    """Spikes as they lie on their topic: `sensor_id, pollution_type, time, level, broker_time_ms`."""
    decoded = messages["value"].cast(pl.String).str.json_decode(pl.Struct(_SPIKE)).struct.unnest()
    time = pl.col("time").str.to_datetime("%Y-%m-%dT%H:%M:%S%.fZ", time_unit="us").dt.replace_time_zone("UTC")
    told = decoded.select("sensor_id", "pollution_type", time, level="pollution_level")
    return told.with_columns(messages["broker_time_ms"])


def above(readings: pl.DataFrame, thresholds: Mapping[str, float]) -> pl.DataFrame:
    """The readings above the threshold of their type, computed by polars."""
    return readings.filter(pl.col("level") > pl.col("pollution_type").replace_strict(thresholds, default=None))


def matched(readings: pl.DataFrame, spikes: pl.DataFrame) -> pl.DataFrame:
    """Readings above a threshold and spikes side by side, one row each: `level, t1, t2`, those of spikes `…_found`.

    The n-th reading of a sensor, a type and a time belongs to the n-th spike; what has no partner has nulls beside it.
    Added are `processing_ms` = t2 − t1 and `event_time_ms` = t2 − t0, as of a report.
    """
    numbered = [
        frame.select(
            *_OF_READING,
            "level",
            "broker_time_ms",
            number=pl.int_range(pl.len()).over(_OF_READING),
        )
        for frame in (readings, spikes)
    ]
    both = numbered[0].join(numbered[1], on=[*_OF_READING, "number"], how="full", coalesce=True, suffix="_found")
    return both.with_columns(
        t1=pl.from_epoch("broker_time_ms", "ms").dt.replace_time_zone("UTC"),
        t2=pl.from_epoch("broker_time_ms_found", "ms").dt.replace_time_zone("UTC"),
        processing_ms=pl.col("broker_time_ms_found") - pl.col("broker_time_ms"),
        event_time_ms=pl.col("broker_time_ms_found") - pl.col("time").dt.epoch("us") / 1000,
    )


def verify(both: pl.DataFrame, delivered: Mapping[str, int]) -> Verification:
    """Whether every reading above a threshold is a spike once, of the same level, and none besides: of `matched`."""
    expected, found = (int(both[column].is_not_null().sum()) for column in ("level", "level_found"))
    off = (pl.col("level") - pl.col("level_found")).abs() > RELATIVE_TOLERANCE * pl.col("level").abs()
    different = len(both.filter(off.fill_null(True)))
    return Verification(
        expected_reports=expected,
        found_reports=found,
        differences=different,
        delivered=dict(delivered),
        counted={},
        lost=int(both["level_found"].is_null().sum()),
        late=0,
        passed=not different,
    )


def measured(both: pl.DataFrame, warm_up_s: float) -> Measured | None:
    """What is measured of `matched`: from the first reading and the warm-up on to the last; None where that is nothing.

    It is steady if the median processing latencies of its halves agree within a fifth.
    """
    times: list[datetime] = both["t1"].drop_nulls().to_list()
    if not times:
        return None
    start, end = min(times) + timedelta(seconds=warm_up_s), max(times)
    middle = start + (end - start) / 2
    first, second = (_median_ms(both, *half) for half in ((start, middle), (middle, end)))
    if first is None or second is None:
        return None
    steady = relative_difference(first, second) <= HALVES_TOLERANCE
    return Measured(start=start, end=end, warm_up_s=warm_up_s, warm_up_batches=0, steady=steady)


def _median_ms(both: pl.DataFrame, start: datetime, end: datetime) -> float | None:
    found = both.filter(pl.col("t1").is_between(start, end))["processing_ms"].drop_nulls()
    return None if found.is_empty() else float(np.median(found))
