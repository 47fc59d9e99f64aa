"""One sweep at a time on an instance, and one run that is measured: two would measure each other."""

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from mysimbdp.errors import KitError
from mysimbdp.service.home import Home, write_json
from mysimbdp.service.processes import ProcessId

QUIET_TIMEOUT_S = 600.0


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


class Quiet:
    """The instance without another run that is measured or checked; it goes with the process, however that ends."""

    def __init__(self, home: Path) -> None:
        self._lock = FileLock(Home(home).data / "measuring.lock", timeout=0)

    def try_take(self) -> bool:
        """Take it if it is free; whether it is this run's now."""
        if not self._lock.is_locked:  # it counts how often it was taken
            with suppress(Timeout):
                self._lock.acquire()
        return self._lock.is_locked

    def wait(self) -> None:
        """Return once it is this run's.

        Raises:
            KitError: another run has kept it too long.
        """
        if self._lock.is_locked:
            return
        try:
            self._lock.acquire(timeout=QUIET_TIMEOUT_S)
        except Timeout:
            raise KitError(
                f"Another run on this instance has been measured or checked for {QUIET_TIMEOUT_S:g} s: "
                "wait for its end, or end its notebook."
            ) from None

    def give_back(self) -> None:
        self._lock.release()


def _whose(holder: Path) -> str:
    with suppress(OSError, ValueError):
        held = json.loads(holder.read_text())
        return f"The sweep {held['name']} (process {held['pid']}, since {held['since']} UTC)"
    return "Another sweep"
