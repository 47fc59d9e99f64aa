"""Latency documents → the percentiles of each run."""

from collections.abc import Iterable

import pandas as pd

from mysimbdp.documents import LatencyDocument

_PERCENTILES = ("p50_ms", "p95_ms", "p99_ms", "max_ms")
LATENCY_COLUMNS = [f"{kind}_{name}" for kind in ("processing", "event_time") for name in _PERCENTILES]


def latency_percentiles(latencies: Iterable[LatencyDocument]) -> pd.DataFrame:
    """`LATENCY_COLUMNS` by `run_id`."""
    rows: dict[str, dict[str, float]] = {}
    for document in latencies:
        found = {f"{document['kind']}_{name}": document[name] for name in _PERCENTILES}  # type: ignore[literal-required]
        rows.setdefault(document["run_id"], {}).update(found)
    return pd.DataFrame.from_dict(rows, orient="index", columns=LATENCY_COLUMNS)
