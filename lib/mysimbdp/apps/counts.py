"""What an app counted, added up over its batches."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mysimbdp.apps.progress import each_batch

ENOUGH_MESSAGES = 100  # of fewer, half may be bad by chance


def observed_counts(app_dir: Path) -> dict[str, Counter[str]]:
    """The counts of every query of an app since it began: messages by fate, reasons, readings.

    `dropped_by_watermark` counts what Spark's own watermark dropped from the state (rows of a window, not readings)
    and `duplicates` what the option deduplicate left out.
    """
    by_batch = {(batch["name"], batch["batchId"]): _counts_of(batch) for batch in each_batch(app_dir)}
    total: dict[str, Counter[str]] = {}
    for (query, _), counts in by_batch.items():
        total.setdefault(query, Counter()).update(counts)
    return total


def _counts_of(batch: Mapping[str, Any]) -> dict[str, int]:
    """Small beside the progress that it is taken from: of an app that has run for days there are a million."""
    observed = batch.get("observedMetrics", {}).get("counts", {})
    operators = batch["stateOperators"]
    return {
        **{name: count for name, count in observed.items() if count},
        "messages": batch["numInputRows"],
        "dropped_by_watermark": sum(operator["numRowsDroppedByWatermark"] for operator in operators),
        "duplicates": sum(operator["customMetrics"].get("numDroppedDuplicateRows", 0) for operator in operators),
    }


def alert_for(counts: Mapping[str, int]) -> str | None:
    """What somebody must be told about these counts: that a producer has changed, not a message gone wrong."""
    messages, flawed = counts.get("messages", 0), counts.get("flawed", 0)
    if messages >= ENOUGH_MESSAGES and flawed > messages / 2:
        found = f"{flawed:,} of {messages:,} messages are bad"
        return f"{found}, so a producer has changed; look at `mysimbdp consume quarantine`"
    return None


def in_words(counts: Mapping[str, int]) -> str:
    """The counts of one query as a clause: messages first, then all that is not zero."""
    others = (f"{name.replace('_', ' ')} {count:,}" for name, count in counts.items() if count and name != "messages")
    return ", ".join([f"{counts['messages']:,} messages", *others])
