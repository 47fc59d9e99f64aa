"""Recorded measurements as bytes with gaps: what a message says of its own is spliced in, thousands a millisecond."""

from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple

import orjson

from mysimbdp.sources.wrong_data import Kind, spoil

# Control characters, which JSON never holds as they are.
_ID, _SENSOR, _TIME = b"\x00", b"\x01", b"\x02"


class Template(NamedTuple):
    """A measurement but for its id, its sensor's id and its timestamp; wrong data may have closed a gap."""

    text: bytes  # with named places for `%`
    has_sensor: bool
    has_time: bool

    def fill(self, record_id: int, sensor: bytes, time: bytes) -> bytes:
        """The message; `sensor` is JSON, `time` the text between the quotes."""
        return self.text % {b"id": record_id, b"sensor": sensor, b"time": time}


def make_template(raw: bytes, kind: Kind, variant: int) -> Template:
    """Cut the gaps into a recorded measurement that has a sensor, and put wrong data into it."""
    record = orjson.loads(raw)
    record["id"] = orjson.Fragment(_ID)
    record["sensor"]["id"] = orjson.Fragment(_SENSOR)
    record["timestamp"] = orjson.Fragment(b'"' + _TIME + b'"')
    text = orjson.dumps(spoil(record, kind, variant)).replace(b"%", b"%%")
    return Template(
        text.replace(_ID, b"%(id)d").replace(_SENSOR, b"%(sensor)b").replace(_TIME, b"%(time)b"),
        has_sensor=_SENSOR in text,
        has_time=_TIME in text,
    )


def network_time(time_us: int) -> bytes:
    """As the network writes it: UTC without a zone; with fractions, which latencies need."""
    seconds, fraction_us = divmod(time_us, 1_000_000)
    return b"%b.%06d" % (_whole_seconds(seconds), fraction_us)


@lru_cache(maxsize=65_536)
def _whole_seconds(seconds: int) -> bytes:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}".encode()
