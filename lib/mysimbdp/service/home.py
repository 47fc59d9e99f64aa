"""The directory of one instance: its state, secrets, data and logs, readable by its user only."""

import contextlib
import json
import os
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from mysimbdp.errors import KitError, UsageError
from mysimbdp.files import DRAFTS, write_whole
from mysimbdp.service.processes import ProcessId

CHANGING_TIMEOUT_S = 180


@dataclass(frozen=True)
class InstanceRecord:
    """What stays the same for the life of an instance. The token marks its processes."""

    token: str
    mongodb_password: str


@dataclass(frozen=True)
class SupervisorRecord:
    """Who supervises the instance now, and how to reach it."""

    process: ProcessId
    port: int
    key: str


class Home:
    """Where everything of an instance is. Only `create` and `purge` make or delete directories."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self.apps = self.path / "apps"
        self.logs = self.path / "logs"
        self.data = self.path / "data"
        self.scratch = self.path / "scratch"
        self.ports = self.path / "ports.json"
        self.monitor = self.path / "monitor.json"
        self.supervisor_lock = self.path / "supervisor.lock"
        self._instance = self.path / "instance.json"
        self._supervisor = self.path / "supervisor.json"
        self._changing_lock = self.path / "changing.lock"

    def create(self) -> None:
        """Make the directory and its record, if they are not there yet.

        Raises:
            UsageError: the directory cannot be written, or holds something that is not an instance.
        """
        self.refuse_unusable()
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.path.chmod(0o700)
        if not self.exists:
            write_json(self._instance, asdict(InstanceRecord(secrets.token_hex(16), secrets.token_hex(16))))
        for directory in (self.apps, self.logs, self.data, self.scratch):
            directory.mkdir(exist_ok=True)

    def refuse_unusable(self) -> None:
        """Raise UsageError if the instance could not be here; see `create`."""
        existing = next(place for place in (self.path, *self.path.parents) if place.exists())
        if not existing.is_dir() or not os.access(existing, os.W_OK):
            raise self._not_ours()
        if existing == self.path and not self.exists and self._holds_something_else():
            raise UsageError(
                f"{self.path} is not empty and is no instance of mysimbdp; set MYSIMBDP_HOME to a new directory."
            )

    def _holds_something_else(self) -> bool:
        """Whether more is there than a lock, which is left where a purge ended while another command waited for it."""
        return any(path != self._changing_lock for path in self.path.iterdir())

    @property
    def exists(self) -> bool:
        """Whether there is an instance here.

        Raises:
            UsageError: it is somebody else's.
        """
        try:
            return self._instance.exists()
        except PermissionError:
            raise self._not_ours() from None

    def _not_ours(self) -> UsageError:
        return UsageError(f"The instance {self.path} cannot be written; set MYSIMBDP_HOME to a directory of yours.")

    def read_instance(self) -> InstanceRecord:
        return InstanceRecord(**json.loads(self._instance.read_text()))

    def read_supervisor(self) -> SupervisorRecord | None:
        """The last supervisor that did not take its leave; it may have been killed.

        Raises:
            UsageError: the instance is somebody else's, or no directory.
        """
        try:
            record = json.loads(self._supervisor.read_text())
        except FileNotFoundError:
            return None
        except (NotADirectoryError, PermissionError):
            raise self._not_ours() from None
        return SupervisorRecord(ProcessId(**record["process"]), record["port"], record["key"])

    def write_supervisor(self, record: SupervisorRecord) -> None:
        write_json(self._supervisor, asdict(record))

    def forget_supervisor(self) -> None:
        self._supervisor.unlink(missing_ok=True)

    def log(self, name: str) -> Path:
        return self.logs / f"{name}.txt"

    def clear_scratch(self) -> None:
        """Delete what killed processes left behind; only while nothing of the instance runs."""
        shutil.rmtree(self.scratch, ignore_errors=True)
        self.scratch.mkdir(exist_ok=True)

    @contextlib.contextmanager
    def changing(self) -> Iterator[None]:
        """Keep other processes from changing the instance at the same time."""
        try:
            with FileLock(self._changing_lock, timeout=CHANGING_TIMEOUT_S):
                yield
        except Timeout:
            raise KitError(
                f"Another command has been changing the instance {self.path} for {CHANGING_TIMEOUT_S} s; "
                "end it and try again."
            ) from None

    def purge(self) -> None:
        """Delete everything of the instance; what else somebody put there stays."""
        for directory in (self.apps, self.logs, self.data, self.scratch):
            shutil.rmtree(directory, ignore_errors=True)
        locks = (self.supervisor_lock, self._changing_lock)
        for file in (self.ports, self.monitor, self._supervisor, *locks, *self.path.glob(DRAFTS), self._instance):
            file.unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            self.path.rmdir()


def write_json(path: Path, content: object) -> None:
    """Write the whole file or nothing, readable by its user only."""
    write_whole(path, json.dumps(content, indent=1).encode())
