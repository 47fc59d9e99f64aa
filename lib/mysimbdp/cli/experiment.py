"""The commands about experiments: run, list, show.

What they do is in `sweeping`, which takes seconds to import: only they wait for it.
"""

from typing import Annotated

import typer

from mysimbdp.cli.help import examples

_NAME = "as `mysimbdp experiment list` shows it, or a spec"
Name = Annotated[str, typer.Argument(metavar="NAME|FILE.yml", help=_NAME)]

commands = typer.Typer(
    no_args_is_help=True,
    help="Run experiments: sweeps over points, each an executed notebook.",
    epilog=examples("mysimbdp experiment list", "mysimbdp experiment run speed --profile quick"),
)


@commands.command(
    epilog=examples(
        "mysimbdp experiment run speed",
        "mysimbdp experiment run speed error_rate",
        "mysimbdp experiment run speed --profile full --resume",
    )
)
def run(
    names: Annotated[list[str], typer.Argument(metavar="NAME|FILE.yml...", help=_NAME)],
    profile: Annotated[str, typer.Option(help="quick or full")] = "quick",
    resume: Annotated[bool, typer.Option("--resume", help="go on with the newest sweep of the same points")] = False,
    arm: Annotated[str | None, typer.Option(help="the points of this arm alone, such as kit or published")] = None,
) -> None:
    """Run every point of some experiments; what fails is told at the end, and `--resume` makes it up."""
    from mysimbdp.cli import sweeping

    if not sweeping.run(names, profile, arm, resume):
        raise typer.Exit(1)


@commands.command("list", epilog=examples("mysimbdp experiment list"))
def list_experiments() -> None:
    """The experiments that there are, how long they take, and the sweeps that were made."""
    from mysimbdp.cli import sweeping

    sweeping.show_all()


@commands.command(epilog=examples("mysimbdp experiment show speed", "mysimbdp experiment show capacity --json"))
def show(name: Name, as_json: Annotated[bool, typer.Option("--json", help="for scripts")] = False) -> None:
    """The runs of the newest sweep of an experiment: what became of each, and its key figures."""
    from mysimbdp.cli import sweeping

    sweeping.show_newest(name, as_json)
