"""A load generator as its caller sees it."""

import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from queue import SimpleQueue
from threading import Thread, Timer
from types import TracebackType
from typing import IO, Self

from mysimbdp.errors import KitError, UsageError
from mysimbdp.leash import leashed
from mysimbdp.sources.generator.lines import Line, Outcome, Request, parse
from mysimbdp.sources.options import ProduceOptions
from mysimbdp.sources.producer import ProduceError
from mysimbdp.sources.summary import Summary

_STOP_TIMEOUT_S = 20.0


class Generator:
    """`produce` in a process of its own, for one load after the other; as a context it leaves no process behind.

    The process dies with the *thread* that started it. It has a session of its own: Ctrl-C in a terminal does not
    reach it, `stop` does.
    """

    def __init__(self, kafka: str, process: subprocess.Popen[str], complaints: IO[str]) -> None:
        self._kafka = kafka
        self._process = process
        assert process.stdin
        self._requests = process.stdin
        self._complaints = complaints
        self._outcome: Outcome | None = None
        self._is_up = False
        self._heard: SimpleQueue[Line | None] = SimpleQueue()
        # Whoever waits later still gets all of it, and the process never waits for a full pipe.
        self._listener = Thread(target=self._listen, daemon=True)
        self._listener.start()

    @classmethod
    def start(cls, kafka: str) -> Self:
        """Start a process that sends to this broker what it is asked to `offer`."""
        complaints = tempfile.TemporaryFile("w+")  # noqa: SIM115  # open as long as the process may write to it
        process = subprocess.Popen(
            leashed([sys.executable, "-P", "-m", "mysimbdp.sources.generator"]),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=complaints,
            text=True,
            start_new_session=True,
        )
        return cls(kafka, process, complaints)

    @property
    def pid(self) -> int:
        return self._process.pid

    def offer(self, options: ProduceOptions) -> None:
        """Begin to do `produce(kafka, options)`, once the load before has ended; whether it could, `wait` tells."""
        self._is_up = False
        with suppress(BrokenPipeError):
            self._requests.write(f"{Request(kafka=self._kafka, options=options).model_dump_json()}\n")
            self._requests.flush()

    def wait(self, progress: Callable[[int, int], None] | None = None) -> Summary:
        """Return what `produce` returned for the last load; `progress` is called from here, as `produce` would.

        Raises:
            UsageError, ProduceError, KitError: as `produce`, or the process died.
        """
        self._come_up()
        while self._outcome is None:
            line = self._hear()
            if isinstance(line, Outcome):
                self._outcome = line
            elif progress:
                progress(line.acknowledged, line.total)
        return _summary(self._outcome)

    def stop(self) -> Summary:
        """Stop sending, wait a moment for what is under way, and return the summary so far.

        Raises:
            KitError: it had not sent anything yet, or as `wait`.
        """
        self._come_up()
        if self._outcome is None:
            self._process.send_signal(signal.SIGINT)
        at_last = Timer(_STOP_TIMEOUT_S, self._process.kill)
        at_last.start()
        try:
            return self.wait()
        finally:
            at_last.cancel()

    def close(self) -> None:
        """End the process, whatever it is doing."""
        self._process.kill()
        self._process.wait()
        with suppress(BrokenPipeError):  # of what it did not read any more
            self._requests.close()
        self._listener.join()
        self._complaints.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.close()

    def _come_up(self) -> None:
        """Return once the load can be stopped, or has ended."""
        if not self._is_up:
            first = self._hear()
            self._outcome = first if isinstance(first, Outcome) else None
            self._is_up = True

    def _listen(self) -> None:
        assert self._process.stdout
        with suppress(ValueError), self._process.stdout as lines:  # a line of anything else is its last word
            for line in lines:
                self._heard.put(parse(line))
        self._heard.put(None)

    def _hear(self) -> Line:
        return self._heard.get() or self._ended_by_itself()

    def _ended_by_itself(self) -> Outcome:
        self._heard.put(None)  # for the next load
        exit_code = self._process.wait()
        self._complaints.seek(0)
        *_, last = ["", *self._complaints.read().splitlines()]
        sentence = f"The load generator ended by itself ({last or f'exit code {exit_code}'})."
        return Outcome(error=sentence, exit_code=KitError.exit_code)


def _summary(outcome: Outcome) -> Summary:
    """What `produce` returned; raises what it raised."""
    if outcome.error is None and outcome.summary is not None:
        return outcome.summary
    message = outcome.error or ""
    if outcome.summary is not None:
        raise ProduceError(message, outcome.summary)
    raise UsageError(message) if outcome.exit_code == UsageError.exit_code else KitError(message)
