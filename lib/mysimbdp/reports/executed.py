"""Executed notebooks as an index sees them, and which of the many that experiments leave behind belong in a report."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode, ValidationError
from nbformat.reader import NotJSONError

from mysimbdp.reports.origin import Origin, origin_in
from mysimbdp.reports.page import title_of


@dataclass(frozen=True)
class Executed:
    """A notebook that was executed in batch."""

    path: Path
    content: NotebookNode

    @property
    def notebook(self) -> str:
        """The name of what was executed; the copies of experiments are named after their runs."""
        return Path(self._papermill["input_path"]).stem

    @property
    def arm(self) -> str:
        """The arm it was executed with, where it has arms."""
        return str(self._papermill["parameters"].get("arm", ""))

    @property
    def ended(self) -> str:
        """When it ended, ISO 8601 in UTC; empty where it did not come to its end."""
        failed = self._papermill["exception"]
        return "" if failed else str(self._papermill["end_time"] or "")

    @property
    def title(self) -> str:
        """The first heading, with the arm."""
        heading = title_of(self.content) or self.notebook
        return f"{heading} ({self.arm})" if self.arm else heading

    @property
    def about(self) -> str:
        """The paragraph below the title."""
        paragraphs = (line for line in self._opening if line and not line.startswith("#"))
        return next(paragraphs, "").replace("**", "").replace("`", "")

    @property
    def origin(self) -> Origin | None:
        """The runs that its numbers come from, where it shows them."""
        return origin_in(self.content)

    @property
    def _opening(self) -> list[str]:
        text = (cell.source for cell in self.content.cells if cell.cell_type == "markdown")
        return str(next(text, "")).splitlines()

    @property
    def _papermill(self) -> dict[str, Any]:
        return dict(self.content.metadata.papermill)


def read_executed(path: Path) -> Executed:
    """The executed notebook of this path."""
    return Executed(path, nbformat.read(path, as_version=4))  # type: ignore[no-untyped-call]  # nbformat is typed in part


def newest_by_arm(folder: Path) -> list[Executed]:
    """Of the notebooks in `folder`, a folder a sweep, the newest of each name and arm that came to its end.

    What a kill left half written, or papermill did not write, is passed over.
    """
    ended = [executed for executed in _readable(folder.glob("*/*.ipynb")) if executed.ended]
    newest = {(executed.notebook, executed.arm): executed for executed in sorted(ended, key=lambda each: each.ended)}
    return [newest[key] for key in sorted(newest)]


def _readable(paths: Iterable[Path]) -> Iterator[Executed]:
    """Those that papermill wrote to their end."""
    for path in paths:
        with suppress(NotJSONError, ValidationError, UnicodeDecodeError):
            executed = read_executed(path)
            if "papermill" in executed.content.metadata:
                yield executed
