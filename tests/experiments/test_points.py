"""From the groups of a profile to runs: each point as its notebook takes it, in an order that a seed settles."""

from pathlib import Path
from typing import Any

import pytest

from mysimbdp.errors import UsageError
from mysimbdp.experiments.points import Point, fitted, in_order, points
from mysimbdp.experiments.spec import Profile
from tests.reports.notebooks import written

PARAMETERS = """\
run_id: str = ""  # of a sweep
arm: str = "kit"  # what is measured
rate_per_s: float = 1  # messages
sensors: int = 10  # in all
split: str = "disjoint"  # of the work
latency_objective_s: float = 1.0  # p99
seed: int = 1  # of everything that is random
"""


def profile(*groups: dict[str, Any], **parameters: Any) -> Profile:
    return Profile.model_validate(
        {
            "repetitions": 1,
            "order_seed": 1,
            "parameters": parameters,
            "points": [{"arms": ["kit"], "why": "to see", **group} for group in groups],
        }
    )


def notebook(folder: Path, parameters: str = PARAMETERS) -> Path:
    return written(folder, "1", parameters=parameters)


def several(count: int) -> list[Point]:
    return [Point(f"n {n}", "kit", "", {"n": n}) for n in range(count)]


@pytest.mark.parametrize(
    ("group", "expected"),
    [
        ({"grid": {"a": [1, 2]}}, [("kit", {"a": 1}), ("kit", {"a": 2})]),
        (
            {"grid": {"a": [1, 2], "b": ["x", "y"]}},
            [("kit", {"a": a, "b": b}) for a, b in [(1, "x"), (1, "y"), (2, "x"), (2, "y")]],
        ),
        ({"list": [{"a": 1}, {"b": 2}]}, [("kit", {"a": 1}), ("kit", {"b": 2})]),
        ({"arms": ["kit", "published"], "list": [{"a": 1}]}, [("kit", {"a": 1}), ("published", {"a": 1})]),
    ],
)
def test_a_group_is_the_product_of_a_grid_or_a_list_in_each_of_its_arms(
    group: dict[str, Any], expected: list[tuple[str, dict[str, Any]]]
) -> None:
    assert [(point.arm, point.parameters) for point in points(profile(group))] == expected


def test_the_nearest_value_of_a_parameter_holds() -> None:
    group = {"parameters": {"b": 2, "c": 2}, "list": [{"c": 3}]}
    assert points(profile(group, a=1, b=1, c=1))[0].parameters == {"a": 1, "b": 2, "c": 3}


def test_a_point_is_called_by_what_sets_it_apart_in_its_group() -> None:
    group = {"parameters": {"b": 2}, "grid": {"rate_per_s": [10], "apps": [2]}}
    assert points(profile(group, a=1))[0].label == "rate_per_s 10, apps 2"


def test_an_unknown_arm_is_refused() -> None:
    with pytest.raises(UsageError, match="There is no arm kitt; there are kit, published"):
        points(profile({"arms": ["kitt"], "list": [{"a": 1}]}))


def test_a_point_has_every_parameter_of_its_notebook_but_those_of_a_run(tmp_path: Path) -> None:
    found = points(profile({"arms": ["published"], "list": [{"rate_per_s": 100}]}))
    (point,) = fitted(found, notebook(tmp_path), {"latency_objective_s": 5.0, "unknown_to_it": 1})
    assert point.parameters == {
        "arm": "published",
        "rate_per_s": 100.0,
        "sensors": 10,
        "split": "disjoint",
        "latency_objective_s": 5.0,
    }
    assert isinstance(point.parameters["rate_per_s"], float)


@pytest.mark.parametrize(
    ("group", "told"),
    [
        ({"list": [{"rate": 1}]}, "has no parameter rate; it has run_id, arm, rate_per_s"),
        ({"grid": {"sensors": [1, 2.5]}}, "parameter sensors of notebook.ipynb is of type int, not 2.5"),
        ({"list": [{"split": True}]}, "parameter split of notebook.ipynb is of type str, not True"),
        ({"list": [{"seed": 3}]}, "The sweep itself gives seed to every run"),
        ({"list": [{"run_id": "a"}]}, "The sweep itself gives run_id to every run"),
        ({"list": [{"sensors": 2}, {"sensors": 2}]}, "The point kit, sensors 2 is there twice"),
        ({"list": [{"sensors": 10}, {"rate_per_s": 1}]}, "The point kit, rate_per_s 1 is there twice"),
    ],
)
def test_what_does_not_fit_the_notebook_is_refused(tmp_path: Path, group: dict[str, Any], told: str) -> None:
    with pytest.raises(UsageError, match=told):
        fitted(points(profile(group)), notebook(tmp_path), {})


@pytest.mark.parametrize("name", ["run_id", "arm", "seed"])
def test_a_notebook_that_cannot_be_told_which_run_it_is_is_refused(tmp_path: Path, name: str) -> None:
    lines = [line for line in PARAMETERS.splitlines() if not line.startswith(name)]
    with pytest.raises(UsageError, match=f"has no parameter {name}, which every sweep gives"):
        fitted(several(1), notebook(tmp_path, "\n".join(lines)), {})


def test_a_seed_settles_the_order() -> None:
    orders = [[run["parameters"]["n"] for run in in_order(several(20), 1, seed)] for seed in (1, 1, 2)]
    assert orders[0] == orders[1] != orders[2]
    assert sorted(orders[0]) == sorted(orders[2]) == list(range(20)) != orders[0]


def test_each_repetition_has_every_point_once_and_its_own_order_and_seed() -> None:
    runs = in_order(several(9), 3, 1)
    assert [run["order"] for run in runs] == list(range(1, 28))
    assert [run["repetition"] for run in runs] == [1] * 9 + [2] * 9 + [3] * 9
    assert [run["parameters"]["seed"] for run in runs] == [run["order"] for run in runs]
    blocks = [[run["parameters"]["n"] for run in runs[start : start + 9]] for start in (0, 9, 18)]
    assert all(sorted(block) == list(range(9)) for block in blocks)
    assert len({tuple(block) for block in blocks}) == 3
