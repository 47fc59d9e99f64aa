"""What the manager tells an app's driver process, and what the driver tells back, as files in the app's folder."""

import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import orjson
from pydantic import BaseModel, ConfigDict

from mysimbdp.contracts import Endpoints
from mysimbdp.files import write_whole


class AppSpec(BaseModel):
    """One start of an app (spec.json)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    module: str
    options: dict[str, Any]
    endpoints: Endpoints
    checkpoint: str
    fresh: bool
    jars: list[str]
    spark_conf: dict[str, str]
    class_archive: str | None = None  # of Java, for the driver and its executors
    cores: int = 1  # of the cluster
    real_time: bool = False  # whether its batches last minutes, and say nothing before they end

    @property
    def checkpoint_is_local(self) -> bool:
        """Whether the checkpoint is on a disk of this machine; a URI is somewhere else."""
        return "://" not in self.checkpoint


class DriverPhase(StrEnum):
    STARTING = "starting"
    RUNNING = "running"
    STOPPING = "stopping"
    STOPPED = "stopped"
    FAILED = "failed"


@dataclass(frozen=True)
class DriverState:
    """Where a driver stands (state.json); `reason` is one sentence when it failed."""

    state: DriverPhase
    pid: int
    reason: str | None = None
    queries: Sequence[str] = ()
    web: str | None = None  # where Spark's own pages of the app are
    application: str | None = None  # what Spark's master and executors call the app

    def write(self, app_dir: Path) -> None:
        """Replace state.json."""
        write_whole(app_dir / "state.json", orjson.dumps(asdict(self)))


def report(
    app_dir: Path,
    phase: DriverPhase,
    reason: str | None = None,
    queries: Sequence[str] = (),
    web: str | None = None,
    application: str | None = None,
) -> None:
    """Write the state of this driver process."""
    DriverState(phase, os.getpid(), reason, queries, web, application).write(app_dir)


def last_state(app_dir: Path) -> DriverState | None:
    """What the app's driver said last, or None when it has not said anything yet."""
    try:
        said = orjson.loads((app_dir / "state.json").read_bytes())
    except FileNotFoundError:
        return None
    return DriverState(**{**said, "state": DriverPhase(said["state"])})
