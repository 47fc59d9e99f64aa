"""Histograms of latencies become the distribution of each run and kind."""

from typing import Any

from mysimbdp.documents import LatencyDocument
from mysimbdp.metrics import histograms_frame


def document(kind: str, *counts: int) -> LatencyDocument:
    steps = [{"up_to_ms": 10.0 * number, "count": count} for number, count in enumerate(counts, start=1)]
    percentiles: dict[str, Any] = dict.fromkeys(("p50_ms", "p95_ms", "p99_ms", "max_ms"), 0.0)
    named: dict[str, Any] = {"_id": f"r/{kind}", "run_id": "r", "kind": kind, "count": sum(counts)}
    document: LatencyDocument = {**named, **percentiles, "histogram": steps}  # type: ignore[typeddict-item]
    return document


def test_each_step_says_which_share_of_its_run_and_kind_took_at_most_so_long() -> None:
    frame = histograms_frame([document("processing", 1, 2, 1), document("event_time", 5)])
    found = frame.groupby("kind")["share_within"].apply(list).to_dict()
    assert found == {"event_time": [1.0], "processing": [0.25, 0.75, 1.0]}


def test_no_latencies_are_an_empty_frame() -> None:
    assert histograms_frame([]).empty
