"""Executed notebooks, and pages made of them.

What makes pages (`figures`, `page`, `report`) is imported by itself: a notebook that only says where its numbers come
from need not wait for nbconvert.
"""

from mysimbdp.reports.origin import Origin, origin_of

__all__ = ["Origin", "origin_of"]
