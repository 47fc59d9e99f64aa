"""Experiments, sweeps and runs as tables."""

from collections import Counter
from collections.abc import Iterable, Mapping

import pandas as pd
import typer
from rich.console import Console
from rich.table import Table

from mysimbdp.cli.sweep_bar import in_words
from mysimbdp.documents import SweepDocument
from mysimbdp.experiments.overview import Size

# Columns of the summary that are shown, by their heads.
_FIGURES = {
    "achieved/s": "achieved_rate_per_s",
    "processed/s": "processed_rate_per_s",
    "batch ms": "batch_duration_ms",
    "p50 ms": "processing_p50_ms",
    "p99 ms": "processing_p99_ms",
}
_LIMITS = {
    "drain rate/s": "drain_rate_per_s",
    "sustainable rate/s": "sustainable_rate_per_s",
    "lowest failed rate/s": "failed_rate_per_s",
    "core s per million": "core_s_per_million",
    "at messages/s": "prompt_rate_per_s",
    "p50 ms": "prompt_p50_ms",
    "p99 ms": "prompt_p99_ms",
}
MAX_WIDTH = 140


def show_sizes(sizes: Iterable[Size]) -> None:
    table = Table("experiment", "title", "profile", "points", "runs", "takes about", box=None)
    for size in sizes:
        counts = (str(size.points), str(size.runs), in_words(size.expected_s))
        table.add_row(size.spec.experiment, size.spec.title, size.profile, *counts)
    _print(table)


def show_sweeps(found: Iterable[tuple[SweepDocument, Counter[str]]]) -> None:
    table = Table("sweep", "began (UTC)", "runs", box=None)
    for sweep, statuses in found:
        counts = ", ".join(f"{count} {status}" for status, count in sorted(statuses.items()))
        table.add_row(sweep["_id"], f"{sweep['started_at']:%Y-%m-%d %H:%M:%S}", counts)
    _print(table)


def show_outcomes(outcomes: pd.DataFrame) -> None:
    """Every planned run with its key figures, and below, why some are no valid points."""
    table = Table("run", "arm", "point", "status", "valid", *_FIGURES, box=None)
    for _, run in outcomes.iterrows():
        figures = [_figure(run[column]) for column in _FIGURES.values()]
        valid = "yes" if run["valid"] else "no"
        table.add_row(str(run["order"]), run["arm"], _point(run), run["status"], valid, *figures)
    _print(table)
    for _, run in outcomes[outcomes["invalid_reason"].notna()].iterrows():
        typer.echo(f"{run['run_id']}: {run['invalid_reason']}")


def show_limits(by_arm: Mapping[str, Mapping[str, float | None]]) -> None:
    """The limits that a search has found for each arm; nothing where there was none."""
    if not by_arm:
        return
    table = Table("arm", *_LIMITS, box=None)
    for arm, limits in by_arm.items():
        table.add_row(arm, *(_figure(limits[column]) for column in _LIMITS.values()))
    _print(table)


def _point(run: "pd.Series[str]") -> str:
    return f"{run['label']} ({run['series']})" if run["series"] else str(run["label"])


def _figure(value: float | None) -> str:
    return "" if value is None or pd.isna(value) else f"{value:,.0f}" if abs(value) >= 10 else f"{value:.2f}"


def _print(table: Table) -> None:
    Console(markup=False, width=None if Console().is_terminal else MAX_WIDTH).print(table)
