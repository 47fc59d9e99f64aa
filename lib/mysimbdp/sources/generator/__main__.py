"""The process of a load generator: `python -m mysimbdp.sources.generator [REQUEST]`.

REQUEST is JSON, `{"kafka": "host:port", "options": {…}}` with the options of `produce`; without it, it is read from
standard input. Progress and outcome come on standard output, as `lines` describes. SIGINT stops the sending.
"""

import gc
import signal
import sys

from pydantic import BaseModel

from mysimbdp.errors import KitError
from mysimbdp.sources.generator.lines import Outcome, Progress, Request
from mysimbdp.sources.producer import ProduceError, produce


def main() -> int:
    """Serve one request and return the exit code."""
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job would inherit its being ignored
    try:
        request = Request.model_validate_json(sys.argv[1] if len(sys.argv) > 1 else sys.stdin.read())
        _say(Progress(acknowledged=0, total=0))
        gc.freeze()  # what is there stays; looking through it again would only delay messages
        outcome = _outcome(request)
    except KeyboardInterrupt:
        outcome = Outcome(error="The load generator was stopped before it could say what it had sent.", exit_code=1)
    _say(outcome)
    return outcome.exit_code


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
