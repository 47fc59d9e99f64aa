"""Notebooks for the tests, made of cells."""

import json
from pathlib import Path
from typing import Any


def written(folder: Path, *code: str, parameters: str | None = None) -> Path:
    """A notebook in `folder`: a title, a parameters cell if there is one, and code cells."""
    cells: list[dict[str, Any]] = [{"cell_type": "markdown", "id": "title", "metadata": {}, "source": "# A title"}]
    if parameters:
        cells.append(_cell("parameters", parameters, tags=["parameters"]))
    cells += [_cell(f"code-{number}", source) for number, source in enumerate(code)]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    path = folder / "notebook.ipynb"
    path.write_text(json.dumps(notebook))
    return path


def _cell(name: str, source: str, **metadata: Any) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "id": name,
        "metadata": metadata,
        "source": source,
        "outputs": [],
        "execution_count": None,
    }
