"""The independent computation: what the reports must be, computed by polars from the recording alone.

It shares nothing with the stream app but the contract: its own JSON readers, its own windows, its own idea of late.
"""

import gzip
import io
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from mysimbdp.contracts import EARLIEST_YEAR, MAX_AHEAD_S, PLAUSIBLE_BELOW
from mysimbdp.errors import KitError

KEY = ["sensor_id", "pollution_type", "start", "end"]
RELATIVE_TOLERANCE = 1e-9

_RECORD: dict[str, Any] = {
    "timestamp": pl.String,
    "sensor": pl.Struct({"id": pl.String}),
    "sensordatavalues": pl.List(pl.Struct({"value": pl.String, "value_type": pl.String})),
}

_RECORD_TYPES = """{
    "timestamp": "VARCHAR",
    "sensor": {"id": "VARCHAR"},
    "sensordatavalues": [{"value": "VARCHAR", "value_type": "VARCHAR"}]
}"""

_REPORT: dict[str, Any] = {
    "sensor_id": pl.String,
    "pollution_type": pl.String,
    "start": pl.Datetime("us", "UTC"),
    "end": pl.Datetime("us", "UTC"),
    "level": pl.Float64,
    "readings": pl.Int64,
}


def expected_reports(
    recording: Path, window_minutes: int = 15, slide_minutes: int = 5, watermark_minutes: float = 5
) -> pl.DataFrame:
    """The reports of a recording replayed once: `sensor_id, pollution_type, start, end, level, readings`.

    A reading counts in every window that contains it, unless its time lies more than the watermark behind the
    largest time that came before it in the recording. `level` is the mean in µg/m³; times are UTC.
    """
    return window_means(on_time(readings_of(recording), watermark_minutes), window_minutes, slide_minutes)


def readings_of(recording: Path) -> pl.DataFrame:
    """The plausible readings of a recording in its order: `sensor_id, pollution_type, time, level, behind`.

    `behind` is how far the time lies behind the largest time of all records up to this one.
    """
    return _plausible_readings(_records_of(recording))


def readings_of_messages(messages: pl.DataFrame) -> pl.DataFrame:
    """The plausible readings of measurements as they lie on a topic: those columns of `readings_of`, and of `messages`.

    Args:
        messages: a row a message, its JSON in `value`; every other column but `key` is kept beside a reading.

    Raises:
        KitError: a value is no JSON, or no UTF-8. JSON that is no measurement is no reading.
    """
    return _plausible_readings(unfolded(messages, _RECORD_TYPES))


def unfolded(messages: pl.DataFrame, types: str) -> pl.DataFrame:
    """Messages with what the JSON in `value` says as columns, in place of `key` and `value`; by DuckDB.

    Args:
        types: of the columns, as DuckDB's `json_transform` takes them; what is not there or of another type is null.

    Raises:
        KitError: a value is no JSON, or no UTF-8.
    """
    try:
        texts = messages.select(pl.col("value").cast(pl.String)).to_arrow()
        with duckdb.connect() as database:
            found = database.from_arrow(texts).project(f"unnest(json_transform(value, '{types}'))").to_arrow_table()
    except (duckdb.InvalidInputException, pl.exceptions.ComputeError) as error:
        raise KitError(f"Not every message is JSON, so the topic cannot be verified: {error}") from None
    return pl.DataFrame(found).hstack(messages.drop("key", "value", strict=False))


def _plausible_readings(records: pl.DataFrame) -> pl.DataFrame:
    kept = [name for name in records.columns if name not in _RECORD]
    records = records.with_columns(
        time=_accepted(pl.col("timestamp").str.replace("T", " ").str.to_datetime(strict=False, time_zone="UTC")),
        sensor_id=pl.col("sensor").struct.field("id"),
    )
    readings = records.with_columns(behind=pl.col("time").cum_max() - pl.col("time")).explode("sensordatavalues")
    value = pl.col("sensordatavalues").struct
    readings = readings.select(
        "sensor_id",
        "time",
        "behind",
        *kept,
        pollution_type=value.field("value_type"),
        level=value.field("value").cast(pl.Float64, strict=False),
    )
    limits = pl.col("pollution_type").replace_strict(PLAUSIBLE_BELOW, default=None)
    return readings.filter(
        pl.col("sensor_id").is_not_null(),
        pl.col("time").is_not_null(),
        pl.col("level") >= 0,
        pl.col("level") < limits,
    )


def _accepted(time: pl.Expr) -> pl.Expr:
    """The time where the stream accepts it, else null: it neither counts nor moves anybody's clock."""
    earliest = datetime(EARLIEST_YEAR, 1, 1, tzinfo=UTC)
    return pl.when(time.is_between(earliest, datetime.now(UTC) + timedelta(seconds=MAX_AHEAD_S))).then(time)


def _records_of(recording: Path) -> pl.DataFrame:
    """The records of a JSON array, or of one object a line, compressed or not."""
    content = gzip.decompress(recording.read_bytes()) if recording.suffix == ".gz" else recording.read_bytes()
    if content.lstrip().startswith(b"["):
        return pl.read_json(content, schema_overrides=_RECORD).select(*_RECORD)
    return pl.read_ndjson(io.BytesIO(content), schema=_RECORD)


def on_time(readings: pl.DataFrame, watermark_minutes: float) -> pl.DataFrame:
    """The readings that are at most the watermark behind the largest time before them."""
    return readings.filter(pl.col("behind") <= pl.duration(seconds=round(watermark_minutes * 60)))


def window_means(readings: pl.DataFrame, window_minutes: int, slide_minutes: int) -> pl.DataFrame:
    """Mean and count per sensor, type and sliding window; windows begin at multiples of the slide since 1970."""
    placed = in_windows(readings, window_minutes, slide_minutes)
    return placed.group_by(KEY).agg(level=pl.col("level").mean(), readings=pl.len().cast(pl.Int64)).sort(KEY)


def window_sums(readings: pl.DataFrame, window_minutes: int, slide_minutes: int) -> pl.DataFrame:
    """As `window_means`, the sum of the levels instead of their mean: sums of several pieces can be added up."""
    placed = in_windows(readings, window_minutes, slide_minutes)
    return placed.group_by(KEY).agg(level_sum=pl.col("level").sum(), readings=pl.len().cast(pl.Int64))


def in_windows(readings: pl.DataFrame, window_minutes: int, slide_minutes: int) -> pl.DataFrame:
    """The readings once for each window that contains them, with its `start` and `end`."""
    last_start = pl.col("time").dt.truncate(f"{slide_minutes}m")
    windows_back = -(-window_minutes // slide_minutes)
    starts = [last_start - pl.duration(minutes=back * slide_minutes) for back in range(windows_back)]
    placed = pl.concat([readings.with_columns(start=start) for start in starts])
    return placed.with_columns(end=pl.col("start") + pl.duration(minutes=window_minutes)).filter(
        pl.col("time") < pl.col("end")
    )


def reports_frame(documents: Iterable[Mapping[str, Any]]) -> pl.DataFrame:
    """Documents of the collection `reports` in the shape of `expected_reports`."""
    rows = [
        (
            d["sensor_id"],
            d["pollution_type"],
            d["window"]["start"],
            d["window"]["end"],
            d["pollution_level"],
            d["readings"],
        )
        for d in documents
    ]
    return pl.DataFrame(rows, schema=_REPORT, orient="row").sort(KEY)


def differences(expected: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
    """Where two sets of reports differ, one row each; empty when they are equal.

    Levels are equal within 1e-9 relative, everything else exactly. `difference` says missing, unexpected, level or
    readings.
    """
    both = expected.join(found, on=KEY, how="full", suffix="_found", coalesce=True)
    off = (pl.col("level") - pl.col("level_found")).abs() > RELATIVE_TOLERANCE * pl.col("level").abs()
    difference = (
        pl.when(pl.col("readings_found").is_null())
        .then(pl.lit("missing"))
        .when(pl.col("readings").is_null())
        .then(pl.lit("unexpected"))
        .when(pl.col("readings") != pl.col("readings_found"))
        .then(pl.lit("readings"))
        .when(off.fill_null(True))
        .then(pl.lit("level"))
    )
    return both.with_columns(difference=difference).filter(pl.col("difference").is_not_null())
