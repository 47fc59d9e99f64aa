"""What a machine must have before anything is started, each as a check that `up` requires and `doctor` shows."""

import shutil
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import psutil

from mysimbdp.errors import KitError
from mysimbdp.service.home import Home
from mysimbdp.service.ports import becomes_free, listener_on, read_ports

MEGABYTE = 1024 * 1024
OLDEST_PYTHON = (3, 11)
# An unpacked first download (0.35 GB), the stores' own files (0.4 GB), and room for an experiment.
NEEDED_DISK_MB = 2000

# The limits of a container, newer and older kernels: how much it may have, how much it has.
CGROUP_FILES = [
    ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current"),
    ("/sys/fs/cgroup/memory/memory.limit_in_bytes", "/sys/fs/cgroup/memory/memory.usage_in_bytes"),
]


@dataclass(frozen=True)
class Check:
    """One thing that was looked at: what was found and, where that is not enough, how to mend it. See `judge`."""

    name: str
    ok: bool
    found: str
    fix: str | None = None

    def require(self) -> None:
        """Raise KitError unless all is well."""
        if not self.ok:
            raise KitError(f"{self.found}; {self.fix}.")


def judge(name: str, ok: bool, found: str, fix: str) -> Check:
    """The check of something; what is well needs no fix."""
    return Check(name, ok, found, None if ok else fix)


def check_python() -> Check:
    version = ".".join(map(str, sys.version_info[:3]))
    fix = "install Python 3.11 or newer and build the environment again"
    return judge("Python", sys.version_info >= OLDEST_PYTHON, f"Python {version}", fix)


def check_memory(needed_mb: int, purpose: str) -> Check:
    """Whether `purpose` ("Starting kafka") finds the memory that it was measured to take."""
    available_mb = available_memory_mb()
    found = f"{purpose} takes {needed_mb} MB of memory and {available_mb} MB are available"
    return judge("memory", available_mb >= needed_mb, found, "close other programs or ask for fewer workers")


def check_disk(path: Path, setting: str) -> Check:
    """Whether there is room where `path` is, or will be; `setting` is what puts it elsewhere."""
    existing = next(place for place in (path, *path.parents) if place.exists())
    free_mb = shutil.disk_usage(existing).free // MEGABYTE
    found = f"{free_mb} MB are free at {path} and {NEEDED_DISK_MB} MB are needed"
    return judge("disk", free_mb >= NEEDED_DISK_MB, found, f"make room there, or set {setting}")


def check_ports(home: Home, names: Iterable[str]) -> Check:
    """Whether the ports that the instance remembers for `names` can be listened on."""
    ports = {name: port for name, port in read_ports(home).items() if name in names}
    for name, port in ports.items():
        if not becomes_free(port):
            found = f"Port {port}, which {name} of this instance uses, is taken by {listener_on(port)}"
            fix = f"end that program, or delete {home.ports} to have new ports chosen"
            return judge("ports", False, found, fix)
    return Check("ports", True, ", ".join(map(str, ports.values())) or "none needed")


def available_memory_mb() -> int:
    """What can still be used without swapping, within the limit of a container."""
    return min([psutil.virtual_memory().available, *_left_in_container()]) // MEGABYTE


def _left_in_container() -> list[int]:
    for limit_file, usage_file in CGROUP_FILES:
        try:
            return [int(Path(limit_file).read_text()) - int(Path(usage_file).read_text())]
        except (OSError, ValueError):  # no such file, or "max"
            continue
    return []
