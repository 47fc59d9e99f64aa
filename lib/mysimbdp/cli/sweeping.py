"""What the commands about experiments do."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import orjson
import typer

from mysimbdp import coredms
from mysimbdp.cli.experiment_tables import show_limits, show_outcomes, show_sizes, show_sweeps
from mysimbdp.cli.sweep_bar import in_words, sweep_bar
from mysimbdp.documents import RunStatus
from mysimbdp.experiments import archive
from mysimbdp.experiments.ending import ending_once
from mysimbdp.experiments.estimate import Estimate
from mysimbdp.experiments.overview import newest_sweep, outcomes, sizes, states
from mysimbdp.experiments.plan import Plan, plan_sweep
from mysimbdp.experiments.spec import load_spec, spec_path
from mysimbdp.experiments.sweep import run_sweep
from mysimbdp.metrics import limits_by_arm, limits_frame
from mysimbdp.service.platform import Platform

_SEARCH = "capacity"  # the notebook that looks for limits


def run(names: Sequence[str], profile: str, arm: str | None, resume: bool) -> bool:
    """Run sweeps behind a bar and show what became of their runs; return whether all of them are COMPLETED.

    What is wrong with any of them is told before the first begins.
    """
    plans = [plan_sweep(name, profile, arm) for name in names]
    platform = Platform()
    with ending_once(), _let_go_of(platform):
        complete = [_run(platform, plan, resume) for plan in plans]
    return all(complete)


def _run(platform: Platform, plan: Plan, resume: bool) -> bool:
    typer.echo(f"{plan.spec.title}: {len(plan.runs)} runs, about {in_words(Estimate().left_s(plan.runs))} in all.")
    with sweep_bar() as tell:
        sweep = run_sweep(platform, plan, tell, resume)
    with coredms.connect(platform.endpoints().mongodb) as database:
        found = outcomes(database, sweep)
    show_outcomes(found)
    return bool((found["status"] == RunStatus.COMPLETED).all())


def show_all() -> None:
    """The experiments, and the sweeps in coredms where that answers."""
    show_sizes(sizes())
    if mongodb := Platform().status().mongodb:
        with coredms.connect(mongodb) as database:
            show_sweeps(states(database))
    else:
        typer.echo("The sweeps that were made are in coredms, which is not up: `mysimbdp up`.")


def show_newest(name: str, as_json: bool) -> None:
    """The runs of the newest sweep, as a table or as JSON; of a search for limits, what was found for each arm."""
    spec = load_spec(spec_path(name))
    mongodb = Platform().endpoints().mongodb
    with coredms.connect(mongodb) as database:
        sweep = newest_sweep(database, spec.experiment)
        found = outcomes(database, sweep)
    limits = limits_frame(archive.find(mongodb, spec.experiment, sweep=sweep["_id"]).runs)
    if as_json and spec.notebook.stem == _SEARCH:
        typer.echo(orjson.dumps({"arms": limits_by_arm(limits)}, option=orjson.OPT_INDENT_2))
    elif as_json:
        typer.echo(found.to_json(orient="records", date_format="iso", indent=1))
    else:
        show_outcomes(found)
        show_limits(limits_by_arm(limits))


@contextmanager
def _let_go_of(platform: Platform) -> Iterator[None]:
    """Have the platform down in the end, unless somebody else holds it up."""
    try:
        yield
    finally:
        platform.release()
