"""The folder of one app: what it was started with, what it says of itself, its checkpoint and its log."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from mysimbdp.apps.spec import AppSpec, DriverState, last_state
from mysimbdp.files import write_whole
from mysimbdp.service.home import Home

# Apps and services are children of one supervisor; an app may be called "kafka".
CHILD_PREFIX = "app-"


@dataclass(frozen=True)
class AppFolder:
    """The folder of the app `name`, which may not exist yet."""

    home: Home
    name: str

    @property
    def path(self) -> Path:
        return self.home.apps / self.name

    @property
    def child(self) -> str:
        """What the supervisor calls the app's driver."""
        return f"{CHILD_PREFIX}{self.name}"

    @property
    def spec(self) -> Path:
        return self.path / "spec.json"

    @property
    def log(self) -> Path:
        return self.path / "log.txt"

    @property
    def checkpoint(self) -> Path:
        return self.path / "checkpoint"

    @property
    def exists(self) -> bool:
        return self.spec.exists()

    def begin(self, spec: AppSpec) -> None:
        """Write the spec of a start; what an earlier start said of itself is forgotten."""
        self.path.mkdir(mode=0o700, exist_ok=True)
        self._state.unlink(missing_ok=True)
        write_whole(self.spec, spec.model_dump_json(indent=1).encode())

    def begun_with(self) -> AppSpec:
        """The spec of the last start."""
        return AppSpec.model_validate_json(self.spec.read_text())

    def last_words(self) -> DriverState | None:
        """What the driver said last, or None when it has not said anything yet."""
        return last_state(self.path)

    def delete(self, keep_log: bool) -> None:
        """Delete all of it, or all but the log; the app is not known any more."""
        self.spec.unlink()
        for path in self.path.iterdir():
            if path.is_dir():
                shutil.rmtree(path)
            elif path != self.log or not keep_log:
                path.unlink()
        if not keep_log:
            self.path.rmdir()

    @property
    def _state(self) -> Path:
        return self.path / "state.json"


def app_folders(home: Home) -> list[AppFolder]:
    """The folders of all apps that were ever started, by name."""
    folders = [AppFolder(home, path.name) for path in home.apps.glob("*")]
    return sorted((folder for folder in folders if folder.exists), key=lambda folder: folder.name)
