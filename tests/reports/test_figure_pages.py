"""The figure notebooks draw what coredms holds, and the report shows it anywhere, without network, on any width."""

import json
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from mysimbdp import coredms
from mysimbdp.contracts import Collection
from mysimbdp.execution import execute
from mysimbdp.reports.figures import AT_ONCE, figure_notebooks
from mysimbdp.reports.page import PLOTLY
from mysimbdp.reports.report import make_report
from mysimbdp.service.platform import Platform
from tests.figures import recorded
from tests.reports.browsing import DESK_PX, DRAWN, PHONE_PX, Visit, needs_chromium
from tests.reports.notebooks import written

EXPERIMENTS = {
    "ablation": recorded.ablation(),
    "capacity": recorded.capacity(),
    "error_rate": recorded.error_rate(),
    "ingest": recorded.ingest(),
    "ladder": recorded.ladder(),
    "parallelism": recorded.parallelism(),
    "scale": recorded.scale(),
    "speed": recorded.speed(),
    "spikes": recorded.spikes(),
}
NOTEBOOKS = figure_notebooks()
PAGES = [f"{path.stem}.html" for path in NOTEBOOKS]

pytestmark = needs_chromium


@pytest.fixture(scope="module")
def report(platform: Platform, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a report: all figures of made-up runs, and an experiment's notebook."""
    folder = tmp_path_factory.mktemp("report")
    with coredms.connect(platform.endpoints().mongodb) as database:
        coredms.prepare(database)
        for found in EXPERIMENTS.values():
            store(database, found)

    def draw(path: Path) -> None:
        execute(path, {"sweep": f"{experiment_of(path)}-sweep"}, folder / "notebooks" / path.name)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(draw, NOTEBOOKS))
    point = written(folder, "print(arm)", parameters='arm: str = "kit"  # of the run')
    execute(point, {"arm": "kit"}, folder / "executed" / "sweep-1" / "run-1.ipynb")
    make_report(reports=folder, experiments=folder / "executed")
    return folder


def store(database: coredms.Coredms, found: recorded.Recorded) -> None:
    collections: dict[Collection, Sequence[Mapping[str, Any]]] = {
        Collection.RUNS: found.runs,
        Collection.PROGRESS: found.progress,
        Collection.LATENCIES: found.latencies,
        Collection.RESOURCES: found.resources,
    }
    for collection, documents in collections.items():
        coredms.upsert(database, collection, [dict(document) for document in documents])


def experiment_of(figure: Path) -> str:
    return next((name for name in EXPERIMENTS if figure.stem == f"figure_{name}"), "speed")


def figures_in(executed: Path) -> int:
    cells = json.loads(executed.read_text())["cells"]
    return sum(PLOTLY in output.get("data", {}) for cell in cells for output in cell.get("outputs", []))


@pytest.fixture(params=[PHONE_PX, DESK_PX])
def width_px(request: pytest.FixtureRequest) -> int:
    return int(request.param)


@pytest.fixture
def visit(browser: Browser, report: Path, width_px: int, page_name: str) -> Iterator[Visit]:
    page = browser.new_page(viewport={"width": width_px, "height": 900})
    yield Visit(page, (report / page_name).as_uri())
    page.close()


@pytest.mark.parametrize("page_name", PAGES)
def test_every_figure_is_drawn_and_fits_and_nothing_is_fetched(
    visit: Visit, report: Path, width_px: int, page_name: str
) -> None:
    expected = figures_in(report / "notebooks" / page_name.replace(".html", ".ipynb"))
    visit.page.locator(DRAWN).nth(expected - 1).wait_for()
    assert visit.page.locator(DRAWN).count() == expected > 0
    assert visit.widest() <= width_px
    assert visit.requests == [(report / page_name).as_uri()]
    assert visit.complaints == []


@pytest.mark.parametrize("page_name", PAGES)
def test_a_figure_page_names_its_runs_date_machine_and_versions(report: Path, page_name: str) -> None:
    found = EXPERIMENTS[experiment_of(Path(page_name))]
    page = (report / page_name).read_text()
    assert all(run["_id"] in page for run in found.runs)
    assert all(said in page for said in ("2026-11-24", "Test CPU, 2 cores, 8 GB", "pyspark 4.2.0", "0123456789abcdef"))


@pytest.mark.parametrize("page_name", ["index.html"])
def test_the_index_leads_to_every_page_and_says_where_its_numbers_come_from(visit: Visit, width_px: int) -> None:
    links = visit.page.locator("article a").all()
    assert [link.get_attribute("href") for link in links] == [*PAGES, "experiment_notebook_kit.html"]
    assert visit.page.get_by_text("Test CPU, 2 cores, 8 GB").count() == len(PAGES)
    assert visit.widest() <= width_px
    links[0].click()
    visit.page.locator(DRAWN).first.wait_for()
