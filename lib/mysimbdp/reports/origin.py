"""Where the numbers on a page come from: which runs, when, on which machine, with which versions."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from html import escape
from typing import Any

from nbformat import NotebookNode
from pydantic import BaseModel

from mysimbdp.documents import RunDocument

# Beside the table that a reader sees, a notebook keeps the same for the index of the report.
MIME = "application/vnd.mysimbdp.origin+json"
_CELL = '<td style="text-align: left">'


class Origin(BaseModel, frozen=True):
    """What is to be known of runs before their numbers are believed. A notebook shows it as a table."""

    source: str
    run_ids: list[str]
    first: datetime
    last: datetime
    machines: list[str]
    versions: list[str]
    revisions: list[str]

    @property
    def dates(self) -> str:
        """The day of the runs, or the first and the last one."""
        return " to ".join(dict.fromkeys(f"{at:%Y-%m-%d}" for at in (self.first, self.last)))

    def rows(self) -> list[tuple[str, str]]:
        """What there is to say, by name."""
        return [
            ("source", self.source),
            ("date", self.dates),
            ("machine", "; ".join(self.machines)),
            ("versions", "; ".join(self.versions)),
            ("git revision", ", ".join(self.revisions)),
        ]

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        plain = "\n".join(f"{name}: {value}" for name, value in [*self.rows(), ("runs", ", ".join(self.run_ids))])
        return {"text/plain": plain, "text/html": self._table(), MIME: self.model_dump(mode="json")}

    def _table(self) -> str:
        rows = [f"<tr><th>{name}</th>{_CELL}{escape(value)}</td></tr>" for name, value in self.rows()]
        runs = f"<details><summary>{len(self.run_ids)} runs</summary>{escape(', '.join(self.run_ids))}</details>"
        return f"<table>{''.join(rows)}<tr><th>runs</th>{_CELL}{runs}</td></tr></table>"


def origin_of(runs: Sequence[RunDocument], source: str) -> Origin:
    """The origin of what is drawn from `runs`, of which there is at least one; `source` says where they were found."""
    began = sorted(run["started_at"] for run in runs)
    return Origin(
        source=source,
        run_ids=[run["_id"] for run in runs],
        first=began[0],
        last=began[-1],
        machines=_different(_machine(run) for run in runs),
        versions=_different(", ".join(f"{name} {number}" for name, number in run["versions"].items()) for run in runs),
        revisions=_different(run["git_revision"] or "not known" for run in runs),
    )


def _machine(run: RunDocument) -> str:
    machine = run["machine"]
    return f"{machine['cpu']}, {machine['cores']} cores, {machine['memory_gb']:g} GB"


def _different(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(values))


def origin_in(notebook: NotebookNode) -> Origin | None:
    """The origin that an executed notebook shows, if it shows one."""
    outputs = (output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs)
    found = (output.data[MIME] for output in outputs if MIME in output.get("data", {}))
    return next((Origin.model_validate(content) for content in found), None)
