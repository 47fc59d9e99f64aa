"""Executed notebooks, and pages made of them."""

from mysimbdp.execution import execute
from mysimbdp.reports.figures import execute_figures, figure_notebooks
from mysimbdp.reports.origin import Origin, origin_of
from mysimbdp.reports.page import export_html
from mysimbdp.reports.report import Page, make_report

__all__ = [
    "Origin",
    "Page",
    "execute",
    "execute_figures",
    "export_html",
    "figure_notebooks",
    "make_report",
    "origin_of",
]
