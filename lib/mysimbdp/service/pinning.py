"""Processes kept to some of the machine's cores, so that what is measured shares none with what measures it."""

import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import psutil

from mysimbdp.errors import KitError


def split_cores(measured: int = 1) -> tuple[set[int], set[int]]:
    """So many cores for what is measured, and the others for everything else; where none are left, all serve both.

    Raises:
        KitError: this machine has one core, or too few, or its system cannot keep processes to some.
    """
    if sys.platform != "linux":
        raise KitError("Processes can be kept to a core on Linux alone.")
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) < max(2, measured):
        raise KitError("This needs two cores: one for what is measured, and one for everything else.")
    own, others = set(cores[-measured:]), set(cores[:-measured])
    return own, others or own


def pin(pids: Iterable[int], cores: set[int]) -> None:
    """Keep processes and all they started to `cores`; what they start later inherits it."""
    for pid in pids:
        with suppress(psutil.NoSuchProcess):
            root = psutil.Process(pid)
            for process in (root, *root.children(recursive=True)):
                _pin_threads(process.pid, cores)


def _pin_threads(pid: int, cores: set[int]) -> None:
    for task in Path(f"/proc/{pid}/task").glob("*"):
        with suppress(ProcessLookupError):
            os.sched_setaffinity(int(task.name), cores)
