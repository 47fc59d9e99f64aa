"""The commands about apps: start, stop, list, logs."""

import time
from collections.abc import Iterator, Sequence
from typing import IO, Annotated

import typer

from mysimbdp.cli.help import examples
from mysimbdp.cli.states import show_apps, show_options
from mysimbdp.errors import UsageError
from mysimbdp.service.platform import Platform

POLL_S = 0.3

Name = Annotated[str, typer.Argument(metavar="NAME", help="as `mysimbdp app list` shows it")]

commands = typer.Typer(
    no_args_is_help=True,
    help="Start and stop apps, each a Spark job of its own.",
    epilog=examples("mysimbdp app start tenantstreamapp", "mysimbdp app list"),
)


@commands.command(
    epilog=examples(
        "mysimbdp app start tenantstreamapp",
        "mysimbdp app start tenantstreamapp --set window_minutes=30 --name half_hours",
        "mysimbdp app start tenantstreamapp --options",
        "mysimbdp app start tenantstreamapp --instances 2",
        "mysimbdp app start tenantalertapp --set threshold_p1=50",
        "mysimbdp app start my_app.py --fresh",
    )
)
def start(
    app: Annotated[
        str,
        typer.Argument(metavar="NAME|FILE.py", help="tenantstreamapp, tenantalertapp, tenantingestapp, or your file"),
    ],
    settings: Annotated[
        list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="an option of the app; may be repeated")
    ] = None,
    instances: Annotated[
        int | None, typer.Option(min=1, help="how many queries share the topic by partitions, each on its own core")
    ] = None,
    name: Annotated[str | None, typer.Option(help="what to call it; its own name unless given")] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="begin with a new checkpoint")] = False,
    show: Annotated[bool, typer.Option("--options", help="say what can be --set, and start nothing")] = False,
) -> None:
    """Start an app; it goes on until `mysimbdp app stop`, also after this command and its terminal."""
    if show:
        _show_options(app)
    else:
        options = _options(settings or ()) | ({"instances": str(instances)} if instances else {})
        started = Platform().start_app(app, options, name, fresh)
        typer.echo(f"{started.name} is {started.state} (process {started.pid}); its log is {started.log}.")


def _show_options(app: str) -> None:
    from mysimbdp.apps.loading import load_app  # takes seconds, for it imports Spark

    show_options(load_app(app).options_type)


@commands.command(epilog=examples("mysimbdp app stop tenantstreamapp"))
def stop(name: Name) -> None:
    """Let an app finish the batch it works on, and end it; after 15 s the batch is left for its next start."""
    stopped = Platform().stop_app(name)
    typer.echo(f"{stopped.name} is {stopped.state}.")


@commands.command("list", epilog=examples("mysimbdp app list"))
def list_apps() -> None:
    """Every app that was started here, what became of it and why."""
    apps = Platform().apps()
    show_apps(apps)
    if not apps:
        typer.echo("No app was started here yet.")


@commands.command(epilog=examples("mysimbdp app logs tenantstreamapp", "mysimbdp app logs tenantstreamapp --follow"))
def logs(
    name: Name, follow: Annotated[bool, typer.Option("--follow", help="go on with new lines until Ctrl-C")] = False
) -> None:
    """Print what an app and its Spark have logged, the earlier starts included."""
    with Platform().app_log(name).open(errors="replace") as log:
        for text in _followed(log) if follow else log:
            typer.echo(text, nl=False)


def _options(settings: Sequence[str]) -> dict[str, str]:
    """The options of an app from KEY=VALUE texts; the app's own types judge the values."""
    options = {}
    for setting in settings:
        key, equals, value = setting.partition("=")
        if not equals:
            raise UsageError(f"--set {setting} does not fit: write --set key=value.")
        options[key] = value
    return options


def _followed(log: IO[str]) -> Iterator[str]:
    """What is in the log and what is added to it, without end."""
    while True:
        if text := log.read():
            yield text
        else:
            time.sleep(POLL_S)
