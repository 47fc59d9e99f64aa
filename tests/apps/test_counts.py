"""Counts over batches, and what they should make somebody look at."""

import json
from pathlib import Path
from typing import Any

import pytest

from mysimbdp.apps.counts import alert_for, in_words, observed_counts


def batch(number: int, accepted: int, query: str = "analytics") -> dict[str, Any]:
    return {
        "name": query,
        "batchId": number,
        "numInputRows": accepted,
        "observedMetrics": {"counts": {"accepted": accepted, "late": None}},
        "stateOperators": [{"numRowsDroppedByWatermark": 1, "customMetrics": {"numDroppedDuplicateRows": 2}}],
    }


def test_counts_add_up_over_batches_and_a_batch_done_again_counts_once(tmp_path: Path) -> None:
    batches = [batch(0, 5), batch(1, 7), batch(1, 7), batch(0, 9, query="other")]
    (tmp_path / "progress.jsonl").write_text("\n".join(map(json.dumps, batches)))
    counts = observed_counts(tmp_path)
    assert counts["analytics"] == {"accepted": 12, "messages": 12, "dropped_by_watermark": 2, "duplicates": 4}
    assert counts["other"]["messages"] == 9
    assert in_words(counts["other"]) == "9 messages, accepted 9, dropped by watermark 1, duplicates 2"


def test_an_app_without_a_batch_has_counted_nothing(tmp_path: Path) -> None:
    assert observed_counts(tmp_path) == {}


@pytest.mark.parametrize(
    ("messages", "flawed", "raised"),
    [(99, 99, False), (100, 50, False), (100, 51, True), (1_000_000, 500_001, True), (0, 0, False)],
)
def test_more_than_half_bad_of_at_least_a_hundred_messages_is_an_alert(
    messages: int, flawed: int, raised: bool
) -> None:
    assert bool(alert_for({"messages": messages, "flawed": flawed})) == raised
