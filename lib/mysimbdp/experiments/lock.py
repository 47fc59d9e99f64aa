"""One sweep at a time on an instance: two would measure each other."""

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from mysimbdp.errors import KitError
from mysimbdp.service.home import Home, write_json
from mysimbdp.service.processes import ProcessId


@contextmanager
def only_sweep(home: Path, name: str) -> Iterator[None]:
    """Hold the instance for a sweep called `name`; the lock goes with the process, however that ends.

    Raises:
        KitError: another sweep is under way there.
    """
    place = Home(home)
    place.create()
    holder = place.data / "sweep.json"
    try:
        with FileLock(place.data / "sweep.lock", timeout=0):
            since = f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S}"
            write_json(holder, {"name": name, "pid": ProcessId.of_this_process().pid, "since": since})
            yield
    except Timeout:
        raise KitError(f"{_whose(holder)} is under way on this instance: wait for its end, or end it first.") from None


def _whose(holder: Path) -> str:
    with suppress(OSError, ValueError):
        held = json.loads(holder.read_text())
        return f"The sweep {held['name']} (process {held['pid']}, since {held['since']} UTC)"
    return "Another sweep"
