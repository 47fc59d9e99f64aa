"""Where numbers come from is shown to readers, and kept for the index."""

from datetime import timedelta

import nbformat
from nbformat.v4 import new_code_cell, new_notebook, new_output

from mysimbdp.reports import Origin, origin_of
from mysimbdp.reports.origin import MIME, origin_in
from tests.figures.recorded import run

FIRST, SECOND = run("speed", rate_per_s=1.0), run("speed", rate_per_s=10.0)


def test_what_all_runs_share_is_said_once_and_what_differs_in_full() -> None:
    later = SECOND | {"started_at": SECOND["started_at"] + timedelta(days=2), "git_revision": None}
    origin = origin_of([FIRST, later], "From a test.")
    assert dict(origin.rows()) == {
        "source": "From a test.",
        "date": "2026-11-24 to 2026-11-26",
        "machine": "Test CPU, 2 cores, 8 GB",
        "versions": "mysimbdp 0.1.0, pyspark 4.2.0, kafka 4.3.1",
        "git revision": "0123456789abcdef, not known",
    }
    assert origin.run_ids == [FIRST["_id"], SECOND["_id"]]


def shown(origin: Origin) -> nbformat.NotebookNode:
    """A notebook that displays the origin."""
    output = new_output("display_data", data=origin._repr_mimebundle_())  # type: ignore[no-untyped-call]
    cells = [new_code_cell("1"), new_code_cell("origin", outputs=[output])]  # type: ignore[no-untyped-call]
    return new_notebook(cells=cells)  # type: ignore[no-any-return, no-untyped-call]


def test_an_executed_notebook_gives_back_the_origin_that_it_shows() -> None:
    origin = origin_of([FIRST], "From a test.")
    assert origin_in(shown(origin)) == origin
    assert origin_in(new_notebook(cells=[new_code_cell("1")])) is None  # type: ignore[no-untyped-call]


def test_nothing_in_the_table_is_markup_but_its_own() -> None:
    bundle = origin_of([FIRST], "<b>bold</b>")._repr_mimebundle_()
    assert "&lt;b&gt;" in bundle["text/html"]
    assert bundle[MIME]["source"] == "<b>bold</b>"
