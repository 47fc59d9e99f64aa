"""Records, results and progress → tidy pandas frames: one row an observation, one column a variable, times UTC."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pandas as pd

Record = Mapping[str, Any]

READING_COLUMNS = [
    "sensor_id", "sensor_type", "value_type", "value", "text", "time", "latitude", "longitude", "country",
]  # fmt: skip
RESULT_COLUMNS = ["sensor_id", "pollution_type", "level", "start", "end", "readings", "threshold"]
QUARANTINE_COLUMNS = ["topic", "partition", "offset", "broker_time", "reason", "app"]
BATCH_COLUMNS = ["query", "batch", "started", "duration_ms", "messages", "watermark", "state_rows", "dropped_rows"]

FLOW_COLUMNS = [
    "lag", "lag_trend_per_s", "input_rate_per_s", "processed_rate_per_s", "batch_s", "recent_messages", "bad_share",
    "progress_age_s",
]  # fmt: skip
SEEN_COLUMNS = ["at", "app", "state", *FLOW_COLUMNS, "cpu_cores", "memory_mb"]
PLATFORM_ALERT_COLUMNS = ["subject", "kind", "reason", "raised_at", "cleared_at"]


def readings_frame(records: Iterable[Record]) -> pd.DataFrame:
    """Measurements, one row a reading in their order: `READING_COLUMNS`.

    `text` is the value as it was sent, `value` the number in it, or NaN where it is none.
    """
    frame = pd.DataFrame((row for record in records for row in _readings(record)), columns=READING_COLUMNS)
    frame["value"] = pd.to_numeric(frame["text"], errors="coerce")
    frame["time"] = _utc(frame["time"])
    for coordinate in ("latitude", "longitude"):
        frame[coordinate] = pd.to_numeric(frame[coordinate], errors="coerce")
    return frame


def _readings(record: Record) -> Iterator[dict[str, Any]]:
    sensor, location = record["sensor"], record.get("location") or {}
    for element in record.get("sensordatavalues") or ():
        yield {
            "sensor_id": str(sensor["id"]),
            "sensor_type": sensor.get("sensor_type", {}).get("name"),
            "value_type": element["value_type"],
            "text": element["value"],
            "time": record["timestamp"],
            "latitude": location.get("latitude"),
            "longitude": location.get("longitude"),
            "country": location.get("country"),
        }


def sensors_frame(readings: pd.DataFrame, value_type: str) -> pd.DataFrame:
    """One row a sensor that has readings of `value_type`: its place, their mean as `level`, their number."""
    of_type = readings[readings["value_type"] == value_type]
    return of_type.groupby("sensor_id", as_index=False).agg(
        latitude=("latitude", "first"),
        longitude=("longitude", "first"),
        country=("country", "first"),
        pollution_type=("value_type", "first"),
        level=("value", "mean"),
        readings=("value", "count"),
    )


def results_frame(results: Iterable[Record]) -> pd.DataFrame:
    """Reports and alerts, from a topic or from coredms: `RESULT_COLUMNS`; a report has no threshold (NaN)."""
    rows = (
        {
            **result,
            "level": result["pollution_level"],
            "start": result["window"]["start"],
            "end": result["window"]["end"],
        }
        for result in results
    )
    frame = pd.DataFrame(rows, columns=RESULT_COLUMNS)
    frame["start"], frame["end"] = _utc(frame["start"]), _utc(frame["end"])
    return frame.sort_values(["sensor_id", "pollution_type", "start"], ignore_index=True)


def quarantine_frame(entries: Iterable[Record]) -> pd.DataFrame:
    """Quarantined messages, one row for each reason of each: `QUARANTINE_COLUMNS`."""
    rows = ({**entry, "reason": reason} for entry in entries for reason in entry["reasons"])
    frame = pd.DataFrame(rows, columns=QUARANTINE_COLUMNS)
    frame["broker_time"] = _utc(frame["broker_time"])
    return frame


def batches_frame(progress: Iterable[Record]) -> pd.DataFrame:
    """The progress of an app, one row a batch: `BATCH_COLUMNS`, then every count the app let Spark observe."""
    batches = list(progress)
    frame = pd.DataFrame([_batch(batch) for batch in batches], columns=BATCH_COLUMNS)
    frame["started"], frame["watermark"] = _utc(frame["started"]), _utc(frame["watermark"])
    counts = pd.DataFrame([batch.get("observedMetrics", {}).get("counts", {}) for batch in batches])
    return frame.join(counts.astype("float64").fillna(0).astype("int64"))


def _batch(progress: Record) -> dict[str, Any]:
    state = progress.get("stateOperators", [])
    return {
        "query": progress["name"],
        "batch": progress["batchId"],
        "started": progress["timestamp"],
        "duration_ms": progress["durationMs"]["triggerExecution"],
        "messages": progress["numInputRows"],
        "watermark": progress.get("eventTime", {}).get("watermark"),
        "state_rows": sum(operator["numRowsTotal"] for operator in state),
        "dropped_rows": sum(operator["numRowsDroppedByWatermark"] for operator in state),
    }


def seen_apps_frame(observations: Iterable[Record]) -> pd.DataFrame:
    """What the monitor saw of apps, one row an app at a look: `SEEN_COLUMNS`, NaN where it does not run."""
    rows = [{**app, **(app["flow"] or {}), "at": seen["at"]} for seen in observations for app in seen["apps"]]
    frame = pd.DataFrame(rows, columns=SEEN_COLUMNS)
    frame["at"] = _utc(frame["at"])
    return frame.astype(dict.fromkeys([*FLOW_COLUMNS, "cpu_cores", "memory_mb"], "float64"))


def platform_alerts_frame(alerts: Iterable[Record]) -> pd.DataFrame:
    """Platform alerts, one row each: `PLATFORM_ALERT_COLUMNS`; `cleared_at` is NaT while one stands."""
    frame = pd.DataFrame(list(alerts), columns=PLATFORM_ALERT_COLUMNS)
    frame["raised_at"], frame["cleared_at"] = _utc(frame["raised_at"]), _utc(frame["cleared_at"])
    return frame


def _utc(times: pd.Series) -> pd.Series:
    return pd.to_datetime(times, format="ISO8601", utc=True, errors="coerce")
