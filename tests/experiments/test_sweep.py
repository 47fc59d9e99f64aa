"""A sweep runs what is planned on the real platform; a point that dies becomes FAILED and the sweep goes on."""

from pathlib import Path

import pytest

from mysimbdp import coredms, messaging
from mysimbdp.contracts import Topics
from mysimbdp.documents import RunDocument, SweepDocument
from mysimbdp.errors import KitError
from mysimbdp.experiments import sweeps
from mysimbdp.experiments.lock import only_sweep
from mysimbdp.experiments.overview import outcomes, states
from mysimbdp.experiments.plan import Plan, plan_sweep
from mysimbdp.experiments.sweep import Progress, run_sweep
from mysimbdp.service.app_folder import AppFolder
from mysimbdp.service.home import Home
from mysimbdp.service.platform import Platform
from tests.experiments.tiny import tiny_spec


def run_documents(platform: Platform, sweep: SweepDocument) -> dict[str, RunDocument]:
    """The runs of a sweep by how their notebook behaves."""
    with coredms.connect(platform.endpoints().mongodb) as database:
        latest = sweeps.latest_runs(database, sweep)
    return {run["parameters"]["behaviour"]: run for run in latest.values()}


def swept(platform: Platform, plan: Plan, resume: bool = False) -> tuple[SweepDocument, list[Progress]]:
    told: list[Progress] = []
    return run_sweep(platform, plan, told.append, resume), told


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sweep")


@pytest.fixture(scope="module")
def plan(folder: Path) -> Plan:
    return plan_sweep(str(tiny_spec(folder, "complete", "raise", "forget")), "quick")


@pytest.fixture(scope="module")
def made(platform: Platform, plan: Plan) -> tuple[SweepDocument, list[Progress]]:
    return swept(platform, plan)


def test_every_point_has_a_run_that_tells_where_it_belongs(
    platform: Platform, plan: Plan, made: tuple[SweepDocument, list[Progress]]
) -> None:
    sweep, _ = made
    run = run_documents(platform, sweep)["complete"]
    assert (run["status"], run["sweep"], run["profile"], run["arm"]) == ("COMPLETED", sweep["_id"], "quick", "kit")
    assert (run["order_seed"], run["repetition"], run["latency_objective_s"]) == (1, 1, 3.0)
    planned = next(planned for planned in plan.runs if planned["order"] == run["order"])
    assert run["parameters"] == planned["parameters"]
    assert run["parameters"] == {
        "arm": "kit",
        "behaviour": "complete",
        "latency_objective_s": 3.0,
        "limit": 1.0,
        "seed": 1,
    }


def test_the_executed_notebook_is_kept_beside_the_spec(
    platform: Platform, folder: Path, made: tuple[SweepDocument, list[Progress]]
) -> None:
    run = run_documents(platform, made[0])["complete"]
    assert (folder / "executed" / made[0]["_id"] / f"{run['_id']}.ipynb").is_file()


def test_a_point_that_fails_is_failed_with_its_trace_and_its_topics_are_gone(
    platform: Platform, made: tuple[SweepDocument, list[Progress]]
) -> None:
    run = run_documents(platform, made[0])["raise"]
    assert run["status"] == "FAILED"
    assert run["reason"]
    assert "ValueError: no luck" in run["reason"]
    assert 'raise ValueError("no luck")' in run["trace"]
    with pytest.raises(KitError, match="There is no topic"):
        messaging.topic_id(platform.endpoints().kafka, Topics(run["_id"]).measurements)


def test_an_app_that_a_dead_point_left_is_stopped_and_forgotten(platform: Platform, tmp_path: Path) -> None:
    sweep, _ = swept(platform, plan_sweep(str(tiny_spec(tmp_path, "leave an app")), "quick"))
    run = run_documents(platform, sweep)["leave an app"]
    assert "ValueError: no luck" in str(run["reason"])
    assert f"app-{run['_id']}-0" in platform.processes()
    assert platform.processes()[f"app-{run['_id']}-0"]["pid"] is None
    assert [app.name for app in platform.apps() if app.name.startswith(run["_id"])] == []
    kept = AppFolder(Home(platform.settings.home), f"{run['_id']}-0")
    assert list(kept.path.iterdir()) == [kept.log]


def test_a_notebook_that_does_not_complete_its_run_has_failed(
    platform: Platform, made: tuple[SweepDocument, list[Progress]]
) -> None:
    run = run_documents(platform, made[0])["forget"]
    assert (run["status"], run["reason"]) == ("FAILED", "Its notebook ended without completing the run.")


def test_a_sweep_tells_how_far_it_is(plan: Plan, made: tuple[SweepDocument, list[Progress]]) -> None:
    _, told = made
    assert [(progress.done, progress.total, progress.current) for progress in told] == [
        *((number, 3, run) for number, run in enumerate(plan.runs)),
        (3, 3, None),
    ]
    assert [progress.last and progress.last["order"] for progress in told] == [None, 1, 2, 3]
    assert all(progress.left_s > 0 for progress in told[:-1])


def test_the_next_run_begins_while_one_is_checked(platform: Platform, tmp_path: Path) -> None:
    spec = tiny_spec(tmp_path, "be checked until the next begins", experiment="overlap", repetitions=2)
    sweep, told = swept(platform, plan_sweep(str(spec), "quick"))
    with coredms.connect(platform.endpoints().mongodb) as database:
        first, second = sweeps.latest_runs(database, sweep).values()
    assert [first["status"], second["status"]] == ["COMPLETED", "COMPLETED"]
    assert first["checking_since"] <= second["started_at"]
    assert [progress.done for progress in told] == [0, 1, 2]


def test_a_process_that_ended_while_it_waited_for_its_turn_costs_no_run(platform: Platform, tmp_path: Path) -> None:
    spec = tiny_spec(tmp_path, "end who waits", experiment="waiting", repetitions=2)
    sweep, _ = swept(platform, plan_sweep(str(spec), "quick"))
    with coredms.connect(platform.endpoints().mongodb) as database:
        assert [run["status"] for run in sweeps.latest_runs(database, sweep).values()] == ["COMPLETED", "COMPLETED"]


def test_resuming_runs_again_what_failed_and_nothing_else(
    platform: Platform, plan: Plan, made: tuple[SweepDocument, list[Progress]]
) -> None:
    before = run_documents(platform, made[0])
    sweep, told = swept(platform, plan, resume=True)
    after = run_documents(platform, sweep)
    assert sweep["_id"] == made[0]["_id"]
    assert after["complete"]["_id"] == before["complete"]["_id"]
    assert after["raise"]["_id"] != before["raise"]["_id"]
    assert [progress.done for progress in told] == [1, 2, 3]


def test_the_outcomes_of_a_sweep_have_every_planned_run(
    platform: Platform, plan: Plan, made: tuple[SweepDocument, list[Progress]]
) -> None:
    with coredms.connect(platform.endpoints().mongodb) as database:
        found = outcomes(database, made[0])
        begun = sweeps.begin(database, plan, "nowhere")
        not_begun = outcomes(database, begun)
        counts = {sweep["_id"]: statuses for sweep, statuses in states(database)}
    assert sorted(found["status"]) == ["COMPLETED", "FAILED", "FAILED"]
    assert list(found["order"]) == [1, 2, 3]
    assert set(not_begun["status"]) == {"missing"}
    assert not not_begun["valid"].any()
    assert counts[begun["_id"]] == {"missing": 3}


def test_a_second_sweep_is_refused_and_names_the_first(platform: Platform, plan: Plan) -> None:
    told: list[Progress] = []
    with only_sweep(platform.settings.home, "rain (full)"), pytest.raises(KitError) as refused:
        run_sweep(platform, plan, told.append)
    assert str(refused.value).startswith("The sweep rain (full) (process ")
    assert told == []
