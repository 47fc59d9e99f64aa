"""A sweep in coredms knows what is done of it, and a later one goes on with the same plan only."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest

from mysimbdp import coredms
from mysimbdp.documents import RunDocument
from mysimbdp.experiments import runs, sweeps
from mysimbdp.experiments.plan import Plan, plan_sweep
from mysimbdp.service.platform import Platform
from tests.experiments.tiny import tiny_spec

HERE = "here:/home"


@pytest.fixture
def database(platform: Platform) -> Iterator[coredms.Coredms]:
    with coredms.connect(platform.endpoints().mongodb) as database:
        coredms.prepare(database)
        yield database


@pytest.fixture
def plan(tmp_path: Path, request: pytest.FixtureRequest) -> Plan:
    """Two points in two repetitions, of an experiment that no other test has."""
    experiment = f"sweeps_{abs(hash(request.node.name)) % 10**8}"
    return plan_sweep(str(tiny_spec(tmp_path, "complete", "raise", experiment=experiment, repetitions=2)), "quick")


def begun(database: coredms.Coredms, sweep: str, order: int) -> RunDocument:
    return run_of(database, f"{sweep}-{order}", sweep, order)


def run_of(database: coredms.Coredms, run_id: str, sweep: str, order: int) -> RunDocument:
    place: runs.Place = {**runs.BY_HAND, "sweep": sweep, "order": order}
    return runs.new_run(database, run_id, "tiny", "kit", {}, place)


def test_a_sweep_is_found_by_what_it_planned(database: coredms.Coredms, plan: Plan) -> None:
    first, second = (sweeps.begin(database, plan, HERE) for _ in range(2))
    found = sweeps.newest(database, plan, HERE)
    assert found
    assert found["plan"] == plan.runs
    assert found["_id"] == second["_id"] != first["_id"]


def test_a_sweep_of_other_points_or_of_another_instance_is_not_gone_on_with(
    database: coredms.Coredms, plan: Plan
) -> None:
    sweeps.begin(database, plan, HERE)
    assert sweeps.newest(database, dataclasses.replace(plan, runs=plan.runs[1:]), HERE) is None
    assert sweeps.newest(database, dataclasses.replace(plan, profile="full"), HERE) is None
    assert sweeps.newest(database, plan, "elsewhere:/home") is None


def test_what_is_not_completed_is_missing(database: coredms.Coredms, plan: Plan) -> None:
    sweep = sweeps.begin(database, plan, HERE)
    runs.complete(database, begun(database, sweep["_id"], 1))
    begun(database, sweep["_id"], 2)
    runs.fail(database, begun(database, sweep["_id"], 3)["_id"], "It rained.")
    missing = sweeps.missing(sweep, sweeps.latest_runs(database, sweep))
    assert [run["order"] for run in missing] == [2, 3, 4]


def test_of_runs_that_were_made_again_the_last_counts(database: coredms.Coredms, plan: Plan) -> None:
    sweep = sweeps.begin(database, plan, HERE)
    runs.fail(database, begun(database, sweep["_id"], 1)["_id"], "It rained.")
    again = run_of(database, f"{sweep['_id']}-1-again", sweep["_id"], order=1)
    runs.complete(database, again)
    latest = sweeps.latest_runs(database, sweep)
    assert {order: run["_id"] for order, run in latest.items()} == {1: again["_id"]}
    assert 1 not in [run["order"] for run in sweeps.missing(sweep, latest)]


def test_runs_left_running_are_those_of_this_instance(
    database: coredms.Coredms, plan: Plan, request: pytest.FixtureRequest
) -> None:
    own, other = (sweeps.begin(database, plan, f"{place}:{request.node.name}") for place in ("own", "other"))
    runs.complete(database, begun(database, own["_id"], 1))
    left = begun(database, own["_id"], 2)
    begun(database, other["_id"], 1)
    found = sweeps.left_running(database, f"own:{request.node.name}")
    assert [run["_id"] for run in found] == [left["_id"]]
