"""A spec is read as a whole, and whatever is wrong with it is one sentence that names file and key."""

from pathlib import Path

import pytest

from mysimbdp.errors import UsageError
from mysimbdp.experiments.spec import load_spec, spec_path

SPEC = """\
experiment: rain
title: Rain
question: How much?
notebook: rain.ipynb
latency_objective_s: 2.0
profiles:
  quick:
    repetitions: 2
    order_seed: 7
    points:
      - arms: [kit]
        why: to see
        grid: {drops: [1, 2]}
"""


def spec_of(folder: Path, *replaced: tuple[str, str]) -> Path:
    """The spec above with texts replaced, as a file."""
    text = SPEC
    for before, after in replaced:
        assert before in text
        text = text.replace(before, after)
    path = folder / "rain.yml"
    path.write_text(text)
    return path


def test_a_spec_has_what_its_file_says(tmp_path: Path) -> None:
    spec = load_spec(spec_of(tmp_path))
    assert (spec.experiment, spec.latency_objective_s) == ("rain", 2.0)
    assert spec.profile("quick").points[0].grid == {"drops": [1, 2]}


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("title: Rain\n", "", "the key title is missing."),
        ("title: Rain", "titel: Rain", "the key titel is unknown; known are experiment, title, question, notebook,"),
        (
            "repetitions: 2",
            "repeats: 2",
            "the key profiles.quick.repeats is unknown; known are repetitions",
        ),
        ("why: to see", "wy: to see", "the key profiles.quick.points.1.wy is unknown; known are arms, why, series,"),
        ("repetitions: 2", "repetitions: 0", "profiles.quick.repetitions does not fit: Input should be greater than"),
        ("repetitions: 2", "repetitions: two", "profiles.quick.repetitions does not fit: Input should be a valid int"),
        ("  quick:", "  fast:", "profiles.fast does not fit: Input should be 'quick' or 'full' (got 'fast')."),
        ("arms: [kit]", "arms: []", "profiles.quick.points.1.arms does not fit: List should have at least 1 item"),
        ("[1, 2]", "[]", "profiles.quick.points.1.grid.drops does not fit: List should have at least 1 item"),
        ("[1, 2]", "[[1]]", "profiles.quick.points.1.grid.drops.1: neither a number nor a text nor true or false."),
        ("[1, 2]", "[1, .nan]", "profiles.quick.points.1.grid.drops.2: not a finite number."),
        ("[1, 2]", "[-.inf]", "profiles.quick.points.1.grid.drops.1: not a finite number."),
        ("repetitions: 2", "repetitions: true", "profiles.quick.repetitions does not fit: Input should be a valid int"),
        ("[1, 2]}", "[1]}\n        list: [{drops: 1}]", "profiles.quick.points.1: give either a grid or a list."),
        ("        grid: {drops: [1, 2]}\n", "", "profiles.quick.points.1: give either a grid or a list."),
        ("experiment: rain", "experiment: Rain fall", "experiment does not fit: String should match"),
        (SPEC, "- rain\n", "the file does not fit: Input should be"),
        (SPEC, "", "the file does not fit: Input should be"),
    ],
)
def test_a_mistake_is_told_in_one_sentence(tmp_path: Path, before: str, after: str, told: str) -> None:
    path = spec_of(tmp_path, (before, after))
    with pytest.raises(UsageError) as refused:
        load_spec(path)
    assert str(refused.value).startswith(f"{path}: {told}")
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("title: Rain", "title: [Rain", ", line 3: expected ',' or ']', but got ':'."),
        ("why: to see", "why: to: see", ", line 12: mapping values are not allowed here."),
        ("title: Rain", "title: Rain\ntitle: Snow", ", line 3: the key title is given twice."),
        ("{drops: [1, 2]}", "{drops: [1], drops: [2]}", ", line 13: the key drops is given twice."),
        ("title: Rain", "title: *rain", ", line 2: found undefined alias 'rain'."),
        ("title: Rain", "title: \x01", " is not YAML: unacceptable character"),
        ("title: Rain", "title: 2024-02-30", " has a value that cannot be read: day is out of range for month."),
        ("title: Rain", f"title: {'[' * 3000}", " has a value that cannot be read: maximum recursion depth exceeded"),
    ],
)
def test_yaml_that_is_broken_or_ambiguous_is_told_with_its_line(
    tmp_path: Path, before: str, after: str, told: str
) -> None:
    path = spec_of(tmp_path, (before, after))
    with pytest.raises(UsageError) as refused:
        load_spec(path)
    assert str(refused.value).startswith(f"{path}{told}")
    assert "\n" not in str(refused.value)


def test_a_group_can_go_on_from_another_by_a_merge_key(tmp_path: Path) -> None:
    more = "      - <<: *first\n        why: to see more\n"
    spec = load_spec(spec_of(tmp_path, ("- arms", "- &first\n        arms"), (SPEC[-10:], f"{SPEC[-10:]}{more}")))
    first, second = spec.profile("quick").points
    assert (second.grid, second.why) == (first.grid, "to see more")


def test_a_profile_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="rain has no profile full; it has quick"):
        load_spec(spec_of(tmp_path)).profile("full")


@pytest.mark.parametrize("name", ["snow", "snow.yml", "../snow"])
def test_an_experiment_that_is_not_there_is_told_with_those_that_are(name: str) -> None:
    with pytest.raises(
        UsageError,
        match=f"There is no experiment {name}; there are ablation, capacity, error_rate, ingest, ladder, ",
    ):
        spec_path(name)
