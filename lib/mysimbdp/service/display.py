"""Where progress is shown: one console, so that a bar and a line of steps do not write over each other.

On stderr, because scripts read stdout.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import escape

from rich.console import Console

CONSOLE = Console(stderr=True)


@contextmanager
def status_line(text: str) -> Iterator[Callable[[str], None]]:
    """A line that says what is being done, on a terminal or in a notebook, and is gone afterwards.

    Yields what changes it.
    """
    if CONSOLE.is_jupyter:
        line = _NotebookLine(text)
        try:
            yield line.tell
        finally:
            line.tell("")
    else:
        with CONSOLE.status(text) as status:
            yield status.update


class _NotebookLine:
    """A line in plain HTML: the one that rich draws is a widget, which an execution in batch may wait for in vain."""

    def __init__(self, text: str) -> None:
        from IPython.display import display  # here, because a command line need not wait for its import

        self._text = text
        self._display = display(self, display_id=True)  # type: ignore[no-untyped-call]  # IPython's own

    def tell(self, text: str) -> None:
        self._text = text
        self._display.update(self)

    def __repr__(self) -> str:
        return self._text

    def _repr_html_(self) -> str:
        return f"<i>{escape(self._text)}</i>"
