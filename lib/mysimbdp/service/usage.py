"""CPU time and memory of an instance's processes, by role.

Roles are `broker`, `database`, `master`, `worker` (the daemons of all workers), `executors` (what the workers started:
executor JVMs and their Python workers), and `driver:<app>` (the app's Python and its JVM). Whatever else the supervisor
runs has its own name for a role.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import psutil

from mysimbdp.documents import ProcessUse
from mysimbdp.service import kafka, mongodb, spark
from mysimbdp.service.app_folder import CHILD_PREFIX

WORKER = "worker"
EXECUTORS = "executors"
_SERVICES = {kafka.NAME: "broker", mongodb.NAME: "database", spark.NAME: "master"}
_MEGABYTE = 1024 * 1024

Processes = Mapping[int, psutil.Process]  # by pid; `info` has the parent's


def driver_role(app: str) -> str:
    """The role of the processes that an app's driver consists of."""
    return f"driver:{app}"


class ProcessMeter:
    """Reads what the processes of one instance use. It is made once and asked often: it remembers those that ended."""

    def __init__(self) -> None:
        self._cpu_s: dict[str, dict[tuple[int, float], float]] = defaultdict(dict)  # role → pid and start → seconds

    def process_use(self, children: Mapping[str, Mapping[str, Any]]) -> dict[str, ProcessUse]:
        """What each role has used since it began, and holds now; CPU seconds never fall.

        Costs one look at the process table. Processes that come and go between two looks count where the system adds
        their time to their parent's, as Linux does.

        Args:
            children: what `SupervisorClient.children` tells.
        """
        processes = _processes()
        held: dict[str, list[ProcessUse]] = defaultdict(list)
        for name, pid in _pids(children):
            for role, use in _uses(name, pid, processes):
                held[role].append(use)
                self._remember(role, (pid, children[name]["since"]), use["cpu_s"])
        return {role: self._total(role, held[role]) for role in sorted(self._cpu_s)}

    def _remember(self, role: str, start: tuple[int, float], cpu_s: float) -> None:
        """Keep the most that was seen: the time of an ended process is nowhere until its parent has taken notice."""
        self._cpu_s[role][start] = max(cpu_s, self._cpu_s[role].get(start, 0.0))

    def _total(self, role: str, held: Sequence[ProcessUse]) -> ProcessUse:
        return ProcessUse(
            cpu_s=sum(self._cpu_s[role].values()),
            memory_mb=sum(use["memory_mb"] for use in held),
            processes=sum(use["processes"] for use in held),
        )


@dataclass(frozen=True)
class _Reading:
    """One process: its own CPU time, that of children it has seen end, and what of it is in memory."""

    own_s: float
    ended_s: float
    memory_mb: float


def use_by_child(children: Mapping[str, Mapping[str, Any]]) -> dict[str, ProcessUse]:
    """What the processes that run now have used so far, and hold, by the name of the supervised child.

    What a worker has started is apart from it, as `executors_of` the application.

    Args:
        children: what `SupervisorClient.children` tells.
    """
    processes = _processes()
    found: dict[str, list[_Reading]] = defaultdict(list)
    for name, pid in _pids(children):
        if not _is_worker(name):
            found[name] += _readings(_family(pid, processes), processes)
            continue
        found[name] += [replace(daemon, ended_s=0.0) for daemon in _readings([pid], processes)]
        for executor in _started_by(pid, processes):
            found[executors_of(_application(executor))] += _readings(_family(executor.pid, processes), processes)
    return {name: _use(readings) for name, readings in found.items() if readings}


def executors_of(application: str) -> str:
    """The name, in `use_by_child`, of the executors of a Spark application, which has this id."""
    return f"executors:{application}"


def _application(executor: psutil.Process) -> str:
    """The id of the application that a worker started this executor for."""
    with suppress(psutil.Error, ValueError, IndexError):
        command = executor.cmdline()
        return command[command.index("--app-id") + 1]
    return ""


def _pids(children: Mapping[str, Mapping[str, Any]]) -> list[tuple[str, int]]:
    return [(name, child["pid"]) for name, child in children.items() if child["pid"]]


def _processes() -> Processes:
    """All processes; psutil keeps its objects from one look to the next."""
    return {process.pid: process for process in psutil.process_iter(["ppid"])}


def _uses(name: str, pid: int, processes: Processes) -> Iterator[tuple[str, ProcessUse]]:
    """What a supervised process and its descendants use, by role; nothing where it has ended."""
    for top in _readings([pid], processes):
        below = _readings(_family(pid, processes)[1:], processes)
        if _is_worker(name):
            yield WORKER, _use([replace(top, ended_s=0.0)])
            yield EXECUTORS, _use(below, top.ended_s)
        else:
            yield _role(name), _use([top, *below])


def _is_worker(name: str) -> bool:
    return name.startswith(spark.WORKER_PREFIX)


def _role(name: str) -> str:
    if name.startswith(CHILD_PREFIX):
        return driver_role(name.removeprefix(CHILD_PREFIX))
    return _SERVICES.get(name, name)


def _use(readings: Sequence[_Reading], ended_s: float = 0.0) -> ProcessUse:
    return ProcessUse(
        cpu_s=sum((reading.own_s + reading.ended_s for reading in readings), ended_s),
        memory_mb=sum(reading.memory_mb for reading in readings),
        processes=len(readings),
    )


def _family(pid: int, processes: Processes) -> list[int]:
    """A process and all its descendants.

    Each comes after its parent: one that ends before its turn is then missing, not counted twice.
    """
    return [pid, *(member for child in _started_by(pid, processes) for member in _family(child.pid, processes))]


def _started_by(pid: int, processes: Processes) -> list[psutil.Process]:
    return [process for process in processes.values() if process.info["ppid"] == pid]


def _readings(pids: Iterable[int], processes: Processes) -> list[_Reading]:
    """What these processes use, without those that have ended."""
    readings = []
    for pid in pids:
        with suppress(KeyError, psutil.Error), processes[pid].oneshot():
            times, memory = processes[pid].cpu_times(), processes[pid].memory_info()
            ended_s = times.children_user + times.children_system
            readings.append(_Reading(times.user + times.system, ended_s, memory.rss / _MEGABYTE))
    return readings
