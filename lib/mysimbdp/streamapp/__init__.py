"""tenantstreamapp: sliding-window means per sensor and pollution type, to `report`, and the spikes to `alert`."""

from mysimbdp.streamapp.app import build
from mysimbdp.streamapp.options import Options

__all__ = ["Options", "build"]
