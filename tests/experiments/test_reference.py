"""The reference runs that come with the kit can be believed, and are of the points that their profiles measure."""

from collections.abc import Mapping
from typing import Any

import pytest

from mysimbdp.experiments import archive
from mysimbdp.experiments.plan import plan_sweep
from mysimbdp.experiments.spec import spec_names
from mysimbdp.metrics import run_summary

VARIED = ("arm", "rate_per_s", "time_factor", "wrong_type", "missing", "extra", "apps", "split", "sensors")


def point(parameters: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(parameters.get(name) for name in VARIED)


@pytest.mark.parametrize(("experiment", "profile"), [*((name, "quick") for name in spec_names()), ("speed", "full")])
def test_every_point_has_a_valid_run_whose_results_were_right(experiment: str, profile: str) -> None:
    found = archive.reference(experiment, profile)
    summary = run_summary(found.runs, found.progress, found.latencies, found.resources)
    assert summary["valid"].all()
    assert all(run["verification"]["passed"] for run in found.runs)
    planned = {point(run["parameters"]) for run in plan_sweep(experiment, profile).runs}
    names = {name for run in plan_sweep(experiment, profile).runs for name in run["parameters"]}
    made = {point({name: value for name, value in run["parameters"].items() if name in names}) for run in found.runs}
    assert made == planned
