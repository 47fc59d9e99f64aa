"""What a generator is asked, and what it says on its standard output, one JSON document a line."""

from pydantic import BaseModel, ConfigDict, TypeAdapter

from mysimbdp.sources.options import ProduceOptions
from mysimbdp.sources.summary import Summary


class _Line(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Request(_Line):
    """The arguments of `produce`."""

    kafka: str
    options: ProduceOptions


class Progress(_Line):
    """Messages acknowledged so far, of how many; the first line has none of 0 and says that the load can be stopped."""

    acknowledged: int
    total: int


class Outcome(_Line):
    """The last line of a load: what `produce` returned or raised."""

    summary: Summary | None = None
    error: str | None = None
    exit_code: int = 0  # of the error


Line = Progress | Outcome

_LINES: TypeAdapter[Line] = TypeAdapter(Line)


def parse(line: str) -> Line:
    """A line as its model."""
    return _LINES.validate_json(line)
