"""What an app counted, added up over its batches."""

import json
from collections import Counter
from pathlib import Path
from typing import Any


def observed_counts(app_dir: Path) -> dict[str, Counter[str]]:
    """The counts of every query of an app since it began: messages by fate, reasons, readings.

    `dropped_by_watermark` counts what Spark's own watermark dropped from the state (rows of a window, not readings)
    and `duplicates` what the option deduplicate left out.
    """
    total: dict[str, Counter[str]] = {}
    for progress in _batches(app_dir):
        counts = total.setdefault(progress["name"], Counter())
        observed = progress.get("observedMetrics", {}).get("counts", {})
        counts.update({name: count for name, count in observed.items() if count})
        counts["messages"] += progress["numInputRows"]
        for operator in progress["stateOperators"]:
            counts["dropped_by_watermark"] += operator["numRowsDroppedByWatermark"]
            counts["duplicates"] += operator["customMetrics"].get("numDroppedDuplicateRows", 0)
    return total


def _batches(app_dir: Path) -> list[dict[str, Any]]:
    """The progress of every batch once: one that was done again after a kill counts the last time."""
    batches = {}
    for line in (app_dir / "progress.jsonl").read_text().splitlines():
        progress = json.loads(line)
        batches[progress["name"], progress["batchId"]] = progress
    return list(batches.values())
