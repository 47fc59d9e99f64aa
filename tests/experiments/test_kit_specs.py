"""The specs that the kit comes with hold what they promise."""

import re
from itertools import product
from pathlib import Path

import pytest

from mysimbdp.errors import UsageError
from mysimbdp.experiments.estimate import Estimate
from mysimbdp.experiments.plan import plan_sweep
from mysimbdp.experiments.points import in_order, points
from mysimbdp.experiments.spec import SPECS, Parameters, Spec, load_spec, spec_names, spec_path

QUICK_MINUTES = 25
PUBLISHED = ("speed", "error_rate", "parallelism")  # what `make experiments` runs
RATES = (1, 10, 100, 250, 500, 750, 1000, 1250)
SHARES = (0.25, 0.5, 0.75, 1.0)


def specs() -> list[Spec]:
    return [load_spec(spec_path(name)) for name in spec_names()]


def kit_points(experiment: str, profile: str) -> list[Parameters]:
    found = points(load_spec(spec_path(experiment)).profile(profile))
    return [point.parameters for point in found if point.arm == "kit"]


@pytest.mark.parametrize(("name", "profile"), list(product(spec_names(), ("quick", "full"))))
def test_every_point_fits_its_notebook(name: str, profile: str) -> None:
    assert plan_sweep(name, profile).runs


@pytest.mark.parametrize("profile", ["quick", "full"])
def test_every_published_point_is_there_in_the_kit_arm(profile: str) -> None:
    rates = {(point["rate_per_s"], point["sensors"]) for point in kit_points("speed", profile)}
    assert rates >= {(rate, 10) for rate in RATES}
    wrong = [point for point in kit_points("error_rate", profile) if point["rate_per_s"] == 100]
    kinds = ("wrong_type", "missing", "extra")
    assert {(kind, point[kind]) for point in wrong for kind in kinds} >= set(product(kinds, SHARES))
    assert any(not any(point[kind] for kind in kinds) for point in wrong)
    apps = {(point["apps"], point["sensors"], point["split"]) for point in kit_points("parallelism", profile)}
    assert apps >= set(product((1, 2), (1, 10, 100, 1000), ("disjoint",)))


def test_all_quick_sweeps_together_take_less_than_is_promised() -> None:
    quick = [load_spec(spec_path(name)).profile("quick") for name in PUBLISHED]
    planned = [run for one in quick for run in in_order(points(one), one.repetitions, one.order_seed)]
    assert Estimate().left_s(planned) < QUICK_MINUTES * 60


@pytest.mark.parametrize("spec", specs(), ids=lambda spec: spec.experiment)
def test_the_full_profile_has_every_quick_point_in_five_repetitions(spec: Spec) -> None:
    full = spec.profile("full")
    varied = ("rate_per_s", "time_factor", "wrong_type", "missing", "extra", "apps", "split", "sensors")
    quick_points, full_points = (
        {(point.arm, point.series, *(point.parameters.get(name) for name in varied)) for point in points(profile)}
        for profile in (spec.profile("quick"), full)
    )
    assert quick_points <= full_points
    assert full.repetitions >= 5


@pytest.mark.parametrize("spec", specs(), ids=lambda spec: spec.experiment)
def test_a_file_is_called_as_its_experiment(spec: Spec) -> None:
    assert load_spec(SPECS / f"{spec.experiment}.yml") == spec


def test_the_example_of_the_readme_is_a_spec(tmp_path: Path) -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", (SPECS / "README.md").read_text(), re.DOTALL)
    (tmp_path / "rain.yml").write_text(example)
    assert len(plan_sweep(str(tmp_path / "rain.yml"), "quick").runs) == 9


def test_an_arm_whose_results_the_experiment_cannot_check_is_refused(tmp_path: Path) -> None:
    spec = spec_path("speed").read_text().replace("arms: [kit, published]", "arms: [kit, spikes]")
    (tmp_path / "speed.yml").write_text(spec)
    with pytest.raises(UsageError, match=r"speed.yml: The arm spikes gives spikes, and speed measures windows\."):
        plan_sweep(str(tmp_path / "speed.yml"), "quick")
