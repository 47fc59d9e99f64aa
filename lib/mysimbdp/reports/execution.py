"""Notebooks executed in batch, with parameters that are checked first."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import papermill  # type: ignore[import-untyped]

from mysimbdp.errors import KitError, UsageError

# What a parameter may be, by the annotation in the notebook's parameters cell.
_FITS: dict[str, tuple[type, ...]] = {"int": (int,), "float": (float, int), "str": (str,), "bool": (bool,)}


def execute(notebook: Path, parameters: Mapping[str, object], target: Path) -> None:
    """Run a notebook from top to bottom, in its own folder and a kernel of its own; the executed copy is `target`.

    Where a cell fails, `target` holds everything up to it and its traceback.

    Raises:
        UsageError: there is no such notebook, or it has no such parameter or not of this type; nothing was run.
        KitError: a cell failed; the sentence says with what.
    """
    if not notebook.is_file():
        raise UsageError(f"The notebook {notebook} does not exist.")
    check_parameters(notebook, parameters)
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        papermill.execute_notebook(str(notebook), str(target), dict(parameters), cwd=str(notebook.parent))
    except papermill.PapermillExecutionError as error:
        raise KitError(f"{notebook.name} failed: {error.ename}: {error.evalue} (see {target}).") from None


def check_parameters(notebook: Path, parameters: Mapping[str, object]) -> None:
    """Compare names and types with the notebook's parameters cell: papermill itself only warns.

    Raises:
        UsageError: one does not fit; the sentence names it and what there is.
    """
    declared: dict[str, dict[str, Any]] = papermill.inspect_notebook(str(notebook))
    for name, value in parameters.items():
        if name not in declared:
            known = ", ".join(declared) or "none"
            raise UsageError(f"The notebook {notebook.name} has no parameter {name}; it has {known}.")
        annotation = declared[name]["inferred_type_name"]
        if not _fits(value, annotation):
            raise UsageError(f"The parameter {name} of {notebook.name} is of type {annotation}, not {value!r}.")


def _fits(value: object, annotation: str) -> bool:
    if isinstance(value, bool):  # to Python, True is an int
        return annotation == "bool"
    return annotation not in _FITS or isinstance(value, _FITS[annotation])
