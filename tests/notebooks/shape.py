"""The shape every notebook has (CONTRIBUTING, *Notebooks*): each rule yields what is wrong, in one sentence each."""

import ast
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

MAX_CODE_CELLS = 15
MAX_LINES = 12
MAX_PARAMETER_LINES = 20
MAX_FUNCTION_LINES = 5

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"

# `rate_per_s: int = 100  # measurements sent per second`
_PARAMETER = re.compile(r"\w+: [\w.\[\] |]+ = .+  # \S.+")
_LINK = re.compile(r"\]\(([^)#\s]+\.ipynb)")
_CONNECTION = re.compile(r"mongodb(\+srv)?://|spark://|localhost|127\.0\.0\.1|:\d{4,5}\b")
_STYLING = re.compile(r"\b(update_layout|update_traces|update_xaxes|update_yaxes)\b")
_INTRODUCTION = ("do", "learn", "need", "time")


class Notebook:
    """A notebook as its rules see it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.cells: list[dict[str, Any]] = json.loads(path.read_text())["cells"]
        self.code = [cell for cell in self.cells if cell["cell_type"] == "code"]

    @property
    def prose(self) -> str:
        return "\n".join(text_of(cell) for cell in self.cells if cell["cell_type"] == "markdown")

    @property
    def next_in_folder(self) -> str | None:
        """The notebook that a reader of this folder opens next."""
        names = sorted(path.name for path in self.path.parent.glob("*.ipynb"))
        later = names[names.index(self.path.name) + 1 :]
        return later[0] if later else None


def text_of(cell: dict[str, Any]) -> str:
    """The source of a cell, which the format keeps as one text or as lines."""
    source = cell["source"]
    return source if isinstance(source, str) else "".join(source)


def flaws(notebook: Notebook) -> list[str]:
    """Everything in which the notebook departs from the shape; empty when it has it."""
    return [flaw for rule in RULES for flaw in rule(notebook)]


def no_outputs(notebook: Notebook) -> Iterator[str]:
    if any(cell["outputs"] or cell["execution_count"] for cell in notebook.code):
        yield "outputs are committed"


def begins_with_title_and_introduction(notebook: Notebook) -> Iterator[str]:
    first_code = notebook.cells.index(notebook.code[0])
    opening = "\n".join(text_of(cell) for cell in notebook.cells[:first_code])
    if not opening.startswith("# "):
        yield "the first cell is not a title"
    for word in _INTRODUCTION:
        if not re.search(rf"\b{word}\b", opening, re.IGNORECASE):
            yield f"the introduction does not say what you will {', '.join(_INTRODUCTION)}: {word} is missing"


def parameters_first(notebook: Notebook) -> Iterator[str]:
    first = notebook.code[0]
    if "parameters" not in first["metadata"].get("tags", []):
        yield "the first code cell is not tagged parameters"
    for line in filter(str.strip, text_of(first).splitlines()):
        if not _PARAMETER.fullmatch(line):
            yield f"a parameter is not `name: type = value  # unit and meaning`: {line}"


def cells_are_few_and_short(notebook: Notebook) -> Iterator[str]:
    if len(notebook.code) > MAX_CODE_CELLS:
        yield f"{len(notebook.code)} code cells"
    for cell in notebook.code:
        lines = len([line for line in text_of(cell).splitlines() if line.strip()])
        if lines > (MAX_PARAMETER_LINES if cell is notebook.code[0] else MAX_LINES):
            yield f"a code cell of {lines} lines: {text_of(cell)[:60]!r}"


def prose_outweighs_code(notebook: Notebook) -> Iterator[str]:
    code = sum(len(text_of(cell)) for cell in notebook.code)
    if len(notebook.prose) < code:
        yield f"{len(notebook.prose)} characters of prose for {code} of code"


def every_cell_is_announced(notebook: Notebook) -> Iterator[str]:
    for before, cell in zip(notebook.cells, notebook.cells[1:], strict=False):
        if before["cell_type"] == cell["cell_type"] == "code":
            yield f"a code cell that no sentence announces: {text_of(cell)[:60]!r}"


def calls_and_shows_only(notebook: Notebook) -> Iterator[str]:
    for cell in notebook.code:
        for node in ast.walk(ast.parse(text_of(cell))):
            if isinstance(node, ast.ClassDef):
                yield f"a class: {node.name}"
            if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno >= MAX_FUNCTION_LINES:
                yield f"a function of more than {MAX_FUNCTION_LINES} lines: {node.name}"
        if found := _CONNECTION.search(text_of(cell)):
            yield f"a connection string: {found[0]}"
        if found := _STYLING.search(text_of(cell)):
            yield f"plot styling: {found[0]}"


def says_what_to_notice(notebook: Notebook) -> Iterator[str]:
    if "what to notice" not in notebook.prose.lower():
        yield "nowhere it says what to notice"


def leads_on(notebook: Notebook) -> Iterator[str]:
    links = _LINK.findall(notebook.prose)
    if notebook.next_in_folder and notebook.next_in_folder not in links:
        yield f"no link to the next, {notebook.next_in_folder}"
    for link in links:
        if not (notebook.path.parent / link).is_file():
            yield f"a link to {link}, which does not exist"


RULES: list[Callable[[Notebook], Iterator[str]]] = [
    no_outputs,
    begins_with_title_and_introduction,
    parameters_first,
    cells_are_few_and_short,
    prose_outweighs_code,
    every_cell_is_announced,
    calls_and_shows_only,
    says_what_to_notice,
    leads_on,
]
