"""Run documents → one row a run: what was varied, what was sent, whether the run is a valid point."""

from collections.abc import Iterable, Iterator
from typing import Any

import pandas as pd

from mysimbdp.documents import RunDocument, RunStatus

MIN_ACHIEVED_SHARE = 0.99  # of the offered rate; a run below it has measured its producer
KINDS = ("wrong_type", "missing", "extra")

_OF_RUN = (
    "experiment", "sweep", "profile", "arm", "series", "repetition", "order", "status", "started_at",
    "latency_objective_s",
)  # fmt: skip
_PRODUCED = ["offered", "acknowledged", "offered_rate_per_s", "achieved_rate_per_s"]
_DELIVERED = [f"delivered_{kind}" for kind in KINDS]
_VERIFIED = ["lost", "late", "passed"]
_MEASURED = ["steady", "warm_up_s", "warm_up_batches", "measured_start", "measured_end"]
RUN_COLUMNS = ["run_id", *_OF_RUN, "point", *_PRODUCED, *_DELIVERED, *_VERIFIED, *_MEASURED, "valid", "invalid_reason"]


def runs_frame(runs: Iterable[RunDocument]) -> pd.DataFrame:
    """One row a run, in their order: `RUN_COLUMNS`, then every parameter of the notebooks by its name.

    `point` says in words what the run is a repetition of; `delivered_…` are shares of the acknowledged messages.
    A run is `valid` if it COMPLETED, something was left of it after the warm-up, the producer achieved
    `MIN_ACHIEVED_SHARE` of the offered rate, and its results passed verification; `invalid_reason` says what it lacks.
    """
    rows = [_row(run) for run in runs]
    frame = pd.DataFrame(rows) if rows else pd.DataFrame(columns=RUN_COLUMNS)
    for column in ("started_at", "measured_start", "measured_end"):
        frame[column] = pd.to_datetime(frame[column], utc=True)
    return frame.astype({"valid": bool, "passed": bool, "steady": bool})


def _row(run: RunDocument) -> dict[str, Any]:
    reason = invalid_reason(run)
    own = {
        "run_id": run["_id"],
        **{name: run[name] for name in _OF_RUN},  # type: ignore[literal-required]  # all of them are keys of a run
        "point": point_of(run),
        **_produced(run),
        **_verified(run),
        **_measured(run),
        "valid": reason is None,
        "invalid_reason": reason,
    }
    return own | {name: value for name, value in run["parameters"].items() if name not in own}


def point_of(run: RunDocument) -> str:
    """What a run measured, in words: runs of the same experiment, arm and point differ by chance only."""
    varied = {name: value for name, value in run["parameters"].items() if name not in ("arm", "seed")}
    return ", ".join(f"{name}={_plain(value)}" for name, value in sorted(varied.items()))


def _plain(value: Any) -> str:
    """A value as text, the same for 100 and 100.0: YAML, papermill and JSON do not tell them apart alike."""
    return f"{value:.10g}" if isinstance(value, float | int) and not isinstance(value, bool) else str(value)


def _produced(run: RunDocument) -> dict[str, Any]:
    sent = run.get("producer")
    if sent is None:
        return dict.fromkeys([*_PRODUCED, *_DELIVERED])
    acknowledged, delivered = sent["acknowledged"], sent["delivered"]
    shares = {f"delivered_{kind}": delivered[kind] / acknowledged if acknowledged else None for kind in KINDS}
    return {
        "offered": sent["offered"],
        "acknowledged": acknowledged,
        "offered_rate_per_s": sent["rate_per_s"],
        "achieved_rate_per_s": sent["achieved_rate_per_s"],
        **shares,
    }


def _verified(run: RunDocument) -> dict[str, Any]:
    found = run.get("verification")
    if found is None:
        return {"lost": None, "late": None, "passed": False}
    return {"lost": found["lost"], "late": found["late"], "passed": found["passed"]}


def _measured(run: RunDocument) -> dict[str, Any]:
    interval = run.get("measured")
    if interval is None:
        return dict.fromkeys(_MEASURED) | {"steady": False}
    return {
        "steady": interval["steady"],
        "warm_up_s": interval["warm_up_s"],
        "warm_up_batches": interval["warm_up_batches"],
        "measured_start": interval["start"],
        "measured_end": interval["end"],
    }


def invalid_reason(run: RunDocument) -> str | None:
    """Why the run is no valid point, in a clause; None where it is one."""
    if run["status"] != RunStatus.COMPLETED:
        return run["reason"] or f"it is {run['status']}"
    if "drains" in run:  # it had many loads, and says of each how it was
        return _of_verification(run)
    if "measured" not in run:
        return "nothing was left of it after the warm-up"
    return _of_producer(run) or _of_verification(run)


def parts_of_valid(runs: Iterable[RunDocument], field: str) -> Iterator[tuple[RunDocument, Any]]:
    """Each entry of a list that is a field of some runs, with its run; of valid runs alone."""
    for run in runs:
        if invalid_reason(run) is None:
            for part in run.get(field, ()):  # type: ignore[attr-defined]  # the field is a list
                yield run, part


def _of_producer(run: RunDocument) -> str | None:
    sent = run.get("producer")
    if sent is None:
        return "it has no producer's summary"
    offered, achieved = sent["rate_per_s"], sent["achieved_rate_per_s"]
    if offered is None or achieved < MIN_ACHIEVED_SHARE * offered:
        return f"the producer achieved {achieved:g} of {offered or 0:g} messages/s"
    return None


def _of_verification(run: RunDocument) -> str | None:
    found = run.get("verification")
    if found is None:
        return "its results were not verified"
    if not found["passed"]:
        counts = f"{found['differences']} differences, {found['lost']} lost, {found['late']} late"
        return f"its results are not those of the independent computation ({counts})"
    return None


def by_kind(runs: pd.DataFrame) -> pd.DataFrame:
    """The runs by the kind of wrong data in them: added are `kind`, `share` as requested and, if known, `delivered`.

    A run with several kinds has a row for each; one without any has a row for every kind, as where its line begins.
    """
    clean = runs[list(KINDS)].eq(0).all(axis="columns")
    rows = [
        runs.assign(kind=kind, share=runs[kind], delivered=runs.get(f"delivered_{kind}"))[clean | (runs[kind] > 0)]
        for kind in KINDS
    ]
    return pd.concat(rows, ignore_index=True)
