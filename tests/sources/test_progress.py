"""Progress is seen where it should be: on the terminal's stderr, and in a notebook also after its export."""

import json
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from mysimbdp.sources.progress import progress_bar

SOURCE = """
from mysimbdp.sources import progress_bar
with progress_bar("replay") as progress:
    for acknowledged in range(0, 2001, 100):
        progress(acknowledged, 2000)
"""
CELL: dict[str, Any] = {
    "cell_type": "code",
    "id": "one",
    "source": SOURCE,
    "metadata": {},
    "outputs": [],
    "execution_count": None,
}
NOTEBOOK = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [CELL]}


def test_on_a_terminal_stdout_stays_free_for_scripts(capsys: pytest.CaptureFixture[str]) -> None:
    with progress_bar("replay") as progress:
        progress(2000, 2000)
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "2000/2000" in shown.err


def test_in_a_notebook_the_last_state_is_plain_html_that_an_exported_page_shows() -> None:
    notebook = nbformat.reads(json.dumps(NOTEBOOK), as_version=4)  # type: ignore[no-untyped-call]
    NotebookClient(notebook, timeout=60, kernel_name="python3").execute()
    (output,) = notebook.cells[0].outputs
    assert output.data["text/plain"] == "replay: 2,000 of 2,000"
    assert output.data["text/html"].startswith('<progress value="2000" max="2000">')
