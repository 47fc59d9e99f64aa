"""Progress documents → one row a batch, and what the measured batches of a query amount to."""

import re
from collections.abc import Iterable
from typing import Any

import pandas as pd

from mysimbdp.documents import ProgressDocument

QUERY = ["run_id", "app", "query"]
BATCH_COLUMNS = [
    *QUERY, "batch", "started", "ended", "interval_s", "rows", "duration_ms",
    "state_rows", "state_bytes", "dropped_rows", "output_rows", "watermark", "lag",
]  # fmt: skip
OF_THEIR_RUN = ["experiment", "arm", "series", "point"]
RATES = ["input_rate_per_s", "processed_rate_per_s"]
_COPIED = (*QUERY, "batch", "started", "rows", "state_rows", "state_bytes", "dropped_rows", "output_rows", "watermark")
_WHOLE = "triggerExecution"


def batches_frame(progress: Iterable[ProgressDocument]) -> pd.DataFrame:
    """One row a batch, by query and start: `BATCH_COLUMNS`, then each part of its duration as `<part>_ms`.

    `duration_ms` is the whole batch (`triggerExecution`), `ended` its start plus that; `interval_s` is how long before
    it the query's last batch had begun, which is when its messages came in, and NaN for a first batch; `lag` is what it
    left behind in the topic, over all partitions.
    """
    rows = [_row(document) for document in progress]
    frame = pd.DataFrame(rows) if rows else pd.DataFrame(columns=BATCH_COLUMNS)
    for column in ("started", "watermark"):
        frame[column] = pd.to_datetime(frame[column], utc=True)
    frame["ended"] = frame["started"] + pd.to_timedelta(pd.to_numeric(frame["duration_ms"]), unit="ms")
    frame = frame.sort_values([*QUERY, "started"], ignore_index=True)
    frame["interval_s"] = frame.groupby(QUERY, dropna=False)["started"].diff().dt.total_seconds()
    return frame


def _row(document: ProgressDocument) -> dict[str, Any]:
    durations = document["duration_ms"]
    copied = {name: document[name] for name in _COPIED}  # type: ignore[literal-required]  # all are keys of progress
    own = copied | {
        "ended": None,
        "interval_s": None,
        "duration_ms": durations[_WHOLE],
        "lag": sum(document["lag"].values()),
    }
    parts = {f"{_snake_case(part)}_ms": ms for part, ms in durations.items() if part != _WHOLE}
    return {column: own[column] for column in BATCH_COLUMNS} | parts


def _snake_case(name: str) -> str:
    return re.sub(r"(?=[A-Z])", "_", name).lower()


def measured_batches(batches: pd.DataFrame, runs: pd.DataFrame) -> pd.DataFrame:
    """The batches that lie wholly in the measured interval of their run, with `OF_THEIR_RUN` beside them."""
    interval = ["measured_start", "measured_end"]
    joined = batches.merge(runs[["run_id", *OF_THEIR_RUN, *interval]], on="run_id")
    inside = (joined["started"] >= joined["measured_start"]) & (joined["ended"] <= joined["measured_end"])
    return joined[inside].drop(columns=interval).reset_index(drop=True)


def that_read(batches: pd.DataFrame) -> pd.DataFrame:
    """The batches of those queries that read a message at all: one without any partition has nothing to show."""
    read = batches.groupby(QUERY, dropna=False)["rows"].transform("sum")
    return batches[read > 0]


def query_summary(batches: pd.DataFrame) -> pd.DataFrame:
    """One row a run, app and query, of its measured batches.

    Rates are Σ rows ÷ Σ time, never a mean of rates: `input_rate_per_s` over the time in which the rows came in (Σ
    `interval_s`; NaN of a first batch alone), `processed_rate_per_s` over the time spent in batches (Σ
    `triggerExecution`).
    """
    filled = batches.dropna(subset=["interval_s"]).groupby(QUERY)[["rows", "interval_s"]].sum()
    found = batches.groupby(QUERY).agg(
        batches=("batch", "size"),
        rows=("rows", "sum"),
        busy_ms=("duration_ms", "sum"),
        batch_duration_ms=("duration_ms", "mean"),
        batch_duration_p50_ms=("duration_ms", "median"),
        rows_per_batch=("rows", "mean"),
        state_rows_max=("state_rows", "max"),
    )
    rates = found.assign(
        input_rate_per_s=filled["rows"] / filled["interval_s"],
        processed_rate_per_s=found["rows"] * 1000 / found["busy_ms"],
    )
    durations = ["batch_duration_ms", "batch_duration_p50_ms"]
    return rates[["batches", *RATES, *durations, "rows_per_batch", "state_rows_max"]].reset_index()


def run_rates(batches: pd.DataFrame) -> pd.DataFrame:
    """What the measured batches of all queries of a run amount to, by `run_id`.

    Queries of one app each read everything, so an app's rate is their mean; apps are added up. Of batch durations
    it is the mean and the median of all batches.
    """
    rates = query_summary(batches).groupby(["run_id", "app"])[RATES].mean().groupby("run_id").sum(min_count=1)
    pooled = batches.groupby("run_id").agg(
        batches=("batch", "size"),
        batch_duration_ms=("duration_ms", "mean"),
        batch_duration_p50_ms=("duration_ms", "median"),
        rows_per_batch=("rows", "mean"),
        state_rows_max=("state_rows", "max"),
    )
    return rates.join(pooled)
