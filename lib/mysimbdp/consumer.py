"""The external consumer of a tenant: reports, alerts, spikes and quarantined messages as they arrive."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, Literal, NamedTuple

from pydantic import TypeAdapter, ValidationError
from rich.console import Console
from rich.table import Table

from mysimbdp.contracts import Alert, Quarantined, Report, Spike, Topics
from mysimbdp.messaging import DEFAULT_TIMEOUT_S, Message, read

Stream = Literal["report", "alert", "spike", "quarantine"]

_SHAPES: dict[Stream, TypeAdapter[Any]] = {
    "report": TypeAdapter(Report),
    "alert": TypeAdapter(Alert),
    "spike": TypeAdapter(Spike),
    "quarantine": TypeAdapter(Quarantined),
}

# Title and width in characters; together they fit a terminal of 80.
_RESULT_COLUMNS = (("received", 8), ("sensor", 10), ("type", 4), ("window (UTC)", 22), ("µg/m³", 7), ("readings", 8))
_COLUMNS: dict[Stream, tuple[tuple[str, int], ...]] = {
    "report": _RESULT_COLUMNS,
    "alert": (*_RESULT_COLUMNS, ("threshold", 9)),
    "spike": (("received", 8), ("sensor", 10), ("type", 4), ("time (UTC)", 19), ("µg/m³", 7), ("threshold", 9)),
    "quarantine": (("received", 8), ("message", 26), ("reasons", 22), ("app", 16)),
}
_NUMBERS = {"µg/m³", "readings", "threshold"}


class Received(NamedTuple):
    """A result, and when the broker got it."""

    at: datetime
    content: dict[str, Any]


class Results:
    """The results of one stream, iterated as they are read; `skipped` counts messages that are none."""

    def __init__(self, stream: Stream, messages: Iterable[Message]) -> None:
        self.stream = stream
        self.skipped = 0
        self._messages = messages

    def __iter__(self) -> Iterator[Received]:
        for message in self._messages:
            try:
                content = _SHAPES[self.stream].validate_json(message.value or b"")
            except ValidationError:
                self.skipped += 1
            else:
                yield Received(datetime.fromtimestamp(message.broker_time_ms / 1000, UTC), content)


def consume(
    kafka: str,
    stream: Stream,
    *,
    follow: bool = False,
    topic_suffix: str = "",
    timeout_s: float = DEFAULT_TIMEOUT_S,
) -> Results:
    """Read the results of a pipeline from their beginning; with `follow` go on until the caller stops.

    What is on the topic but is not of the stream's shape is skipped and counted, not an error.

    Raises (while iterating):
        KitError: the broker does not answer, or there is no such topic.
    """
    topic: str = getattr(Topics(topic_suffix), stream)
    return Results(stream, read(kafka, topic, follow=follow, timeout_s=timeout_s))


def show(results: Results, console: Console, *, follow: bool = False) -> None:
    """Print the results as a table; with `follow` row by row as they arrive."""
    if follow:
        console.print(_table(results.stream, (), header=True))
        for received in results:
            console.print(_table(results.stream, (received,), header=False))
    else:
        console.print(_table(results.stream, results, header=True))
    if results.skipped:
        console.print(f"{results.skipped} messages that are no {results.stream} were skipped.")


def _table(stream: Stream, rows: Iterable[Received], *, header: bool) -> Table:
    table = Table(box=None, show_header=header, pad_edge=False)
    for title, width in _COLUMNS[stream]:
        table.add_column(title, width=width, overflow="fold", justify="right" if title in _NUMBERS else "left")
    for received in rows:
        table.add_row(*_cells(stream, received))
    return table


def _cells(stream: Stream, received: Received) -> list[str]:
    content = received.content
    at = f"{received.at:%H:%M:%S}"
    if stream == "quarantine":
        where = f"{content['topic']}-{content['partition']}-{content['offset']}"
        return [at, where, ", ".join(content["reasons"]), content["app"]]
    who, level = [at, content["sensor_id"], content["pollution_type"]], f"{content['pollution_level']:.1f}"
    threshold = [f"{content['threshold']:.1f}"] if "threshold" in content else []
    if stream == "spike":
        return [*who, content["time"][:19].replace("T", " "), level, *threshold]
    return [*who, _window(content["window"]), level, str(content["readings"]), *threshold]


def _window(window: dict[str, str]) -> str:
    return f"{window['start'][:10]} {window['start'][11:16]}–{window['end'][11:16]}"
