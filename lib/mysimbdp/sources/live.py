"""Emulated sensors: recorded dust readings, sent again as if they were taken now."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import islice
from pathlib import Path

import orjson

from mysimbdp.contracts import POLLUTION_TYPES
from mysimbdp.errors import UsageError
from mysimbdp.sources.draws import uniform
from mysimbdp.sources.outgoing import Outgoing
from mysimbdp.sources.recordings import Recorded, read_recording
from mysimbdp.sources.template import Template, make_template, network_time
from mysimbdp.sources.wrong_data import Kind, WrongShares, kind_of, variant_of

MAX_SENSORS = 100_000
MAX_POOL = 200_000  # records kept in memory; a longer recording is used from its beginning

Pool = dict[int | str, list[bytes]]  # the dust records of each recorded sensor, in recorded order

_template = lru_cache(maxsize=2 * MAX_POOL)(make_template)  # those of one load serve the next


def dust_pool(path: Path) -> Pool:
    """The records of a recording that carry P1 or P2, as bytes, by sensor; the last file is not read twice.

    Raises:
        UsageError: there is none.
    """
    return _dust_pool(path, path.stat().st_mtime_ns if path.exists() else None)


@lru_cache(maxsize=1)
def _dust_pool(path: Path, _changed_ns: int | None) -> Pool:
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

    def __init__(self, pool: Pool, sensors: int | None, max_delay_s: float, seed: int, wrong: WrongShares) -> None:
        self._series: Sequence[list[bytes]] = list(pool.values())
        ids = _sensor_ids(list(pool), sensors or len(pool))
        self._sensors = [(orjson.dumps(sensor_id), str(sensor_id).encode()) for sensor_id in ids]
        self._max_delay_us = max_delay_s * 1e6
        self._seed = seed
        self._wrong = wrong
        # Before sending begins, when there is time.
        self._clean = [[_template(raw, Kind.CLEAN, 0) for raw in series] for series in self._series]

    def message(self, index: int, record_id: int, due_us: int) -> Outgoing:
        """Message `index`, taken up to the delay before `due_us` (microseconds since 1970)."""
        turn, sensor = divmod(index, len(self._sensors))
        copy_of, recorded = divmod(sensor, len(self._series))
        kind = kind_of(self._wrong, self._seed, index)
        template = self._template_of(recorded, turn + copy_of, kind, index)
        sensor_id, key = self._sensors[sensor]
        time_us = due_us - self._delay_us(index)
        return Outgoing(
            template.fill(record_id, sensor_id, network_time(time_us)),
            key if template.has_sensor else None,
            kind,
            time_us if template.has_time else None,
        )

    def _template_of(self, recorded: int, turn: int, kind: Kind, index: int) -> Template:
        clean = self._clean[recorded]
        place = turn % len(clean)
        if kind is Kind.CLEAN:
            return clean[place]
        return _template(self._series[recorded][place], kind, variant_of(kind, self._seed, index))

    def _delay_us(self, index: int) -> int:
        return round(uniform(self._seed, "delay", index) * self._max_delay_us) if self._max_delay_us else 0


def due_time_us(index: int, total: int, rate_per_s: float, time_factor: int) -> int:
    """When message `index` of `total` is due by the clock of the sensors, in microseconds after sending begins.

    Their clock runs `time_factor` times as fast as ours and meets it when the last message is due, so that nothing
    lies in the future: due − (factor − 1) × what is left to send.
    """
    due_us = round(index / rate_per_s * 1e6)
    if time_factor == 1:
        return due_us
    last_us = round((total - 1) / rate_per_s * 1e6)
    return due_us - (time_factor - 1) * (last_us - due_us)


def _sensor_ids(recorded: list[int | str], sensors: int) -> list[int | str]:
    """The recorded ids first, then new ones above the largest."""
    first_new = 1 + max(_numbers(recorded), default=0)
    new = range(first_new, first_new + max(0, sensors - len(recorded)))
    return [*recorded[:sensors], *new]


def _numbers(ids: Iterable[int | str]) -> Iterable[int]:
    return (int(sensor_id) for sensor_id in ids if str(sensor_id).isdigit())
