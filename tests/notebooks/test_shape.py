"""Every notebook has the shape that CONTRIBUTING describes, and no rule of it is blind."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.notebooks.shape import NOTEBOOKS, Notebook, flaws

TITLE = "# Rain\n\n*What you'll do*: count drops. *Learn*: counting. *Need*: a roof. *Time*: 5 min."
PARAMETERS = "rate_per_s: int = 100  # drops per second"
NOTICE = "**What to notice**: drops fall. Go on with [the next](01_next.ipynb). " + "Prose outweighs code. " * 20


def cell(source: str, **metadata: Any) -> dict[str, Any]:
    return {"cell_type": "code", "source": source, "metadata": metadata, "outputs": [], "execution_count": None}


def prose(source: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "source": source, "metadata": {}}


def good_cells() -> list[dict[str, Any]]:
    return [prose(TITLE), cell(PARAMETERS, tags=["parameters"]), prose("Rain."), cell("import math"), prose(NOTICE)]


def written(folder: Path, cells: list[dict[str, Any]]) -> Notebook:
    (folder / "01_next.ipynb").write_text("{}")
    path = folder / "00_rain.ipynb"
    path.write_text(json.dumps({"cells": cells}))
    return Notebook(path)


@pytest.mark.parametrize("path", sorted(NOTEBOOKS.rglob("*.ipynb")), ids=lambda path: path.name)
def test_the_notebook_has_the_shape(path: Path) -> None:
    assert flaws(Notebook(path)) == []


def test_a_good_notebook_has_no_flaw(tmp_path: Path) -> None:
    assert flaws(written(tmp_path, good_cells())) == []


@pytest.mark.parametrize(
    ("position", "flawed", "told"),
    [
        (0, prose("Rain. What you'll do, learn, need; time."), "the first cell is not a title"),
        (0, prose("# Rain. What you'll do, learn; time."), "need is missing"),
        (1, cell(PARAMETERS), "not tagged parameters"),
        (1, cell("rate = 100", tags=["parameters"]), "a parameter is not"),
        (1, cell("rate_per_s: int = 100", tags=["parameters"]), "a parameter is not"),
        (1, cell(f"{PARAMETERS}\n" * 21, tags=["parameters"]), "a code cell of 21 lines"),
        (2, cell("1"), "no sentence announces"),
        (3, cell("1\n" * 13), "a code cell of 13 lines"),
        (3, cell("x = 1  # " + "#" * 2000), "of code"),
        (3, cell("class Drop: ..."), "a class: Drop"),
        (3, cell("def drop():\n    a = 1\n    b = 1\n    c = 1\n    d = 1\n    return 1"), "more than 5 lines: drop"),
        (3, cell("uri = 'mongodb://me'"), "a connection string"),
        (3, cell("kafka = 'broker:9092'"), "a connection string"),
        (3, cell("figure.update_layout(title='Rain')"), "plot styling"),
        (3, cell("1") | {"outputs": [{"text": "1"}]}, "outputs are committed"),
        (3, cell("1") | {"execution_count": 1}, "outputs are committed"),
        (4, prose(NOTICE.replace("What to notice", "Look")), "what to notice"),
        (4, prose(NOTICE.replace("01_next.ipynb", "01_gone.ipynb")), "01_gone.ipynb, which does not exist"),
        (4, prose(NOTICE.replace("01_next.ipynb", "00_rain.ipynb")), "no link to the next, 01_next.ipynb"),
    ],
)
def test_a_flaw_is_told(tmp_path: Path, position: int, flawed: dict[str, Any], told: str) -> None:
    cells = good_cells()
    cells[position] = flawed
    found = flaws(written(tmp_path, cells))
    assert any(told in flaw for flaw in found), found


def test_more_than_15_code_cells_are_told(tmp_path: Path) -> None:
    cells = [*good_cells(), *[part for _ in range(14) for part in (cell("1"), prose("One more."))]]
    assert flaws(written(tmp_path, cells)) == ["16 code cells"]
