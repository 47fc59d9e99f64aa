"""The report: figures and experiments as pages that need no network, and an index of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from mysimbdp.errors import KitError
from mysimbdp.reports.executed import Executed, newest_by_arm, read_executed
from mysimbdp.reports.figures import REPORTS
from mysimbdp.reports.page import export_html
from mysimbdp.settings import CHECKOUT

EXECUTED_EXPERIMENTS = CHECKOUT / "experiments" / "executed"
_TEMPLATES = Path(__file__).parent / "template"


@dataclass(frozen=True)
class Page:
    """A page of the report."""

    file: str
    of: Executed


def make_report(
    hide_code: bool = False, reports: Path = REPORTS, experiments: Path = EXECUTED_EXPERIMENTS
) -> list[Page]:
    """Write `reports`/index.html and the pages it leads to, figures first; return them.

    Args:
        hide_code: whether the pages show outputs and text alone.
        reports: where the pages go; executed figure notebooks are in its folder `notebooks`.
        experiments: where sweeps keep their executed notebooks, of which the newest of each arm becomes a page.

    Raises:
        KitError: nothing was executed yet.
    """
    figures = [_figure(path) for path in sorted((reports / "notebooks").glob("figure_*.ipynb"))]
    measured = [_experiment(executed) for executed in newest_by_arm(experiments)]
    if not figures and not measured:
        raise KitError("Nothing was executed yet that a report could show: run `mysimbdp figures` first.")
    for page in (*figures, *measured):
        export_html(page.of.path, reports / page.file, hide_code)
    (reports / "index.html").write_text(_index(figures, measured))
    return [*figures, *measured]


def _figure(path: Path) -> Page:
    return Page(f"{path.stem}.html", read_executed(path))


def _experiment(executed: Executed) -> Page:
    return Page(f"experiment_{executed.notebook}_{executed.arm}.html", executed)


def _index(figures: Iterable[Page], experiments: Iterable[Page]) -> str:
    templates = Environment(loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined)
    return templates.get_template("report.html.j2").render(figures=figures, experiments=experiments)
