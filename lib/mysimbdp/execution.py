"""Notebooks executed in batch, with parameters that are checked first."""

import ast
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import papermill  # type: ignore[import-untyped]
from nbformat import ValidationError
from nbformat.reader import NotJSONError

from mysimbdp.errors import KitError, UsageError

# What a parameter may be, by the annotation in the notebook's parameters cell.
_FITS: dict[str, tuple[type, ...]] = {"int": (int,), "float": (float, int), "str": (str,), "bool": (bool,)}

# A kernel warns on standard error that it listens without encryption, on loopback; errors are still told.
_QUIET_KERNEL = ["--IPKernelApp.log_level=ERROR"]


def execute(notebook: Path, parameters: Mapping[str, object], target: Path) -> None:
    """Run a notebook from top to bottom, in its own folder and a kernel of its own; the executed copy is `target`.

    Where a cell fails, `target` holds everything up to it and its traceback.

    Raises:
        UsageError: there is no such notebook, or it has no such parameter or not of this type; nothing was run.
        KitError: a cell failed; the sentence says with what.
    """
    check_parameters(notebook, parameters)
    target.parent.mkdir(parents=True, exist_ok=True)
    # The kernel is told its folder. Papermill's own `cwd` would move this whole process, and its other threads with it.
    folder = {"metadata": {"path": str(notebook.parent)}}
    try:
        papermill.execute_notebook(
            str(notebook), str(target), dict(parameters), resources=folder, extra_arguments=_QUIET_KERNEL
        )
    except papermill.PapermillExecutionError as error:
        raise KitError(f"{notebook.name} failed: {error.ename}: {error.evalue} (see {target}).") from None


def check_parameters(notebook: Path, *wanted: Mapping[str, object]) -> None:
    """Compare names and types with the notebook's parameters cell: papermill itself only warns.

    Raises:
        UsageError: there is no such notebook, or one does not fit; the sentence names it and what there is.
    """
    declared = _declared(notebook)
    for parameters in wanted:
        for name, value in parameters.items():
            _refuse_misfit(notebook, declared, name, value)


def own_parameters(notebook: Path) -> dict[str, Any]:
    """What a notebook takes where nothing else is said, by name.

    Raises:
        UsageError: there is no such notebook, or a value of its parameters cell is computed.
    """
    return {name: _own(notebook, parameter) for name, parameter in _declared(notebook).items()}


def _declared(notebook: Path) -> dict[str, dict[str, Any]]:
    if not notebook.is_file():
        raise UsageError(f"The notebook {notebook} does not exist.")
    try:
        return dict(papermill.inspect_notebook(str(notebook)))
    except (NotJSONError, ValidationError) as error:
        raise UsageError(f"{notebook} is no notebook: {str(error).splitlines()[0]}") from None


def _refuse_misfit(notebook: Path, declared: Mapping[str, Mapping[str, Any]], name: str, value: object) -> None:
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


def _own(notebook: Path, declared: Mapping[str, Any]) -> Any:
    text = declared["default"]
    try:
        value = ast.literal_eval(text)
    except (SyntaxError, ValueError):
        name = declared["name"]
        raise UsageError(f"The parameter {name} of {notebook.name} must be a plain value, not {text}.") from None
    return float(value) if declared["inferred_type_name"] == "float" else value
