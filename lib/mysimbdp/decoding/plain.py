"""The common case in one pass: a measurement exactly as the network sends it, read by a compiled, typed decoder.

Whatever is not exactly that, `decode` judges. The two agree wherever this one answers; it answers only where no more
than the levels is left to ask about.
"""

from functools import lru_cache
from typing import Annotated, ClassVar

from msgspec import UNSET, DecodeError, Meta, Struct, UnsetType
from msgspec.json import Decoder

from mysimbdp.contracts import MAX_MESSAGE_BYTES, MAX_VALUES, Reason
from mysimbdp.decoding.levels import judge_level
from mysimbdp.decoding.times import bounded_time

_MAX_INT = 2**63 - 1
_Int = Annotated[int, Meta(ge=-_MAX_INT - 1, le=_MAX_INT)]
_Number = _Int | float | str | None
_MAX_CACHED = 64  # characters of a value or its type; what is longer is rare, and would fill the memory


class _Strict(Struct, forbid_unknown_fields=True, gc=False):
    pass


class _Location(_Strict):
    id: _Int
    latitude: _Number
    longitude: _Number
    country: str | None
    altitude: _Number | UnsetType = UNSET
    exact_location: _Number | UnsetType = UNSET
    indoor: _Number | UnsetType = UNSET


class _SensorType(_Strict):
    id: _Int
    name: str
    manufacturer: str


class _Sensor(_Strict):
    id: _Int
    pin: str
    sensor_type: _SensorType


class _Value(_Strict):
    id: _Int
    value: str
    value_type: str


class _Measurement(_Strict):
    id: _Int
    sampling_rate: _Number
    timestamp: str
    location: _Location
    sensor: _Sensor
    sensordatavalues: list[_Value]


class Plain(Struct, gc=False):
    """What a plain measurement says, of which nothing is refused; fields as those of `Decoded`.

    MongoDB can hold its record as it is: keys are those of the schema, integers have 64 bits.
    """

    accepted: ClassVar[bool] = True
    reasons: ClassVar[tuple[Reason, ...]] = ()

    sensor_id: str
    time_us: int
    readings: list[tuple[str, float]]
    other_types: list[str]


_read = Decoder(_Measurement).decode


def decode_plain(value: bytes, broker_time_us: int) -> Plain | None:
    """The measurement in `value`, or None where it is not plain and has to be judged by `decode`.

    Args:
        value: the message as it lies on Kafka.
        broker_time_us: the broker's append time, microseconds since 1970, which bounds the timestamp.
    """
    if b"\\" in value or not value.isascii():
        return None
    try:
        found = _read(value)
    except DecodeError:
        return None
    time_us = bounded_time(found.timestamp, broker_time_us)
    values, sensor_id = found.sensordatavalues, found.sensor.id
    if (
        type(time_us) is not int
        or sensor_id <= 0
        or value.count(b":") != _colons(found.location, values)
        or len(values) > MAX_VALUES
        or len(value) > MAX_MESSAGE_BYTES
    ):
        return None
    return _judged(str(sensor_id), time_us, values)


def _colons(location: _Location, values: list[_Value]) -> int:
    """As many as the text has if no key is there twice: one a key, and two in the timestamp."""
    optional = (location.altitude, location.exact_location, location.indoor)
    return 21 - optional.count(UNSET) + 3 * len(values)


def _judged(sensor_id: str, time_us: int, values: list[_Value]) -> Plain | None:
    plain = Plain(sensor_id, time_us, [], [])
    for value in values:
        if len(value.value) > _MAX_CACHED or len(value.value_type) > _MAX_CACHED:
            return None
        level = _level(value.value_type, value.value)
        if type(level) is float:
            plain.readings.append((value.value_type, level))
        elif level is None:
            plain.other_types.append(value.value_type)
        else:
            return None
    return plain


@lru_cache(maxsize=65_536)  # sensors repeat themselves
def _level(value_type: str, value: str) -> float | Reason | None:
    return judge_level(value_type, value)
