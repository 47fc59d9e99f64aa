"""Tenant data sources: recordings, emulated sensors, wrong data on purpose, and the producer that sends them."""

from mysimbdp.sources.ceiling import Ceiling, self_test
from mysimbdp.sources.generator import Generator
from mysimbdp.sources.options import ProduceOptions
from mysimbdp.sources.producer import ProduceError, produce
from mysimbdp.sources.progress import progress_bar
from mysimbdp.sources.recordings import SAMPLES, check_recording, read_recording
from mysimbdp.sources.summary import Summary
from mysimbdp.sources.wrong_data import Kind, WrongShares, inject, kind_of

__all__ = [
    "SAMPLES",
    "Ceiling",
    "Generator",
    "Kind",
    "ProduceError",
    "ProduceOptions",
    "Summary",
    "WrongShares",
    "check_recording",
    "inject",
    "kind_of",
    "produce",
    "progress_bar",
    "read_recording",
    "self_test",
]
