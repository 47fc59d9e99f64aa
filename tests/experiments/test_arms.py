"""Arms and splits by name."""

from typing import Any

import pytest

from mysimbdp.apps.loading import load_app
from mysimbdp.apps.topics import Share
from mysimbdp.errors import UsageError
from mysimbdp.experiments.arms import ARMS, SPLITS, arm_giving, arm_named, split_options


@pytest.mark.parametrize("name", ARMS)
def test_every_arm_is_an_app_that_takes_its_options(name: str) -> None:
    arm = arm_named(name)
    load_app(arm.app).parse_options(dict(arm.options))


@pytest.mark.parametrize("name", [name for name, arm in ARMS.items() if arm.results == "windows"])
@pytest.mark.parametrize("split", SPLITS)
def test_the_stream_app_of_every_arm_can_be_split(name: str, split: str) -> None:
    arm = arm_named(name)
    load_app(arm.app).parse_options({**arm.options, **split_options(split, 1, 2)})


def test_an_unknown_arm_is_told_with_those_there_are() -> None:
    with pytest.raises(UsageError, match="There is no arm fast; there are kit, published, one_partition, "):
        arm_named("fast")


@pytest.mark.parametrize(("name", "gives"), [("spikes", "spikes"), ("ingest", "documents")])
def test_an_arm_whose_results_an_experiment_cannot_check_is_refused(name: str, gives: str) -> None:
    with pytest.raises(UsageError, match=f"The arm {name} gives {gives}, and speed measures windows"):
        arm_giving("windows", name, "speed")


@pytest.mark.parametrize(
    ("split", "app", "apps", "options"),
    [
        ("disjoint", 0, 1, {}),
        ("shared_group", 0, 1, {}),
        ("disjoint", 1, 2, {"instances": 2, "instance": 1}),
        ("shared_group", 1, 2, {"consumer_group": "mysimbdp-shared"}),
    ],
)
def test_a_split_is_options_of_each_app(split: str, app: int, apps: int, options: dict[str, Any]) -> None:
    assert split_options(split, app, apps) == options


def test_an_unknown_split_is_told_with_those_there_are() -> None:
    with pytest.raises(UsageError, match="There is no split halves; there are disjoint, shared_group"):
        split_options("halves", 0, 2)


@pytest.mark.parametrize(("instances", "partitions"), [(1, 4), (2, 64), (3, 4), (4, 4)])
def test_the_shares_of_all_instances_are_all_partitions_once(instances: int, partitions: int) -> None:
    shares = [Share(instance, instances).partitions(range(partitions)) for instance in range(instances)]
    assert sorted(partition for share in shares for partition in share) == list(range(partitions))
    assert all(shares)
