"""A point seen from its sweep: a process of its own, of which nothing is left when it has ended."""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mysimbdp.leash import leashed
from mysimbdp.service.processes import CHILD_VARIABLE, TOKEN_VARIABLE, describe_exit, kill_by_token

_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True)
class PointRun:
    """What is executed for one run, and where the executed copy goes; its log is beside it."""

    run_id: str
    notebook: Path
    parameters: Mapping[str, Any]
    executed: Path

    @property
    def log(self) -> Path:
        return self.executed.with_suffix(".txt")


class PointProcess:
    """The process that executes a point, until `close`.

    The process, its kernel and what that started carry `token` and the run id in their environment, and `close` leaves
    none of them. They go with this process too, however it ends.
    """

    def __init__(self, point: PointRun, token: str) -> None:
        """Start it."""
        self.point = point
        self._token = token
        self._began_s = time.monotonic()
        self._process = _start(point, token)

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None

    def wait(self, timeout_s: float) -> str | None:
        """Let it come to its end; return why it failed, in one sentence, or None."""
        try:
            return _failure(self.point, self._process.wait(timeout_s))
        except subprocess.TimeoutExpired:
            return f"It was not done after {time.monotonic() - self._began_s:.0f} s, and was ended."

    def close(self) -> None:
        """See that nothing of it is left."""
        kill_by_token(self._token, self.point.run_id)
        self._process.wait()


def _start(point: PointRun, token: str) -> subprocess.Popen[bytes]:
    point.executed.parent.mkdir(parents=True, exist_ok=True)
    arguments = [str(point.notebook), str(point.executed), json.dumps(dict(point.parameters))]
    marks = {TOKEN_VARIABLE: token, CHILD_VARIABLE: point.run_id}
    with point.log.open("wb") as log:
        return subprocess.Popen(
            leashed([sys.executable, "-m", "mysimbdp.experiments.point", *arguments]),
            env=os.environ | marks,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def _failure(point: PointRun, exit_code: int) -> str | None:
    if exit_code == 0:
        return None
    if exit_code < 0:
        return f"Its process was {describe_exit(exit_code)}."
    lines = point.log.read_text(errors="replace").splitlines()
    return next((line for line in reversed(lines) if line.strip()), f"Its process {describe_exit(exit_code)}.")


def trace_of(point: PointRun) -> str | None:
    """The traceback of the cell that failed, or None where none did."""
    try:
        cells = json.loads(point.executed.read_text())["cells"]
    except (OSError, ValueError):
        return None
    outputs = [output for cell in cells for output in cell.get("outputs", ())]
    traces = ["\n".join(output["traceback"]) for output in outputs if output["output_type"] == "error"]
    return _COLOURS.sub("", traces[-1]) if traces else None
