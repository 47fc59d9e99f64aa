"""Notebooks run in batch with the parameters they declare, and with no other."""

import json
from pathlib import Path
from typing import Any

import pytest

from mysimbdp.errors import KitError, UsageError
from mysimbdp.execution import check_parameters, execute, own_parameters
from tests.reports.notebooks import written

PARAMETERS = """\
rate_per_s: float = 1.5  # measurements per second
count: int = 3  # how many
name: str = "a"  # of the run
fast: bool = False  # whether it hurries
"""


def outputs(notebook: Path) -> str:
    cells = json.loads(notebook.read_text())["cells"]
    return "".join("".join(out.get("text", [])) for cell in cells for out in cell.get("outputs", []))


def test_a_notebook_runs_in_its_own_folder_with_the_given_parameters(tmp_path: Path) -> None:
    notebook = written(tmp_path, "import os\nprint(rate_per_s, count, name, fast, os.getcwd())", parameters=PARAMETERS)
    execute(notebook, {"rate_per_s": 2, "fast": True}, tmp_path / "new" / "out.ipynb")
    assert outputs(tmp_path / "new" / "out.ipynb").strip() == f"2 3 a True {notebook.parent}"


def test_the_kernel_warns_of_nothing(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    execute(written(tmp_path, "1"), {}, tmp_path / "out.ipynb")
    assert "WARNING" not in capfd.readouterr().err


@pytest.mark.parametrize(
    ("parameters", "sentence"),
    [
        ({"rate": 2.0}, "The notebook notebook.ipynb has no parameter rate; it has rate_per_s, count, name, fast."),
        ({"count": 2.0}, "The parameter count of notebook.ipynb is of type int, not 2.0."),
        ({"count": True}, "The parameter count of notebook.ipynb is of type int, not True."),
        ({"rate_per_s": "2"}, "The parameter rate_per_s of notebook.ipynb is of type float, not '2'."),
        ({"name": 2}, "The parameter name of notebook.ipynb is of type str, not 2."),
        ({"fast": 1}, "The parameter fast of notebook.ipynb is of type bool, not 1."),
    ],
)
def test_a_parameter_that_does_not_fit_is_refused_before_anything_runs(
    tmp_path: Path, parameters: dict[str, Any], sentence: str
) -> None:
    notebook = written(tmp_path, "print(1)", parameters=PARAMETERS)
    with pytest.raises(UsageError) as refused:
        execute(notebook, parameters, tmp_path / "out.ipynb")
    assert str(refused.value) == sentence
    assert not (tmp_path / "out.ipynb").exists()


def test_a_notebook_without_parameters_takes_none(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="has no parameter count; it has none"):
        execute(written(tmp_path, "1"), {"count": 1}, tmp_path / "out.ipynb")


def test_a_notebook_tells_its_own_parameters_by_their_types(tmp_path: Path) -> None:
    text = f"{PARAMETERS}whole: float = 8  # seconds\n"
    own = own_parameters(written(tmp_path, "1", parameters=text))
    assert own == {"rate_per_s": 1.5, "count": 3, "name": "a", "fast": False, "whole": 8.0}
    assert isinstance(own["whole"], float)


def test_a_parameter_that_is_computed_is_refused(tmp_path: Path) -> None:
    notebook = written(tmp_path, "1", parameters="window_s: int = 5 * 60  # of a mean")
    with pytest.raises(UsageError, match=r"window_s of notebook.ipynb must be a plain value, not 5 \* 60"):
        own_parameters(notebook)


@pytest.mark.parametrize("content", ["rain", '{"cells": [', "{}"])
def test_what_is_no_notebook_is_told(tmp_path: Path, content: str) -> None:
    (tmp_path / "rain.ipynb").write_text(content)
    with pytest.raises(UsageError, match=r"rain\.ipynb is no notebook: Notebook .*"):
        check_parameters(tmp_path / "rain.ipynb", {})


def test_a_notebook_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"The notebook .*gone.ipynb does not exist"):
        execute(tmp_path / "gone.ipynb", {}, tmp_path / "out.ipynb")


def test_a_cell_that_fails_is_told_in_one_sentence_and_the_copy_has_the_rest(tmp_path: Path) -> None:
    notebook = written(tmp_path, "print('before')", "1 / 0", "print('after')")
    with pytest.raises(KitError, match=r"notebook.ipynb failed: ZeroDivisionError: division by zero \(see .*out.ipynb"):
        execute(notebook, {}, tmp_path / "out.ipynb")
    assert outputs(tmp_path / "out.ipynb").startswith("before")
    assert "after" not in outputs(tmp_path / "out.ipynb")
