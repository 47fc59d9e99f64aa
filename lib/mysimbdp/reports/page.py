"""An executed notebook as one HTML file that shows its figures without network."""

from pathlib import Path
from typing import Any

import nbformat
import plotly.io as pio  # type: ignore[import-untyped]  # plotly ships no types
from nbconvert import HTMLExporter
from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode
from plotly.offline import get_plotlyjs  # type: ignore[import-untyped]

TEMPLATES = Path(__file__).parent
PLOTLY = "application/vnd.plotly.v1+json"
_WIDGET = "application/vnd.jupyter.widget-view+json"


def export_html(notebook: Path, target: Path, hide_code: bool = False) -> None:
    """Write an executed notebook as a page of its own: figures drawn, nothing fetched, readable on a phone."""
    exporter = HTMLExporter(  # type: ignore[no-untyped-call]  # nbconvert and nbformat are typed in part
        template_name="template",
        extra_template_basedirs=[str(TEMPLATES)],
        exclude_input=hide_code,
        exclude_input_prompt=True,
        exclude_output_prompt=True,
    )
    exporter.register_preprocessor(FiguresAsHtml, enabled=True)  # type: ignore[no-untyped-call]
    content: NotebookNode = nbformat.read(notebook, as_version=4)  # type: ignore[no-untyped-call]
    page, _ = exporter.from_notebook_node(content, {"metadata": {"name": title_of(content) or notebook.stem}})
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(page)


class FiguresAsHtml(Preprocessor):
    """Turns plotly's JSON outputs into HTML, and drops widgets, which would need a kernel or the network."""

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        nb.metadata.pop("widgets", None)
        code = [cell for cell in nb.cells if cell.cell_type == "code"]
        for cell in code:
            cell.outputs = [output for output in cell.outputs if not _is_of_a_widget(output)]
        drawn = [output for cell in code for output in cell.outputs if PLOTLY in output.get("data", {})]
        for output in drawn:
            output.data = {"text/html": _figure(output.data[PLOTLY])}
        # The library once a page, and only in a page that draws something.
        resources["plotly_js"] = get_plotlyjs() if drawn else ""
        return nb, resources


def _is_of_a_widget(output: NotebookNode) -> bool:
    """Whether it is a progress bar, or what one leaves in a notebook executed in batch: blanks and log lines."""
    data = output.get("data", {})
    text = str(data.get("text/plain", "something")).strip()
    return _WIDGET in data or not text or text.startswith("No such comm")


def _figure(content: dict[str, Any]) -> str:
    figure = {"data": content["data"], "layout": content["layout"]}
    config = {"responsive": True, "displaylogo": False}
    return str(pio.to_html(figure, config, full_html=False, include_plotlyjs=False, validate=False))


def title_of(notebook: NotebookNode) -> str | None:
    """The first heading of the notebook."""
    lines = (line for cell in notebook.cells if cell.cell_type == "markdown" for line in cell.source.splitlines())
    return next((line.lstrip("# ") for line in lines if line.startswith("# ")), None)
