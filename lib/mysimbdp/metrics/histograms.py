"""Latency documents → the distribution of each run."""

from collections.abc import Iterable

import pandas as pd

from mysimbdp.documents import LatencyDocument

HISTOGRAM_COLUMNS = ["run_id", "kind", "up_to_ms", "count", "share_within"]


def histograms_frame(latencies: Iterable[LatencyDocument]) -> pd.DataFrame:
    """One row a step of a run's histogram, ascending; `share_within` of its readings took at most `up_to_ms`."""
    rows = [
        {"run_id": document["run_id"], "kind": document["kind"], **step}
        for document in latencies
        for step in document["histogram"]
    ]
    frame = (
        pd.DataFrame(rows, columns=HISTOGRAM_COLUMNS)
        .astype({"count": float})
        .sort_values(["run_id", "kind", "up_to_ms"])
    )
    each = frame.groupby(["run_id", "kind"])["count"]
    return frame.assign(share_within=each.cumsum() / each.transform("sum")).reset_index(drop=True)
