"""The commands about the services of an instance: doctor, up, down, status."""

import signal
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from mysimbdp.cli.help import examples
from mysimbdp.cli.live import in_words, show_live
from mysimbdp.cli.states import show_apps, show_endpoints, show_services
from mysimbdp.errors import UsageError
from mysimbdp.monitor import observe
from mysimbdp.service.doctor import doctor as examine
from mysimbdp.service.platform import Platform

commands = typer.Typer()


@commands.command(epilog=examples("mysimbdp doctor"))
def doctor() -> None:
    """Look at everything the kit needs on this machine, and start nothing."""
    checks = examine()
    for check in checks:
        typer.echo(
            f"{'ok' if check.ok else 'MISSING':8} {check.name}: {'; '.join(filter(None, (check.found, check.fix)))}"
        )
    if not all(check.ok for check in checks):
        raise typer.Exit(1)


@commands.command(epilog=examples("mysimbdp up", "mysimbdp up --workers 2", "mysimbdp up --foreground"))
def up(
    workers: Annotated[int, typer.Option(min=1, help="Spark workers of 1 core and 1 GB, at least")] = 1,
    foreground: Annotated[bool, typer.Option("--foreground", help="stop everything at Ctrl-C")] = False,
) -> None:
    """Start Kafka, MongoDB and Spark, as far as they are not running; they stay until `mysimbdp down`."""
    if foreground:
        _run_until_interrupted(Platform(), workers)
    show_endpoints(Platform().up(workers, detached=True))
    typer.echo("`mysimbdp down` stops everything.")


def _run_until_interrupted(platform: Platform, workers: int) -> NoReturn:
    try:
        show_endpoints(platform.up(workers))
        typer.echo("Ctrl-C stops everything; what was up before stays up.")
        while True:
            signal.pause()
    finally:
        platform.release()


@commands.command(epilog=examples("mysimbdp down", "mysimbdp down --purge"))
def down(
    purge: Annotated[
        bool,
        typer.Option("--purge", help="delete data, logs and checkpoints too, except those in MYSIMBDP_CHECKPOINTS"),
    ] = False,
) -> None:
    """Stop all apps and services of this instance."""
    platform = Platform()
    platform.down(purge)
    home = platform.settings.home
    typer.echo(f"Nothing runs any more, {'and all is deleted that was' if purge else 'and the data stay'} in {home}.")


@commands.command(epilog=examples("mysimbdp status", "mysimbdp status --watch", "mysimbdp status --json"))
def status(
    as_json: Annotated[bool, typer.Option("--json", help="for scripts")] = False,
    watch: Annotated[bool, typer.Option("--watch", help="look every two seconds until Ctrl-C")] = False,
) -> None:
    """Ask every service and app now: where it answers, or what became of it."""
    if watch and as_json:
        raise UsageError("--watch draws for people and --json is for scripts: leave out one of them.")
    if watch:
        show_live(observe(), Console())
        return
    found = Platform().status()
    if as_json:
        typer.echo(found.model_dump_json(indent=1))
        return
    show_services(found)
    show_apps(found.apps)
    for alert in found.alerts:
        typer.echo(f"Alert: {in_words(alert)}")
