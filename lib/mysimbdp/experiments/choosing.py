"""Which runs a figure is made of: those of the newest sweep, and of the one before it that measured the same."""

from collections.abc import Iterable
from typing import Any

from mysimbdp.documents import RunDocument, RunStatus
from mysimbdp.metrics import point_of

_OVER = (RunStatus.COMPLETED, RunStatus.FAILED)


def chosen(runs: Iterable[RunDocument], profile: str = "", sweep: str = "") -> list[RunDocument]:
    """The runs of the newest sweep and, where there is one, of the newest before it that measured the same.

    The two are an A/A pair, which shows the noise: of one profile, with the same points, by the same code and versions
    on the same kind of machine. Runs that are not over are left out, as are those that were made
    again, so that a sweep that was resumed counts like one that was not, and those made by hand, outside of any sweep.

    Args:
        runs: of one experiment.
        profile: only sweeps of this profile; empty: of any.
        sweep: only this one, without its pair; empty: the newest.
    """
    fitting = [run for run in runs if run["profile"] == profile or not profile]
    sweeps = _by_sweep(run for run in fitting if run["sweep"] == sweep or not sweep)
    if not sweeps:
        return []
    newest, *earlier = sweeps
    pair = next((other for other in earlier if _measures_the_same(other, newest)), [])
    return [*newest, *pair]


def _by_sweep(runs: Iterable[RunDocument]) -> list[list[RunDocument]]:
    """The runs that count of each sweep by their order, the sweep that began last first."""
    found: dict[str, dict[int, RunDocument]] = {}
    for run in sorted(runs, key=lambda run: run["started_at"]):
        if run["sweep"] and run["status"] in _OVER:
            found.setdefault(run["sweep"], {})[run["order"]] = run
    sweeps = [[run for _, run in sorted(by_order.items())] for by_order in found.values()]
    return sorted(sweeps, key=lambda sweep: min(run["started_at"] for run in sweep), reverse=True)


def _measures_the_same(sweep: list[RunDocument], other: list[RunDocument]) -> bool:
    return all(same(sweep) == same(other) for same in (_conditions, _points))


def _conditions(sweep: list[RunDocument]) -> list[tuple[Any, ...]]:
    """What all runs of a sweep were made with; more than one where that has changed meanwhile."""
    found = []
    for run in sweep:
        machine = run["machine"]
        with_what = run["profile"], run["git_revision"], run["versions"], machine["cpu"], machine["cores"]
        if with_what not in found:
            found.append(with_what)
    return found


def _points(sweep: list[RunDocument]) -> set[tuple[str, str]]:
    return {(run["arm"], point_of(run)) for run in sweep}
