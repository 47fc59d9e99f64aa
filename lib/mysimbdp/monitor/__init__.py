"""Watches an instance from outside: looks at services and apps, raises alerts with a reason, and clears them."""

from mysimbdp.monitor.observing import Look, observe

__all__ = ["Look", "observe"]
