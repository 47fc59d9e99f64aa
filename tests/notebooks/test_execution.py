"""Every notebook runs from top to bottom on the real platform, and a killed kernel leaves nothing of its own."""

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest

from mysimbdp import coredms
from mysimbdp.execution import execute
from mysimbdp.experiments.rungs import RUNGS
from mysimbdp.service.home import Home
from mysimbdp.service.platform import Platform
from tests.notebooks.conftest import KERNEL_TIMEOUT_S, Kernel
from tests.notebooks.shape import NOTEBOOKS
from tests.service.conftest import processes_of, wait_until

BRING_UP = """
from mysimbdp.service.platform import Platform
platform = Platform()
platform.up()
"""


pytestmark = pytest.mark.timeout(600)  # a notebook takes less than a minute on a machine that does nothing else


OWN_APP = NOTEBOOKS / "06_your_own_app.ipynb"  # is run further below, after one that broke off
QUICK: dict[str, dict[str, Any]] = {
    "02_producer": {"duration_s": 1.0},
    "07_monitor": {"well_s": 1.0, "broken_s": 4.0, "mended_s": 8.0, "burst": 3000},
    "08_instant_alerts": {"duration_s": 8.0},
}


@pytest.fixture(autouse=True)
def no_app_outlives_its_test(platform: Platform) -> Iterator[None]:
    """A notebook that failed leaves its apps running; the next test does not meet them."""
    yield
    for app in platform.apps():
        if app.pid:
            platform.stop_app(app.name)


@pytest.mark.parametrize("path", sorted({*NOTEBOOKS.glob("*.ipynb")} - {OWN_APP}), ids=lambda path: path.name)
def test_the_notebook_runs_and_leaves_the_platform_as_it_found_it(
    platform: Platform, path: Path, tmp_path: Path
) -> None:
    execute(path, QUICK.get(path.stem, {}), tmp_path / path.name)
    assert_left_as_it_was(platform, tmp_path / path.name)


def assert_left_as_it_was(platform: Platform, executed: Path) -> None:
    assert "widget-view" not in executed.read_text()  # papermill may wait for one in vain
    assert [app.name for app in platform.apps() if app.pid] == []
    assert {service.state for service in platform.status().services} == {"running"}


SMALL: dict[str, dict[str, Any]] = {
    "ablation": {"warm_up_messages": 1000, "large_messages": 5000, "larges": 1, "settle_s": 0.5, "small_s": 2.0},
    "ingest": {"warm_up_messages": 1000, "drain_messages": 3000, "drains": 1},
    "ladder": {"warm_up_messages": 3000, "follow_rate_per_s": 1000, "follow_s": 2, "drain_messages": 5000, "passes": 1},
    "scale": {"sensors": 50, "follow_rate_per_s": 200, "follow_s": 5, "drain_messages": 5000, "drains": 1},
    "spikes": {"rate_per_s": 500.0, "duration_s": 2.0, "warm_up_s": 1.0},
    "capacity": {
        "warm_up_messages": 3000,
        "drain_messages": 5000,
        "drains": 1,
        "prompt_s": 1.0,
        "first_rate_per_s": 200.0,
        "highest_rate_per_s": 200.0,
        "tolerance": 3.0,
        "confirmations": 1,
        "steady_s": 1.0,
        "settle_s": 1.0,
        "probe_s": 4.0,
        "confirm_s": 8.0,
        "latency_objective_s": 30.0,
    },
}


@pytest.mark.parametrize("path", sorted((NOTEBOOKS / "experiments").glob("*.ipynb")), ids=lambda path: path.name)
def test_the_notebook_of_an_experiment_measures_a_valid_point_and_leaves_no_app(
    platform: Platform, path: Path, tmp_path: Path
) -> None:
    execute(path, SMALL.get(path.stem, {"duration_s": 2.0, "warm_up_batches": 1}), tmp_path / path.name)
    with coredms.connect(platform.endpoints().mongodb) as database:
        run = database.runs.find_one({"experiment": path.stem}, sort=[("started_at", -1)]) or {}
    assert (run["status"], run["verification"]["passed"]) == ("COMPLETED", True), run.get("reason")
    if path.stem == "capacity":
        (drain, *_), probes = run["drains"], run["capacity"]["probes"]
        assert drain["messages"] == 5000
        assert drain["seconds"] > 0
        assert {probe["offered_rate_per_s"] for probe in probes} >= {200.0}
        assert len(run["capacity"]["busy_drains"]) == bool(run["capacity"]["sustainable_rate_per_s"])
    if path.stem == "ingest":
        assert (run["verification"]["expected_reports"], run["drains"][0]["messages"]) == (4000, 3000)
    if path.stem == "ablation":
        assert [drain["messages"] for drain in run["drains"]] == [5000]
        sent, queries = 250, 2
        assert 0 < sum(batch["messages"] for batch in run["small_batches"]) <= sent * queries
    if path.stem == "scale":
        assert run["verification"]["delivered"]["clean"] == 6000
        assert run["drains"][0]["load_ceiling_per_s"] > 0
    if path.stem == "spikes":
        assert run["verification"]["found_reports"] > 0
    if path.stem == "ladder":
        assert Counter(rung["rung"] for rung in run["rungs"]) == dict.fromkeys([*RUNGS, "columnar"], 1)
        assert {rung["messages"] for rung in run["rungs"]} == {5000}
    assert [app.name for app in platform.apps() if app.pid] == []


def test_a_notebook_that_broke_off_can_be_run_again(platform: Platform, tmp_path: Path) -> None:
    half = nbformat.read(OWN_APP, as_version=4)  # type: ignore[no-untyped-call]
    half.cells = half.cells[: next(n for n, cell in enumerate(half.cells) if "wait_until_caught_up" in cell.source)]
    nbformat.write(half, tmp_path / "half.ipynb")  # type: ignore[no-untyped-call]
    for file in NOTEBOOKS.glob("*.py"):
        (tmp_path / file.name).symlink_to(file)
    execute(tmp_path / "half.ipynb", {}, tmp_path / "broken_off.ipynb")
    assert [app.name for app in platform.apps() if app.pid] == ["countries-nb06"]
    execute(OWN_APP, {}, tmp_path / "again.ipynb")
    assert_left_as_it_was(platform, tmp_path / "again.ipynb")


def test_a_kernel_killed_by_sigkill_leaves_nothing_of_its_instance(kernel: Kernel, tmp_path: Path) -> None:
    manager, client = kernel
    reply = client.execute_interactive(BRING_UP, timeout=KERNEL_TIMEOUT_S, output_hook=lambda _: None)
    assert reply["content"]["status"] == "ok", reply["content"]
    home = Home(tmp_path / "home")
    assert processes_of(home) != []
    assert manager.provisioner is not None
    os.kill(manager.provisioner.pid, 9)  # type: ignore[attr-defined]
    wait_until(lambda: processes_of(home) == [], "nothing of the instance is left", timeout_s=30)
