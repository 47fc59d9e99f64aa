"""One process that a supervisor owns, from its start to the end of everything it left behind."""

import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mysimbdp.leash import leashed
from mysimbdp.service.processes import (
    CHILD_VARIABLE,
    TOKEN_VARIABLE,
    describe_exit,
    kill_by_token,
)

STOP_GRACE_S = 20.0


@dataclass(frozen=True)
class Command:
    """What to run. Children of a lower `stop_order` are stopped before those of a higher one."""

    name: str
    argv: list[str]
    env: dict[str, str]
    cwd: str
    log: str
    stop_order: int = 0


class Child:
    """A started command. Its states are running, stopping, stopped (as asked) and dead (ended by itself)."""

    def __init__(self, command: Command, token: str) -> None:
        self.command = command
        self.since = time.time()
        self.state = "running"
        self.reason: str | None = None
        self._token = token
        self._kill_at: float | None = None
        self._process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        marks = {TOKEN_VARIABLE: self._token, CHILD_VARIABLE: self.command.name}
        with Path(self.command.log).open("ab") as log:
            return subprocess.Popen(
                leashed(self.command.argv),
                env=self.command.env | marks,
                cwd=self.command.cwd,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def alive(self) -> bool:
        return self.state in ("running", "stopping")

    def stop(self, grace_s: float = STOP_GRACE_S) -> None:
        """Ask it to end; `watch` ends it by force after `grace_s`."""
        if self.state == "running":
            self.state = "stopping"
            self._kill_at = time.monotonic() + grace_s
            self._process.terminate()

    def watch(self) -> None:
        """See whether it has ended, and leave nothing of it if so."""
        if not self.alive:
            return
        if self._kill_at is not None and time.monotonic() > self._kill_at:
            self.reason = "did not stop when asked, and was killed"
            kill_by_token(self._token, self.command.name)
        exit_code = self._process.poll()
        if exit_code is not None:
            kill_by_token(self._token, self.command.name)
            self._ended(exit_code)

    def _ended(self, exit_code: int) -> None:
        if self.state == "stopping":
            self.state = "stopped"
        else:
            self.state = "dead"
            self.reason = describe_exit(exit_code)

    def describe(self) -> dict[str, Any]:
        return {
            "name": self.command.name,
            "state": self.state,
            "pid": self._process.pid if self.alive else None,
            "since": self.since,
            "reason": self.reason,
            "log": self.command.log,
        }
