"""Controls for whoever sits before a notebook; where it is executed in batch, what they show at first."""

from collections.abc import Callable
from typing import Any

from IPython import get_ipython
from IPython.display import display
from ipywidgets import interact  # type: ignore[import-untyped]  # it ships no types


def explore(draw: Callable[..., Any], **controls: Any) -> None:
    """Show what `draw` returns for its own defaults, with controls that draw it anew when they are moved.

    Without controls where nobody could move them: an execution in batch may wait for a widget for ever (nbclient #312).

    Args:
        draw: a function with a default for each of its parameters.
        controls: by parameter, as `ipywidgets.interact` takes them: (least, most, step) of a slider, a list of choices.
    """
    if _is_attended():
        for control in interact(draw, **controls).widget.kwargs_widgets:
            control.style = {"description_width": "initial"}  # else long names are cut off
    else:
        display(draw())  # type: ignore[no-untyped-call]  # IPython's own


def _is_attended() -> bool:
    """Whether the cell that runs came from a front end that passes questions on, which none in batch does."""
    kernel = getattr(get_ipython(), "kernel", None)
    return kernel is not None and bool(kernel.get_parent("shell").get("content", {}).get("allow_stdin"))
