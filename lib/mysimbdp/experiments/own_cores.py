"""The apps of an instance on cores of their own, to be measured, stopped, and let go on."""

import os
import signal
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress

import psutil

from mysimbdp.errors import KitError
from mysimbdp.service.app_folder import CHILD_PREFIX
from mysimbdp.service.pinning import pin, split_cores
from mysimbdp.service.platform import Platform
from mysimbdp.service.spark import WORKER_PREFIX


class OwnCores:
    """One core, or so many, for all apps of the instance, drivers and executors alike, the others for everything else.

    A driver works between two batches, when its executor does not. Beside a busy producer it would wait for its turn.

    Processes that start later are where the one that started them was.

    Raises:
        KitError: as `split_cores`, or Spark is not the embedded one.
    """

    def __init__(self, platform: Platform, cores: int = 1) -> None:
        if platform.settings.spark:
            raise KitError("Only executors of the embedded Spark can be kept to a core: leave MYSIMBDP_SPARK unset.")
        self._platform = platform
        self._own, self._others = split_cores(cores)
        self._cpu_s: dict[tuple[int, float], float] = {}  # by pid and start, with children that ended
        self._kept: dict[psutil.Process, set[int]] = {}  # other processes: to which cores

    def take(self) -> None:
        """Keep apps to their cores, and off them all else that the instance runs now, and this process."""
        pin({os.getpid(), *self._children()} - set(self._drivers()), self._others)
        pin([*self._drivers(), *self._executors()], self._own)
        for process, cores in self._kept.items():
            if process.is_running():  # and not another that has its pid by now
                pin([process.pid], cores)

    def keep_off(self, pid: int) -> None:
        """Keep another process off these cores."""
        self._keep(pid, self._others)

    def keep_on(self, pid: int) -> None:
        """Keep another process to these cores."""
        self._keep(pid, self._own)

    def _keep(self, pid: int, cores: set[int]) -> None:
        with suppress(psutil.NoSuchProcess):
            self._kept[psutil.Process(pid)] = cores
        pin([pid], cores)

    def give_back(self) -> None:
        """Let everything run everywhere, this process and what it started, too."""
        pin([*self._children(), os.getpid()], self._own | self._others)

    @contextmanager
    def shared(self) -> Iterator[None]:
        """Let everything run everywhere for a while, so that Java compiles beside what an app does, and is done sooner.

        Then all of it is kept where it was.
        """
        self.give_back()
        yield
        self.take()

    def stopped(self) -> AbstractContextManager[None]:
        """Have all apps stand still, drivers and executors."""
        return _standing_still([*self._drivers(), *self._executors()])

    def at_rest(self) -> AbstractContextManager[None]:
        """Have no app begin anything: its driver stands still.

        For seconds: after two minutes Spark would take its executors for lost.
        """
        return _standing_still(self._drivers())

    def used_s(self) -> float:
        """CPU seconds of all apps so far, their drivers and their executors; never less than the last time.

        Each process counts by itself: Spark ends a Python worker after an idle minute, in a way that leaves its time
        nowhere else. What a process used between the last look and its end is missing.
        """
        for root in (*self._drivers(), *self._executors()):
            for process in _with_children(root):
                with suppress(psutil.NoSuchProcess):
                    self._cpu_s[process.pid, process.create_time()] = sum(process.cpu_times()[:4])
        return sum(self._cpu_s.values())

    def _children(self) -> list[int]:
        """The processes that the instance's supervisor runs: services, and drivers of apps."""
        return list(self._running().values())

    def _drivers(self) -> list[int]:
        return [pid for name, pid in self._running().items() if name.startswith(CHILD_PREFIX)]

    def _executors(self) -> list[int]:
        """What the workers started."""
        workers = [psutil.Process(pid) for name, pid in self._running().items() if name.startswith(WORKER_PREFIX)]
        return [executor.pid for worker in workers for executor in worker.children()]

    def _running(self) -> dict[str, int]:
        """By name; apps that have ended are known to the supervisor, too, without a pid."""
        return {name: child["pid"] for name, child in self._platform.processes().items() if child["pid"]}


@contextmanager
def _standing_still(pids: Iterable[int]) -> Iterator[None]:
    processes = [process for pid in pids for process in _with_children(pid)]
    try:
        _signal(processes, signal.SIGSTOP)
        yield
    finally:
        _signal(processes, signal.SIGCONT)


def _with_children(pid: int) -> list[psutil.Process]:
    """The process and all it started; none of one that has ended."""
    try:
        root = psutil.Process(pid)
        return [root, *root.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def _signal(processes: list[psutil.Process], number: int) -> None:
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.send_signal(number)
