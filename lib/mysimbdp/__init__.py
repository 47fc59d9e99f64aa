"""mysimbdp: a kit to teach and measure a streaming data platform."""

from importlib.metadata import version

__version__ = version("mysimbdp")
