"""The app's progress, handed on as a file, and the end of the batch under way."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from os import SEEK_END
from pathlib import Path
from typing import Any, ClassVar

import orjson
from pyspark import SparkContext
from pyspark.sql.streaming.listener import StreamingQueryListener
from pyspark.sql.streaming.query import StreamingQuery
from typing_extensions import override

from mysimbdp.apps.observed import with_sums

Offsets = Mapping[str, Mapping[str, int]]  # topic → partition → offset


def finished_batches(app_dir: Path) -> list[dict[str, Any]]:
    """Spark's progress of every batch of an app since it began anew, in order; none before the first.

    A batch that was done again after a kill is there once, as it was done last.
    """
    return list({(batch["name"], batch["batchId"]): batch for batch in each_batch(app_dir)}.values())


def each_batch(app_dir: Path) -> Iterator[dict[str, Any]]:
    """The same, one after the other, for apps that have run for days; a batch that was done again comes again."""
    with suppress(FileNotFoundError), progress_path(app_dir).open("rb") as lines:
        for line in lines:
            if batch := _batch(line):
                yield batch


class ProgressTail:
    """Reads the progress of an app as it comes, each line once.

    When the app begins anew, so does the file, and it is read from its start.
    """

    def __init__(self, app_dir: Path) -> None:
        self._path = progress_path(app_dir)
        self._read_bytes = 0

    def new_batches(self) -> list[dict[str, Any]]:
        """Spark's progress of the batches that were not there at the last call, in order."""
        try:
            with self._path.open("rb") as file:
                if file.seek(0, SEEK_END) < self._read_bytes:
                    self._read_bytes = 0
                file.seek(self._read_bytes)
                whole, end, _half = file.read().rpartition(b"\n")
        except FileNotFoundError:
            self._read_bytes = 0
            return []
        self._read_bytes += len(whole) + len(end)
        return [batch for line in whole.splitlines() if (batch := _batch(line))]


def covered(progress: Mapping[str, Any]) -> Offsets:
    """Where a batch ended in all its topics; a source that is no Kafka has no such place."""
    ends = [source["endOffset"] for source in progress["sources"]]
    return {topic: offsets for end in ends if isinstance(end, dict) for topic, offsets in end.items()}


def _batch(line: bytes) -> dict[str, Any] | None:
    """The batch in a line; None in one that a killed driver left half written."""
    try:
        return with_sums(orjson.loads(line))
    except ValueError:
        return None


def progress_path(app_dir: Path) -> Path:
    return app_dir / "progress.jsonl"


class BatchWatch:
    """Knows which queries have finished a batch since it was asked."""

    def __init__(self) -> None:
        self._finished = threading.Condition()
        self._waiting_for: set[str] = set()

    def batch_finished(self, query_id: str) -> None:
        with self._finished:
            self._waiting_for.discard(query_id)
            self._finished.notify_all()

    def drain(self, queries: Sequence[StreamingQuery], timeout_s: float) -> None:
        """Wait until every query that works on a batch has finished it, `timeout_s` at the most.

        What is cut off all the same is done again from the checkpoint at the next start.
        """
        with self._finished:
            self._waiting_for = {str(query.id) for query in queries if query.status["isTriggerActive"]}
            self._finished.wait_for(lambda: not self._waiting_for, timeout_s)


class ProgressFile(StreamingQueryListener):
    """Appends the progress of every batch to a file in the app's folder, one JSON a line.

    It is itself what Java calls: pyspark would first take every event apart, field by field, each field a call between
    Java and Python, which costs a driver more than planning the batch does (docs/decisions/0016).
    """

    class Java:
        implements: ClassVar = ["org.apache.spark.sql.streaming.PythonStreamingQueryListener"]

    def __init__(self, app_dir: Path, batches: BatchWatch) -> None:
        self._path = progress_path(app_dir)
        self._batches = batches

    @cached_property
    def _jlistener(self) -> Any:
        return SparkContext._jvm.PythonStreamingQueryListenerWrapper(self)  # type: ignore[union-attr]

    @override
    def onQueryStarted(self, event: Any) -> None:
        """Nothing to hand on yet."""

    @override
    def onQueryProgress(self, event: Any) -> None:
        line = event.progress().json()
        with self._path.open("a") as file:
            file.write(f"\n{line}\n")  # not behind what a killed driver left half written
        self._batches.batch_finished(orjson.loads(line)["id"])

    @override
    def onQueryIdle(self, event: Any) -> None:
        self._batches.batch_finished(event.id().toString())

    @override
    def onQueryTerminated(self, event: Any) -> None:
        self._batches.batch_finished(event.id().toString())
