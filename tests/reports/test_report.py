"""A report holds the figures that were executed, and of the experiments the newest notebook of each arm."""

import json
from pathlib import Path
from shutil import copytree

import pytest

from mysimbdp.errors import KitError, UsageError
from mysimbdp.execution import execute
from mysimbdp.reports.executed import newest_by_arm
from mysimbdp.reports.figures import execute_figures, figure_notebooks
from mysimbdp.reports.report import make_report
from tests.reports.notebooks import written

PARAMETERS = 'arm: str = "kit"  # of the run\nrun_id: str = ""  # of the run'


@pytest.fixture(scope="module")
def experiments(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Executed copies of one notebook: two of an arm, one of another, and one that failed."""
    folder = tmp_path_factory.mktemp("experiments")
    notebook = written(folder, "assert run_id != 'broken'", parameters=PARAMETERS)
    for sweep, run_id, arm in (("1", "old", "kit"), ("2", "new", "kit"), ("1", "other", "published")):
        execute(notebook, {"arm": arm, "run_id": run_id}, folder / "executed" / sweep / f"{run_id}.ipynb")
    with pytest.raises(KitError):
        execute(notebook, {"run_id": "broken"}, folder / "executed" / "2" / "broken.ipynb")
    return folder / "executed"


def test_of_an_experiment_the_newest_notebook_of_each_arm_that_came_to_its_end_is_taken(experiments: Path) -> None:
    assert [executed.path.stem for executed in newest_by_arm(experiments)] == ["new", "other"]


def test_what_is_no_executed_notebook_is_passed_over(experiments: Path, tmp_path: Path) -> None:
    sweep = copytree(experiments, tmp_path / "executed") / "2"
    whole = (sweep / "new.ipynb").read_text()
    (sweep / "half.ipynb").write_text(whole[: len(whole) // 2])
    (sweep / "empty.ipynb").write_text("{}")
    by_hand = json.loads(whole)
    del by_hand["metadata"]["papermill"]
    (sweep / "by_hand.ipynb").write_text(json.dumps(by_hand))
    assert [executed.path.stem for executed in newest_by_arm(sweep.parent)] == ["new", "other"]


def test_a_report_has_an_index_that_says_what_each_page_is(experiments: Path, tmp_path: Path) -> None:
    pages = make_report(reports=tmp_path, experiments=experiments)
    assert [page.file for page in pages] == ["experiment_notebook_kit.html", "experiment_notebook_published.html"]
    assert all((tmp_path / page.file).is_file() for page in pages)
    assert "A title (published)" in (tmp_path / "index.html").read_text()


def test_code_is_hidden_on_every_page_where_that_is_asked_for(experiments: Path, tmp_path: Path) -> None:
    for hidden in (False, True):
        page = make_report(hidden, tmp_path, experiments)[0].file
        assert ("run_id" in (tmp_path / page).read_text()) is not hidden


def test_a_report_of_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KitError, match="run `mysimbdp figures` first"):
        make_report(reports=tmp_path, experiments=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_figure_that_there_is_not_is_refused_with_those_there_are() -> None:
    with pytest.raises(UsageError, match=r"There is no figure sped; there are ablation, .*spikes\."):
        figure_notebooks(["speed", "sped"])


def test_figures_are_found_by_name_in_the_order_asked_for() -> None:
    assert [path.name for path in figure_notebooks(["speed", "latency"])] == [
        "figure_speed.ipynb",
        "figure_latency.ipynb",
    ]


def test_a_figure_that_fails_does_not_keep_the_others_back(tmp_path: Path) -> None:
    (tmp_path / "bad").mkdir()
    broken, good = written(tmp_path / "bad", "1 / 0"), written(tmp_path, "1 + 1")
    told: list[str] = []
    with pytest.raises(KitError, match="ZeroDivisionError"):
        execute_figures([broken, good.rename(tmp_path / "good.ipynb")], told.append, tmp_path / "out")
    assert [line[:8] for line in told] == ["1 of 2: ", "2 of 2: "]
    assert {line[8:] for line in told} == {"notebook.ipynb", "good.ipynb"}
    assert json.loads((tmp_path / "out" / "good.ipynb").read_text())["cells"][-1]["outputs"]


def test_figures_that_are_drawn_at_once_leave_this_process_where_it_is(tmp_path: Path) -> None:
    here = Path.cwd()
    for number, seconds in enumerate((0.1, 1.0)):
        (tmp_path / str(number)).mkdir()
        notebook = written(tmp_path / str(number), f"import time\ntime.sleep({seconds})")
        notebook.rename(tmp_path / str(number) / f"{number}.ipynb")
    execute_figures([tmp_path / "0" / "0.ipynb", tmp_path / "1" / "1.ipynb"], lambda _: None, tmp_path / "out")
    assert Path.cwd() == here
