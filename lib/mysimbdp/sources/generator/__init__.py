"""A load generator: `produce` in a process of its own, so that it shares no interpreter with what it loads."""

from mysimbdp.sources.generator.handle import Generator

__all__ = ["Generator"]
