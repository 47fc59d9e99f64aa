"""What a machine must have before anything is started: memory and disk."""

import shutil
from pathlib import Path

import psutil

from mysimbdp.errors import KitError

MEGABYTE = 1024 * 1024
# Broker segments, the database's journal and an unpacked first download; measured 0.6 GB, with room for data.
DISK_MB = 2000

# The limits of a container, newer and older kernels: how much it may have, how much it has.
CGROUP_FILES = [
    ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current"),
    ("/sys/fs/cgroup/memory/memory.limit_in_bytes", "/sys/fs/cgroup/memory/memory.usage_in_bytes"),
]


def available_memory_mb() -> int:
    """What can still be used without swapping, within the limit of a container."""
    available = [psutil.virtual_memory().available, *_left_in_container()]
    return min(available) // MEGABYTE


def _left_in_container() -> list[int]:
    for limit_file, usage_file in CGROUP_FILES:
        try:
            return [int(Path(limit_file).read_text()) - int(Path(usage_file).read_text())]
        except (OSError, ValueError):  # no such file, or "max"
            continue
    return []


def free_disk_mb(path: Path) -> int:
    """What is free where `path` is, or will be."""
    existing = next(place for place in (path, *path.parents) if place.exists())
    return shutil.disk_usage(existing).free // MEGABYTE


def require_memory(needed_mb: int, purpose: str) -> None:
    available_mb = available_memory_mb()
    if available_mb < needed_mb:
        raise KitError(
            f"{purpose} needs {needed_mb} MB of memory and {available_mb} MB are available; "
            "close other programs or ask for fewer workers."
        )


def require_disk(path: Path) -> None:
    free_mb = free_disk_mb(path)
    if free_mb < DISK_MB:
        raise KitError(f"{path} has {free_mb} MB of free disk and {DISK_MB} MB are needed; make room there.")
