"""Spark's progress of micro-batches, as documents."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from mysimbdp.documents import ProgressDocument


def progress_documents(run_id: str, app: str, batches: Iterable[dict[str, Any]]) -> Iterator[ProgressDocument]:
    """One document a batch, from what `finished_batches` gives; Spark's own words are kept in `raw`."""
    for batch in batches:
        state = batch["stateOperators"]
        yield ProgressDocument(
            _id=f"{run_id}/{app}/{batch['name']}/{batch['batchId']}",
            run_id=run_id,
            app=app,
            query=batch["name"],
            batch=batch["batchId"],
            started=_time(batch["timestamp"]),
            rows=batch["numInputRows"],
            input_rate_per_s=batch.get("inputRowsPerSecond"),
            processed_rate_per_s=batch.get("processedRowsPerSecond"),
            duration_ms=batch["durationMs"],
            state_rows=sum(operator["numRowsTotal"] for operator in state),
            state_bytes=sum(operator["memoryUsedBytes"] for operator in state),
            dropped_rows=sum(operator["numRowsDroppedByWatermark"] for operator in state),
            output_rows=batch["sink"].get("numOutputRows", -1),
            watermark=_time(batch["eventTime"]["watermark"]) if "watermark" in batch.get("eventTime", {}) else None,
            lag=_left_behind(batch["sources"][0]),
            counts=batch.get("observedMetrics", {}).get("counts", {}),
            raw=_storable(batch),
        )


def _time(iso: str) -> datetime:
    return datetime.fromisoformat(iso)


def _left_behind(source: dict[str, Any]) -> dict[str, int]:
    """Partition → messages that were there when the batch was cut and that it did not take."""
    latest, taken = source["latestOffset"] or {}, source["endOffset"]
    return {
        partition: offset - taken[topic][partition]
        for topic, partitions in latest.items()
        for partition, offset in partitions.items()
        if partition in taken.get(topic, {})
    }


def _storable(value: Any) -> Any:
    """The same with names that MongoDB and its tools take without complaint: no dots in keys."""
    if isinstance(value, dict):
        return {key.replace(".", "_"): _storable(child) for key, child in value.items()}
    if isinstance(value, list):
        return [_storable(child) for child in value]
    return value
