"""Readings added up as they are decoded: a row for each sensor, type and slice of time instead of one for each reading.

A slice lies in the same windows from its beginning to its end, so windows can be made of slices as well as of readings.
"""

from collections.abc import Iterable
from itertools import count
from math import gcd

import pyarrow as pa

FIELDS = [
    pa.field("sensor_id", pa.string()),
    pa.field("pollution_type", pa.string()),
    pa.field("time", pa.timestamp("us", "UTC")),
    pa.field("level_sum", pa.float64()),
    pa.field("readings", pa.int64()),
    pa.field("fingerprint", pa.int64()),
]
_MINUTE_US = 60_000_000


def slice_of(window_minutes: int, slide_minutes: int) -> int:
    """The length of a slice in microseconds: windows begin and end at multiples of it, counted from 1970."""
    return gcd(window_minutes, slide_minutes) * _MINUTE_US


class Partials:
    """Sums of levels and counts of readings, by sensor, type and slice.

    Args:
        slice_us: the length of a slice; None keeps every reading apart, with the fingerprint of its message.
    """

    def __init__(self, slice_us: int | None) -> None:
        self._slice_us = slice_us
        self._one_each = count()
        self._rows: dict[tuple[str, str, int], list[float]] = {}

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, sensor_id: str, time_us: int, readings: Iterable[tuple[str, float]], fingerprint: int) -> None:
        """Add the readings of one message; levels are in µg/m³."""
        place = time_us // self._slice_us if self._slice_us else None
        for position, (pollution_type, level) in enumerate(readings):
            key = (sensor_id, pollution_type, next(self._one_each) if place is None else place)
            row = self._rows.get(key)
            if row is None:
                # A message may hold two readings of a type, which are not the same reading.
                self._rows[key] = [time_us, level, 1, fingerprint ^ position]
            else:
                row[1] += level
                row[2] += 1
                if time_us > row[0]:
                    row[0] = time_us

    def take(self) -> list[pa.Array]:
        """The columns of `FIELDS`, and begin anew.

        The time of a slice is the minute of its latest reading, so that Spark's watermark stands still for as long.
        """
        keys, rows = list(self._rows), list(self._rows.values())
        step_us = _MINUTE_US if self._slice_us else 1
        self._rows = {}
        columns = (
            [key[0] for key in keys],
            [key[1] for key in keys],
            [row[0] - row[0] % step_us for row in rows],
            [row[1] for row in rows],
            [row[2] for row in rows],
            [row[3] for row in rows],
        )
        return [pa.array(column, field.type) for column, field in zip(columns, FIELDS, strict=True)]
