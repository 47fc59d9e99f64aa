"""Executed notebooks, and pages made of them."""

from mysimbdp.reports.execution import execute
from mysimbdp.reports.page import export_html

__all__ = ["execute", "export_html"]
