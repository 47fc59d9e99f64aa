"""Processes of an instance: known by pid and start time, found by the token in their environment, never by name."""

import contextlib
import os
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

# Not MYSIMBDP_…: those are settings, and an unknown one is an error.
TOKEN_VARIABLE = "SIMBDP_INSTANCE_TOKEN"
CHILD_VARIABLE = "SIMBDP_CHILD"

START_TIME_TOLERANCE_S = 0.5  # of what may be a rounded number
KILL_ROUNDS = 5
END_TIMEOUT_S = 2.0  # of a process that was killed
_TICKS_FIELD = 19  # of /proc/PID/stat, after the name in brackets; see proc(5), starttime


@dataclass(frozen=True)
class ProcessId:
    """A process that cannot be confused with a later one that got its pid; `started` is what `started_s` says."""

    pid: int
    started: float

    @classmethod
    def of(cls, pid: int) -> "ProcessId":
        return cls(pid, started_s(pid))

    @classmethod
    def of_this_process(cls) -> "ProcessId":
        return cls.of(os.getpid())

    def find(self) -> psutil.Process | None:
        """The process, or None when it has ended (a zombie has)."""
        try:
            process = psutil.Process(self.pid)
            same = abs(started_s(self.pid) - self.started) < START_TIME_TOLERANCE_S
            return process if same and not _has_ended(process) else None
        except psutil.NoSuchProcess:
            return None


def started_s(pid: int) -> float:
    """When the process began, in seconds: on Linux since the machine did, whatever the clock does; else since 1970.

    Raises:
        psutil.NoSuchProcess: it has ended.
    """
    if sys.platform != "linux":
        return psutil.Process(pid).create_time()
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        raise psutil.NoSuchProcess(pid) from None
    return int(fields[_TICKS_FIELD]) / os.sysconf("SC_CLK_TCK")


def find_by_token(token: str, child: str | None = None) -> list[psutil.Process]:
    """All processes whose environment carries the instance's token (and the child's name, if given)."""
    wanted = {TOKEN_VARIABLE: token} | ({CHILD_VARIABLE: child} if child else {})
    return [process for process, environment in _environments() if wanted.items() <= environment.items()]


def _environments() -> Iterator[tuple[psutil.Process, dict[str, str]]]:
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if process.pid != os.getpid():
                yield process, process.environ()


def kill_by_token(token: str, child: str | None = None) -> int:
    """SIGKILL every process with the token; return how many there were. Looks again for what was being forked."""
    killed = 0
    for _ in range(KILL_ROUNDS):
        found = find_by_token(token, child)
        if not found:
            break
        killed += len(found)
        kill(found)
    return killed


def kill(processes: list[psutil.Process]) -> None:
    """SIGKILL the processes and wait until they have ended, but not longer than two seconds."""
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    deadline_s = time.monotonic() + END_TIMEOUT_S
    while not all(map(_has_ended, processes)) and time.monotonic() < deadline_s:
        time.sleep(0.01)


def _has_ended(process: psutil.Process) -> bool:
    """Whether nothing of it runs. A zombie has ended, whenever its parent looks: in a container that may be never."""
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def describe_exit(exit_code: int) -> str:
    """How a process ended, in words: `killed by SIGKILL` or `exited with code 1`."""
    if exit_code >= 0:
        return f"exited with code {exit_code}"
    return f"killed by {signal.Signals(-exit_code).name}"
