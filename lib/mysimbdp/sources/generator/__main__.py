"""The process of a load generator: `python -m mysimbdp.sources.generator`.

It reads requests from standard input, one JSON document a line, `{"kafka": "host:port", "options": {…}}` with the
options of `produce`, and serves one after the other. Progress and outcome come on standard output, as `lines`
describes. SIGINT stops the load that is under way; the exit code is that of the last one.
"""

import gc
import signal
import sys

from pydantic import BaseModel

from mysimbdp.errors import KitError
from mysimbdp.sources.generator.lines import Outcome, Progress, Request
from mysimbdp.sources.producer import ProduceError, produce


def main() -> int:
    """Serve requests until there are no more, and return the exit code."""
    exit_code = 0
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # between two loads there is nothing to stop
    for line in sys.stdin:
        outcome = _served(line)
        _say(outcome)
        exit_code = outcome.exit_code
    return exit_code


def _served(line: str) -> Outcome:
    """The outcome of a request, which SIGINT may stop."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        request = Request.model_validate_json(line)
        _say(Progress(acknowledged=0, total=0))
        gc.collect()
        gc.freeze()  # what is there stays; looking through it again would only delay messages
        outcome = _outcome(request)
    except KeyboardInterrupt:
        outcome = Outcome(error="The load generator was stopped before it could say what it had sent.", exit_code=1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    return outcome


def _outcome(request: Request) -> Outcome:
    try:
        return Outcome(summary=produce(request.kafka, request.options, _tell))
    except ProduceError as error:
        return Outcome(summary=error.summary, error=str(error), exit_code=error.exit_code)
    except KitError as error:
        return Outcome(error=str(error), exit_code=error.exit_code)


def _tell(acknowledged: int, total: int) -> None:
    _say(Progress(acknowledged=acknowledged, total=total))


def _say(line: BaseModel) -> None:
    # In one piece: a SIGINT between a line and its end would join two lines.
    sys.stdout.write(f"{line.model_dump_json()}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
