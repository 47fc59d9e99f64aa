"""A point runs in a process of its own; why it failed is one sentence, and nothing of it is left."""

import json
import re
from contextlib import closing
from pathlib import Path

import psutil

from mysimbdp.experiments.point_process import PointProcess, PointRun, trace_of
from mysimbdp.service.processes import find_by_token
from tests.reports.notebooks import written
from tests.service.conftest import wait_until

TOKEN = "token-of-the-tests-of-points"
PARAMETERS = 'name: str = "a"  # of somebody'
LEAVE_A_HELPER = "import subprocess\nhelper = subprocess.Popen(['sleep', '600'])"
TIMEOUT_S = 120.0


def point(folder: Path, *cells: str, name: str = "b") -> PointRun:
    notebook = written(folder, *cells, parameters=PARAMETERS)
    return PointRun("run-1", notebook, {"name": name}, folder / "executed" / "run-1.ipynb")


def execute_point(point: PointRun, token: str, timeout_s: float) -> str | None:
    """Why the point failed, if it did."""
    with closing(PointProcess(point, token)) as process:
        return process.wait(timeout_s)


def test_a_notebook_that_ends_well_has_no_failure_and_leaves_its_copy(tmp_path: Path) -> None:
    done = point(tmp_path, "print(f'hello {name}')")
    assert execute_point(done, TOKEN, TIMEOUT_S) is None
    assert "hello b" in done.executed.read_text()
    assert trace_of(done) is None


def test_a_cell_that_fails_is_told_in_one_line_and_its_traceback_is_kept(tmp_path: Path) -> None:
    failing = point(tmp_path, LEAVE_A_HELPER, "raise ValueError('first\\nsecond')")
    failure = execute_point(failing, TOKEN, TIMEOUT_S)
    assert failure == f"notebook.ipynb failed: ValueError: first second (see {failing.executed})."
    trace = trace_of(failing)
    assert trace
    assert "raise ValueError('first" in trace
    assert "\x1b" not in trace
    assert find_by_token(TOKEN) == []


def test_what_does_not_fit_the_notebook_is_told_in_its_own_words(tmp_path: Path) -> None:
    unfit = PointRun("run-1", written(tmp_path, "1", parameters=PARAMETERS), {"nam": 1}, tmp_path / "executed.ipynb")
    assert execute_point(unfit, TOKEN, TIMEOUT_S) == "The notebook notebook.ipynb has no parameter nam; it has name."
    assert trace_of(unfit) is None


def test_a_process_that_is_killed_is_told_and_its_helpers_are_gone(tmp_path: Path) -> None:
    killed = point(tmp_path, LEAVE_A_HELPER, "import os\nos.kill(os.getppid(), 9)\nhelper.wait()")
    assert execute_point(killed, TOKEN, TIMEOUT_S) == "Its process was killed by SIGKILL."
    assert find_by_token(TOKEN) == []


def test_a_notebook_that_hangs_is_ended(tmp_path: Path) -> None:
    hanging = point(tmp_path, LEAVE_A_HELPER, "helper.wait()")
    with closing(PointProcess(hanging, TOKEN)) as process:
        wait_until(lambda: "sleep" in map(psutil.Process.name, find_by_token(TOKEN)), "it hangs", timeout_s=TIMEOUT_S)
        failure = process.wait(timeout_s=0.1) or ""
    assert re.fullmatch(r"It was not done after \d+ s, and was ended\.", failure)
    assert find_by_token(TOKEN) == []
    assert json.loads(hanging.executed.read_text())["cells"]
