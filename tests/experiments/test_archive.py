"""Runs come back from coredms, and from the compact files that are made of them, as they were written."""

import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pandas as pd
import pytest

from mysimbdp import coredms
from mysimbdp.contracts import Collection
from mysimbdp.documents import RunStatus
from mysimbdp.errors import KitError, UsageError
from mysimbdp.experiments import archive, compact
from mysimbdp.metrics import run_summary
from mysimbdp.service.platform import Platform
from mysimbdp.settings import CHECKOUT
from tests.metrics.made import at, batch, in_a_row, latency, produced, run, sample, without

EXPERIMENT = "archived"
THIRD = 1 / 3


def stored() -> dict[Collection, list[Any]]:
    """A sweep of two runs, one of them FAILED, an earlier one in full, and a run of another experiment."""
    whole = run("x-1", {"rate_per_s": THIRD}, producer=produced())
    failed = without(run("x-2", order=2, started_at=at(60), status=RunStatus.FAILED), "producer", "verification")
    failed = {**failed, "reason": f"{CHECKOUT}/notebooks/x.ipynb died.", "trace": "File x"}
    mine = [{**each, "experiment": EXPERIMENT, "sweep": "x"} for each in (whole, failed)]
    full = {**run("f-1", started_at=at(-60)), "experiment": EXPERIMENT, "sweep": "f", "profile": "full"}
    raw: dict[str, Any] = {"raw": {"id": "spark"}, "processed_rate_per_s": THIRD, "watermark": at(5)}
    return {
        Collection.RUNS: [*mine, full, {**run("y-1"), "experiment": "another"}],
        Collection.PROGRESS: [*in_a_row(1000, 1000, run_id="x-1", **raw), batch(0, 0, 1000, run_id="y-1")],
        Collection.LATENCIES: [latency("processing", 1, 2, 3, 4, run_id="x-1")],
        Collection.RESOURCES: [sample(number, number, run_id="x-1", driver=(number, 300.0)) for number in range(3)],
    }


@pytest.fixture
def mongodb(platform: Platform) -> Iterator[str]:
    """A coredms that holds these runs, and holds none of them afterwards."""
    uri = platform.endpoints().mongodb
    with coredms.connect(uri) as database:
        coredms.prepare(database)
        for collection, documents in stored().items():
            coredms.upsert(database, collection, [cast(coredms.Document, document) for document in documents])
        yield uri
        for collection, documents in stored().items():
            database[collection].delete_many({"_id": {"$in": [document["_id"] for document in documents]}})


def figures(found: archive.Recorded) -> pd.DataFrame:
    """What is drawn of them; in a reason, a path of this machine is not told to others."""
    summary = run_summary(found.runs, found.progress, found.latencies, found.resources)
    return summary.drop(columns="invalid_reason")


def test_runs_are_found_with_all_that_belongs_to_them_but_raw_progress(mongodb: str) -> None:
    found = archive.find(mongodb, EXPERIMENT)
    expected = stored()
    assert [run["_id"] for run in found.runs] == ["x-1", "x-2"]
    assert archive.recorded(mongodb, EXPERIMENT) == found
    assert "trace" not in found.runs[1]
    assert found.progress == [without(document, "raw") for document in expected[Collection.PROGRESS][:2]]
    assert found.latencies == expected[Collection.LATENCIES]
    assert found.resources == expected[Collection.RESOURCES]
    assert found.source == "2 runs of sweep x (quick, 2026-01-01) in coredms."


def test_runs_that_were_exported_come_back_with_the_same_figures(mongodb: str, tmp_path: Path) -> None:
    assert compact.export(mongodb, ["x"], tmp_path) == 2
    back, found = archive.reference(EXPERIMENT, folder=tmp_path), archive.find(mongodb, EXPERIMENT)
    assert back.source == (
        "coredms has no such runs, so these came with the kit: 2 runs of sweep x (quick, 2026-01-01), "
        "made on any, 2 cores (data/samples/reference)."
    )
    pd.testing.assert_frame_equal(figures(back), figures(found))
    assert back.runs[0]["parameters"] == {"rate_per_s": THIRD}
    assert back.progress[0]["watermark"] == at(5)


def test_exported_files_hold_no_path_of_the_machine_and_no_trace_and_are_the_same_bytes_again(
    mongodb: str, tmp_path: Path
) -> None:
    compact.export(mongodb, ["x"], tmp_path)
    files = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    compact.export(mongodb, ["x"], tmp_path)
    assert files == {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    text = b"".join(gzip.decompress(content) for content in files.values()).decode()
    assert '"reason":"notebooks/x.ipynb died."' in text
    assert '"processed_rate_per_s":0.333,' in text
    assert [word for word in (str(CHECKOUT), '"trace"', '"raw"') if word in text] == []


def test_what_is_exported_takes_the_place_of_its_experiment_and_profile_alone(mongodb: str, tmp_path: Path) -> None:
    for sweep in ("x", "f", "x"):
        compact.export(mongodb, [sweep], tmp_path)
    assert {run["_id"] for run in compact.read(tmp_path).runs} == {"x-1", "x-2", "f-1"}
    assert len(compact.read(tmp_path).progress) == 2
    with coredms.connect(mongodb) as database:
        database[Collection.RUNS].update_one({"_id": "x-2"}, {"$set": {"sweep": "left"}})
    compact.export(mongodb, ["x"], tmp_path)
    assert {run["_id"] for run in compact.read(tmp_path).runs} == {"x-1", "f-1"}


def test_where_coredms_holds_nothing_the_reference_is_read(mongodb: str, tmp_path: Path) -> None:
    compact.export(mongodb, ["x"], tmp_path)
    with coredms.connect(mongodb) as database:
        database[Collection.RUNS].delete_many({"experiment": EXPERIMENT})
    back = archive.recorded(mongodb, EXPERIMENT, folder=tmp_path)
    assert [run["_id"] for run in back.runs] == ["x-1", "x-2"]
    assert back.source.startswith("coredms has no such runs")


def test_what_there_is_nowhere_is_told_in_a_sentence(mongodb: str, tmp_path: Path) -> None:
    with pytest.raises(KitError, match="runs\\.jsonl\\.gz is missing"):
        archive.reference(EXPERIMENT, folder=tmp_path)
    with pytest.raises(UsageError, match="no finished run of sweep nowhere"):
        compact.export(mongodb, ["x", "nowhere"], tmp_path)
    assert list(tmp_path.iterdir()) == []
    compact.export(mongodb, ["x"], tmp_path)
    with pytest.raises(KitError, match="has runs of parallelism full: `mysimbdp experiment run parallelism` makes"):
        archive.reference("parallelism", "full", folder=tmp_path)


def test_coredms_refuses_a_run_without_a_status(mongodb: str) -> None:
    with (
        pytest.raises(KitError, match="Document failed validation"),
        coredms.connect(mongodb) as database,
    ):
        database[Collection.RUNS].insert_one({**run("z-1"), "status": "DONE"})


def test_the_published_results_are_those_of_the_three_experiments() -> None:
    counts = archive.published().groupby("experiment").size().to_dict()
    assert counts == {"speed": 8, "error_rate": 33, "parallelism": 16}
