"""The command `consume`: what an external tenant receives."""

from typing import Annotated

import orjson
import typer
from rich.console import Console

from mysimbdp.cli.endpoint import kafka_endpoint
from mysimbdp.cli.help import examples
from mysimbdp.consumer import Results, Stream, show
from mysimbdp.consumer import consume as receive

commands = typer.Typer()


@commands.command(
    epilog=examples(
        "mysimbdp consume report",
        "mysimbdp consume alert --follow",
        "mysimbdp consume spike",
        "mysimbdp consume report --json",
    )
)
def consume(
    stream: Annotated[Stream, typer.Argument(help="what to read, from its beginning")],
    follow: Annotated[bool, typer.Option("--follow", help="go on with new results until Ctrl-C")] = False,
    topic_suffix: Annotated[str, typer.Option(help="run suffix of the topics")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object a line, for scripts")] = False,
) -> None:
    """Read the results of a pipeline from Kafka, as a table."""
    results = receive(kafka_endpoint(), stream, follow=follow, topic_suffix=topic_suffix)
    if as_json:
        _print_json(results)
    else:
        show(results, Console(), follow=follow)


def _print_json(results: Results) -> None:
    for received in results:
        typer.echo(orjson.dumps(received.content))
