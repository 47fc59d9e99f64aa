"""Emulated sensors: recorded dust readings, sent again as if they were taken now."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import orjson

from mysimbdp.contracts import POLLUTION_TYPES
from mysimbdp.errors import UsageError
from mysimbdp.sources.draws import uniform
from mysimbdp.sources.recordings import Recorded, read_recording

MAX_SENSORS = 100_000
MAX_POOL = 200_000  # records kept in memory; a longer recording is used from its beginning

Pool = dict[int | str, list[bytes]]  # the dust records of each recorded sensor, in recorded order


def dust_pool(path: Path) -> Pool:
    """The records of a recording that carry P1 or P2, as bytes, by sensor.

    Raises:
        UsageError: there is none.
    """
    pool: Pool = {}
    for recorded in islice(filter(_is_dust, read_recording(path)), MAX_POOL):
        pool.setdefault(recorded.record["sensor"]["id"], []).append(recorded.raw)
    if not pool:
        raise UsageError(f"The recording {path} has no record with {' or '.join(POLLUTION_TYPES)} to emulate sensors.")
    return pool


def _is_dust(recorded: Recorded) -> bool:
    sensor, values = recorded.record.get("sensor"), recorded.record.get("sensordatavalues")
    if not (isinstance(sensor, dict) and isinstance(sensor.get("id"), int | str) and isinstance(values, list)):
        return False
    return any(isinstance(value, dict) and value.get("value_type") in POLLUTION_TYPES for value in values)


class Emulation:
    """Sensors that report in turn; sensors beyond the recorded ones get new ids and borrow recorded readings."""

    def __init__(self, pool: Pool, sensors: int | None, max_delay_s: float, seed: int, start_us: int) -> None:
        self._series: Sequence[list[bytes]] = list(pool.values())
        self._ids = _sensor_ids(list(pool), sensors or len(pool))
        self._max_delay_s = max_delay_s
        self._seed = seed
        self._start_us = start_us

    def measurement(self, index: int, due_us: int) -> dict[str, Any]:
        """Message `index`, due at `due_us` (microseconds since 1970): a fresh copy with an id and a time of its own."""
        turn, sensor = divmod(index, len(self._ids))
        copy_of, recorded = divmod(sensor, len(self._series))
        series = self._series[recorded]
        record: dict[str, Any] = orjson.loads(series[(turn + copy_of) % len(series)])
        record["id"] = self._start_us + index  # unique also between runs, as long as they start apart
        record["sensor"]["id"] = self._ids[sensor]
        record["timestamp"] = _iso(due_us - round(uniform(self._seed, "delay", index) * self._max_delay_s * 1e6))
        return record


def _sensor_ids(recorded: list[int | str], sensors: int) -> list[int | str]:
    """The recorded ids first, then new ones above the largest."""
    first_new = 1 + max(_numbers(recorded), default=0)
    new = range(first_new, first_new + max(0, sensors - len(recorded)))
    return [*recorded[:sensors], *new]


def _numbers(ids: Iterable[int | str]) -> Iterable[int]:
    return (int(sensor_id) for sensor_id in ids if str(sensor_id).isdigit())


def _iso(time_us: int) -> str:
    """As the network writes it: UTC without a zone; with fractions, which latencies need."""
    seconds, fraction_us = divmod(time_us, 1_000_000)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{fraction_us:06d}"
