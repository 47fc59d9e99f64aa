"""The commands about experiments: what cannot be run is told before anything starts, what was run is shown."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from mysimbdp.service.platform import Platform
from mysimbdp.settings import load_settings
from tests.cli.conftest import Command
from tests.cli.test_failures import NOBODY, assert_one_sentence
from tests.experiments.tiny import tiny_spec

MYSIMBDP = str(Path(sys.executable).with_name("mysimbdp"))


def assert_nothing_was_started() -> None:
    assert Platform(load_settings()).processes() == {}


@pytest.mark.usefixtures("no_instance")
@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("behaviour:", "behavior:", ["no parameter behavior", "tiny.yml"]),
        ("complete", "7", ["behaviour", "of type str, not 7"]),
        ("- kit", "- kitt", ["There is no arm kitt", "tiny.yml"]),
        ("notebook.ipynb", "gone.ipynb", ["gone.ipynb does not exist", "tiny.yml"]),
        ("title: Tiny", "title: [Tiny", ["tiny.yml, line"]),
        ("title: Tiny", "titel: Tiny", ["the key titel is unknown", "tiny.yml"]),
        ("quick", "full", ["no profile quick", "tiny.yml"]),
    ],
)
def test_a_spec_that_does_not_fit_is_one_sentence_and_nothing_is_started(
    command: Command, tmp_path: Path, before: str, after: str, words: list[str]
) -> None:
    spec = tiny_spec(tmp_path, "complete")
    assert before in spec.read_text()
    spec.write_text(spec.read_text().replace(before, after))
    assert_one_sentence(command("experiment", "run", spec), 2, *words)
    assert_nothing_was_started()


@pytest.mark.usefixtures("no_instance")
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["run", "snow"], ["There is no experiment snow", "speed"]),
        (["show", "snow"], ["There is no experiment snow", "speed"]),
        (["run", "SPEC", "--arm", "published"], ["no point of the arm published"]),
        (["run", "SPEC", "--profile", "slow"], ["no profile slow"]),
    ],
)
def test_what_there_is_not_is_told(command: Command, tmp_path: Path, arguments: list[str], words: list[str]) -> None:
    spec = str(tiny_spec(tmp_path, "complete"))
    assert_one_sentence(command("experiment", *(spec if word == "SPEC" else word for word in arguments)), 2, *words)
    assert_nothing_was_started()


@pytest.mark.usefixtures("no_instance")
@pytest.mark.parametrize(
    ("variable", "value"), [("MYSIMBDP_MONGODB", f"mongodb://{NOBODY}/"), ("MYSIMBDP_KAFKA", NOBODY)]
)
def test_a_service_that_does_not_answer_is_told_before_anything_is_started(
    command: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    assert_one_sentence(command("experiment", "run", tiny_spec(tmp_path, "complete")), 1, NOBODY)
    assert_nothing_was_started()


@pytest.mark.usefixtures("no_instance")
def test_the_list_has_every_experiment_with_its_size_also_where_nothing_runs(command: Command) -> None:
    told = command("experiment", "list").stdout
    for name in ("speed", "error_rate", "parallelism"):
        assert name in told
    assert "`mysimbdp up`" in told


@pytest.mark.usefixtures("platform")
def test_a_sweep_with_a_failed_run_is_exit_code_1_and_is_shown_and_listed(command: Command, tmp_path: Path) -> None:
    spec = tiny_spec(tmp_path, "complete", "raise", experiment="tiny_cli")
    made = subprocess.run([MYSIMBDP, "experiment", "run", str(spec)], capture_output=True, text=True)
    assert made.returncode == 1
    assert made.stdout.startswith("Tiny: 2 runs, about 40 s in all.")
    assert "ValueError: no luck" in made.stdout
    shown = json.loads(command("experiment", "show", spec, "--json").stdout)
    assert {run["label"]: run["status"] for run in shown} == {
        "behaviour complete": "COMPLETED",
        "behaviour raise": "FAILED",
    }
    table = command("experiment", "show", spec)
    assert (table.exit_code, table.stderr) == (0, "")
    assert "behaviour raise" in table.stdout
    assert "1 COMPLETED, 1 FAILED" in command("experiment", "list").stdout
