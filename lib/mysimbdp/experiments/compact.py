"""Runs as compact files, to be committed and read back: a gzipped file of JSON lines for each collection."""

import gzip
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from pydantic import TypeAdapter

from mysimbdp import coredms
from mysimbdp.contracts import Collection
from mysimbdp.documents import LatencyDocument, ProgressDocument, ResourceDocument, RunDocument, RunStatus
from mysimbdp.errors import KitError, UsageError
from mysimbdp.settings import CHECKOUT

DECIMALS = 3
_FILES = (Collection.RUNS, Collection.PROGRESS, Collection.LATENCIES, Collection.RESOURCES)
_LEFT_OUT = ("raw", "trace", "spark")

_RUNS = TypeAdapter(list[RunDocument])
_PROGRESS = TypeAdapter(list[ProgressDocument])
_LATENCIES = TypeAdapter(list[LatencyDocument])
_RESOURCES = TypeAdapter(list[ResourceDocument])


@dataclass(frozen=True)
class Stored:
    """Runs and what was measured of them."""

    runs: list[RunDocument]
    progress: list[ProgressDocument]
    latencies: list[LatencyDocument]
    resources: list[ResourceDocument]

    def only(self, runs: list[RunDocument]) -> "Stored":
        """These runs of it, and what belongs to them."""
        ids = {run["_id"] for run in runs}
        return Stored(
            runs,
            [document for document in self.progress if document["run_id"] in ids],
            [document for document in self.latencies if document["run_id"] in ids],
            [document for document in self.resources if document["run_id"] in ids],
        )


def read(folder: Path) -> Stored:
    """The documents in the files of `folder`, times as datetimes again.

    Raises:
        KitError: a file is missing.
    """
    return Stored(
        _RUNS.validate_python(_lines(folder, Collection.RUNS)),
        _PROGRESS.validate_python(_lines(folder, Collection.PROGRESS)),
        _LATENCIES.validate_python(_lines(folder, Collection.LATENCIES)),
        _RESOURCES.validate_python(_lines(folder, Collection.RESOURCES)),
    )


def _lines(folder: Path, collection: Collection) -> list[Any]:
    path = _path(folder, collection)
    if not path.is_file():
        raise KitError(f"There are no reference runs: {path} is missing; `tools/export-reference` writes it.")
    return [orjson.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()]


def export(mongodb_uri: str, sweeps: Iterable[str], folder: Path) -> int:
    """Write all finished runs of some sweeps, and what belongs to them, to `folder`; the number of runs.

    They take the place of what is there of their experiments in their profile; all else stays. Left out are what Spark
    said (`raw`, `spark`), traces, and the paths of this machine; numbers are rounded to `DECIMALS`.

    Raises:
        UsageError: coredms has no finished run of a sweep.
        KitError: coredms does not answer.
    """
    with coredms.connect(mongodb_uri) as database:
        runs = [run for sweep in sweeps for run in _finished(database, sweep)]
        of_these = {"run_id": {"$in": [run["_id"] for run in runs]}}
        parts = {
            collection: list(database[collection].find(of_these))
            for collection in (Collection.PROGRESS, Collection.LATENCIES, Collection.RESOURCES)
        }
    kept = _others(folder, set(map(_of_what, runs)))
    folder.mkdir(parents=True, exist_ok=True)
    for collection, documents in {Collection.RUNS: runs, **parts}.items():
        of_collection = [*kept[collection], *map(_compact, documents)]
        lines = [orjson.dumps(document, option=orjson.OPT_UTC_Z) for document in _by_id(of_collection)]
        # Without a time in the file, the same runs are the same bytes.
        _path(folder, collection).write_bytes(gzip.compress(b"\n".join(lines), mtime=0))
    return len(runs)


def _of_what(run: coredms.Document) -> tuple[str, str]:
    return run["experiment"], run["profile"]


def _others(folder: Path, replaced: set[tuple[str, str]]) -> dict[Collection, list[coredms.Document]]:
    """What is in the files of other experiments and profiles than these, by collection."""
    there = {name: _lines(folder, name) if _path(folder, name).is_file() else [] for name in _FILES}
    other = {run["_id"] for run in there[Collection.RUNS] if _of_what(run) not in replaced}
    return {
        name: [document for document in documents if document.get("run_id", document["_id"]) in other]
        for name, documents in there.items()
    }


def _finished(database: coredms.Coredms, sweep: str) -> list[coredms.Document]:
    over = [RunStatus.COMPLETED.value, RunStatus.FAILED.value]
    found = list(database[Collection.RUNS].find({"sweep": sweep, "status": {"$in": over}}))
    if not found:
        raise UsageError(f"coredms has no finished run of sweep {sweep}; `mysimbdp experiment list` names the sweeps.")
    return found


def _by_id(documents: Iterable[coredms.Document]) -> list[coredms.Document]:
    return sorted(documents, key=lambda document: str(document["_id"]))


def _compact(document: coredms.Document) -> coredms.Document:
    kept = {name: _plain(value) for name, value in document.items() if name not in _LEFT_OUT}
    if "parameters" in document:
        kept["parameters"] = document["parameters"]  # rounded, a point would be another one
    return kept


def _plain(value: Any) -> Any:
    """The same with floats rounded, and paths in the checkout as seen from there."""
    match value:
        case float():
            return round(value, DECIMALS)
        case str():
            return value.replace(f"{CHECKOUT}/", "")
        case dict():
            return {name: _plain(child) for name, child in value.items()}
        case list():
            return [_plain(child) for child in value]
        case _:
            return value


def _path(folder: Path, collection: Collection) -> Path:
    return folder / f"{collection}.jsonl.gz"
