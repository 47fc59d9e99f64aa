"""The commands about the monitor: start, stop."""

import typer

from mysimbdp.cli.help import examples
from mysimbdp.service.platform import Platform

commands = typer.Typer(
    no_args_is_help=True,
    help="Have apps and services watched: what is seen goes to coredms, what is wrong raises alerts.",
    epilog=examples("mysimbdp monitor start", "mysimbdp status --watch"),
)


@commands.command(epilog=examples("mysimbdp monitor start"))
def start() -> None:
    """Start the monitor; it goes on until `mysimbdp monitor stop` or `mysimbdp down`."""
    Platform().start_monitor()
    typer.echo("The monitor looks every two seconds; `mysimbdp status` tells its alerts.")


@commands.command(epilog=examples("mysimbdp monitor stop"))
def stop() -> None:
    """Stop the monitor; what it wrote stays."""
    Platform().stop_monitor()
    typer.echo("Nobody watches any more.")
