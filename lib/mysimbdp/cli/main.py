"""The commands together: runs a subcommand and turns whatever goes wrong into one sentence and an exit code."""

import contextlib
import tempfile
import traceback
from collections.abc import Sequence
from pathlib import Path

import typer

from mysimbdp.cli import INTERRUPTED, apps, consume, experiment, monitor, produce, reports, services
from mysimbdp.cli.help import examples
from mysimbdp.errors import KitError
from mysimbdp.settings import load_settings

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="A streaming data platform on this machine: Kafka, Spark Structured Streaming, MongoDB.",
    epilog=examples("mysimbdp up", "mysimbdp app start tenantstreamapp", "mysimbdp produce", "mysimbdp down"),
)
app.add_typer(services.commands)
app.add_typer(apps.commands, name="app")
app.add_typer(monitor.commands, name="monitor")
app.add_typer(produce.commands)
app.add_typer(consume.commands)
app.add_typer(experiment.commands, name="experiment")
app.add_typer(reports.commands)


def run(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code; nothing but a sentence is told of a failure."""
    try:
        return app(arguments, prog_name="mysimbdp", standalone_mode=False) or 0
    except typer.TyperException as error:
        return _tell(_usage_sentence(error), error.exit_code)
    except KitError as error:
        return _tell(str(error), error.exit_code)
    except typer.Abort:
        return INTERRUPTED
    except Exception as error:
        summary = f"{type(error).__name__}: {error}".splitlines()[0]
        return _tell(f"This should not have happened ({summary}); {_keep_details()}.", 1)


def _usage_sentence(error: typer.TyperException) -> str:
    """What does not fit and where help is; nothing where typer, for want of arguments, has shown the help itself."""
    message = error.format_message().rstrip(".")
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "mysimbdp"
    return f"{message}; see `{command} --help`." if message else ""


def _tell(sentence: str, exit_code: int) -> int:
    if sentence:
        typer.echo(sentence, err=True)
    return exit_code


def _keep_details() -> str:
    """Write the traceback of the exception being handled to a file, and say where; never raise one more."""
    details = traceback.format_exc()
    for folder in (_logs(), None):  # None is the temporary folder
        with (
            contextlib.suppress(OSError),
            tempfile.NamedTemporaryFile("w", prefix="mysimbdp-", suffix=".txt", dir=folder, delete=False) as file,
        ):
            file.write(details)
            return f"the details are in {file.name}"
    return "its details could not be written"


def _logs() -> Path | None:
    """Where the other logs are, if there are any and the settings can be read."""
    with contextlib.suppress(KitError, OSError):
        logs = load_settings().home / "logs"
        return logs if logs.is_dir() else None
    return None
