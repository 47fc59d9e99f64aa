"""Bytes of a message → a judged measurement; one decoder for every part of the kit."""

from mysimbdp.decoding.decoder import Decoded, decode, event_time_us
from mysimbdp.decoding.judging import Judged, judge
from mysimbdp.decoding.shapes import Plain, Shapes
from mysimbdp.decoding.times import parse_time

__all__ = ["Decoded", "Judged", "Plain", "Shapes", "decode", "event_time_us", "judge", "parse_time"]
