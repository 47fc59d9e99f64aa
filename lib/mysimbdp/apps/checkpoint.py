"""What goes with an app's checkpoint: its lock, the ids of the topics it was begun on, and a new beginning."""

import json
from pathlib import Path
from typing import Any

import psutil
from filelock import FileLock, Timeout
from pyspark.sql import SparkSession

from mysimbdp.apps.handover import forget_generation
from mysimbdp.apps.progress import progress_path
from mysimbdp.apps.spec import AppSpec
from mysimbdp.errors import KitError
from mysimbdp.files import write_whole


def lock(spec: AppSpec, app_dir: Path) -> FileLock:
    """The lock of the app's checkpoint, taken, until the process ends.

    It lies beside the checkpoint; where that is a URI, in the app's folder, so it keeps apart what this machine starts.

    Raises:
        KitError: another app works on the checkpoint; the sentence names it.
    """
    beside = Path(spec.checkpoint) if spec.checkpoint_is_local else app_dir / "checkpoint"
    beside.parent.mkdir(parents=True, exist_ok=True)
    holder = beside.with_name(f"{beside.name}.holder")
    taken = FileLock(beside.with_name(f"{beside.name}.lock"))
    try:
        taken.acquire(timeout=0)
    except Timeout:
        raise KitError(
            f"The checkpoint {spec.checkpoint} is in use by {holder.read_text()}; stop that first."
        ) from None
    holder.write_text(f"the app {spec.name} (process {psutil.Process().pid})")
    return taken


def begin_anew(spark: SparkSession, spec: AppSpec, app_dir: Path) -> None:
    """Forget all that earlier starts left: the checkpoint, its options and topics, progress, the sharing."""
    jvm = spark.sparkContext._jvm
    assert jvm is not None
    path = jvm.org.apache.hadoop.fs.Path(spec.checkpoint)  # Spark's own way to any file system a checkpoint may be on
    path.getFileSystem(spark.sparkContext._jsc.hadoopConfiguration()).delete(path, True)
    _begun_path(app_dir).unlink(missing_ok=True)
    progress_path(app_dir).unlink(missing_ok=True)
    TopicIds(app_dir).forget()
    forget_generation(app_dir)


def remember_options(spec: AppSpec, app_dir: Path) -> None:
    """Keep the options that a checkpoint is begun with; those of one that was begun earlier stay."""
    if not _begun_path(app_dir).exists():
        write_whole(_begun_path(app_dir), json.dumps(spec.options).encode())


def begun_options(app_dir: Path) -> dict[str, Any]:
    """The options that the app's checkpoint was begun with; none where there is no checkpoint yet."""
    return dict(json.loads(_begun_path(app_dir).read_text())) if _begun_path(app_dir).exists() else {}


def _begun_path(app_dir: Path) -> Path:
    return app_dir / "begun.json"


class TopicIds:
    """The ids of the topics that an app's checkpoint was begun on."""

    def __init__(self, app_dir: Path) -> None:
        self._path = app_dir / "topic_ids.json"

    def read(self) -> dict[str, str]:
        return dict(json.loads(self._path.read_text())) if self._path.exists() else {}

    def write(self, ids: dict[str, str]) -> None:
        write_whole(self._path, json.dumps(self.read() | ids).encode())

    def forget(self) -> None:
        self._path.unlink(missing_ok=True)
