"""An exported page shows its figures in a real browser, without network, also on a phone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from mysimbdp.execution import execute
from mysimbdp.reports.page import export_html
from tests.reports.browsing import DESK_PX, DRAWN, PHONE_PX, Visit, needs_chromium
from tests.reports.notebooks import written

FIGURES = [
    "import pandas as pd\nfrom mysimbdp import figures\ncounts = pd.Series({'late': 3, 'accepted': 9})",
    "figures.count_bars(counts, 'Counts of a title that is far too long for the screen of a telephone')",
    "figures.level_histogram(pd.DataFrame({'value_type': 'P1', 'value': [3.0, 40.0]}))",
]
OTHER_OUTPUTS = [
    "pd.DataFrame({f'column {number}': [number] for number in range(30)})",
    "print('wide ' * 200)",
    "from rich.console import Console\nwith Console(stderr=True).status('waiting'):\n    pass",
    "from IPython.display import display\ndisplay({'text/plain': 'No such comm: 7'}, raw=True)",
]

pytestmark = needs_chromium


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page of a notebook with two figures, a wide table, a long line and a rich status line, which is a widget."""
    folder = tmp_path_factory.mktemp("page")
    execute(written(folder, *FIGURES, *OTHER_OUTPUTS), {}, folder / "executed.ipynb")
    export_html(folder / "executed.ipynb", folder / "page.html")
    return folder / "page.html"


@pytest.fixture(scope="module", params=[PHONE_PX, DESK_PX])
def visit(browser: Browser, exported: Path, request: pytest.FixtureRequest) -> Iterator[Visit]:
    """The exported page, at the width of a phone and of a desk."""
    page = browser.new_page(viewport={"width": request.param, "height": 900})
    yield Visit(page, exported.as_uri())
    page.close()


def test_every_figure_is_drawn(visit: Visit) -> None:
    drawn = visit.page.locator(DRAWN)
    drawn.nth(1).wait_for()
    assert drawn.count() == len(FIGURES) - 1
    assert visit.page.locator(".js-plotly-plot .bars path").count() == 2


def test_nothing_is_fetched_and_nothing_complains(visit: Visit, exported: Path) -> None:
    assert visit.requests == [exported.as_uri()]
    assert visit.complaints == []


def test_the_page_does_not_scroll_sideways_and_neither_do_its_figures(visit: Visit) -> None:
    assert visit.widest() <= visit.page.viewport_size["width"]  # type: ignore[index]


def test_a_wide_table_can_be_scrolled_by_itself(visit: Visit) -> None:
    table = visit.page.locator("table").first
    assert table.evaluate("part => getComputedStyle(part).overflowX") == "auto"


def test_widgets_leave_nothing_on_the_page(visit: Visit) -> None:
    outputs = " ".join(visit.page.locator(".jp-Cell-outputWrapper").all_inner_texts())
    assert "wide" in outputs
    assert "No such comm" not in outputs
    assert "Output()" not in outputs


def test_the_title_of_the_notebook_is_that_of_the_page(visit: Visit) -> None:
    assert visit.page.title() == "A title"


def test_code_can_be_hidden(browser: Browser, exported: Path, tmp_path: Path) -> None:
    export_html(exported.with_name("executed.ipynb"), tmp_path / "page.html", hide_code=True)
    page = browser.new_page()
    page.goto((tmp_path / "page.html").as_uri())
    assert page.locator(".highlight").count() == 0
    assert page.locator(".js-plotly-plot").count() == 2
    page.close()


def test_a_page_without_figures_does_not_carry_the_library(tmp_path: Path) -> None:
    execute(written(tmp_path, "1 + 1"), {}, tmp_path / "executed.ipynb")
    export_html(tmp_path / "executed.ipynb", tmp_path / "page.html")
    assert (tmp_path / "page.html").stat().st_size < 1_000_000
