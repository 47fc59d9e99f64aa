"""A progress bar for a producer, on a terminal and in a notebook."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

NOTEBOOK_REFRESH_S = 0.2


@contextmanager
def progress_bar(description: str) -> Iterator[Callable[[int, int], None]]:
    """Show a bar while the block runs; yields what `produce` takes as its `progress`."""
    console = Console(stderr=True)  # scripts read stdout
    if console.is_jupyter:
        yield _NotebookBar(description)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as bar:
        task = bar.add_task(description, total=None)
        yield lambda acknowledged, total: bar.update(task, completed=acknowledged, total=total)


class _NotebookBar:
    """A bar in plain HTML: the one that rich draws is a widget, of which an exported page shows nothing."""

    def __init__(self, description: str) -> None:
        from IPython.display import display  # here, because a command line need not wait for its import

        self._description = description
        self._acknowledged, self._total = 0, 1
        self._shown_s = time.monotonic()
        self._display = display(self, display_id=True)  # type: ignore[no-untyped-call]  # IPython's own

    def __call__(self, acknowledged: int, total: int) -> None:
        self._acknowledged, self._total = acknowledged, total
        if acknowledged == total or time.monotonic() - self._shown_s > NOTEBOOK_REFRESH_S:
            self._shown_s = time.monotonic()
            self._display.update(self)

    def __repr__(self) -> str:
        return f"{self._description}: {self._acknowledged:,} of {self._total:,}"

    def _repr_html_(self) -> str:
        return f'<progress value="{self._acknowledged}" max="{self._total}"></progress> {self!r}'
