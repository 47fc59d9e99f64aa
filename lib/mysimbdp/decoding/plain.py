"""The common case in one pass: a measurement exactly as the network sends it, read by a compiled, typed decoder.

Whatever is not exactly that, `decode` judges. The two agree wherever this one answers; it answers only where no more
than the levels is left to ask about.
"""

from functools import lru_cache
from typing import Annotated, ClassVar

from msgspec import UNSET, DecodeError, Meta, Struct, UnsetType
from msgspec.json import Decoder

from mysimbdp.contracts import MAX_AHEAD_S, MAX_MESSAGE_BYTES, MAX_TIME_LENGTH, MAX_VALUES, Reason
from mysimbdp.decoding.levels import judge_level
from mysimbdp.decoding.times import parse_time

# What can be asked of a field alone the decoder asks, in C.
_MAX_INT = 2**63 - 1
_Int = Annotated[int, Meta(ge=-_MAX_INT - 1, le=_MAX_INT)]
_SensorId = Annotated[int, Meta(gt=0, le=_MAX_INT)]
_Number = _Int | float | str | None
_Time = Annotated[str, Meta(max_length=MAX_TIME_LENGTH)]
_Cached = Annotated[str, Meta(max_length=64)]  # what is longer is rare, and would fill the memory

_MAX_AHEAD_US = MAX_AHEAD_S * 1_000_000


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
    id: _SensorId
    pin: str
    sensor_type: _SensorType


class _Value(_Strict):
    id: _Int
    value: _Cached
    value_type: _Cached


class _Measurement(_Strict):
    id: _Int
    sampling_rate: _Number
    timestamp: _Time
    location: _Location
    sensor: _Sensor
    sensordatavalues: Annotated[list[_Value], Meta(max_length=MAX_VALUES)]


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
    if len(value) > MAX_MESSAGE_BYTES or b"\\" in value or not value.isascii():
        return None
    try:
        found = _read(value)
    except DecodeError:
        return None
    time_us, location, values = parse_time(found.timestamp), found.location, found.sensordatavalues
    if type(time_us) is not int or time_us > broker_time_us + _MAX_AHEAD_US:
        return None
    # One colon a key, and two in the timestamp; there are more if a key is there twice.
    left_out = (location.altitude, location.exact_location, location.indoor).count(UNSET)
    if value.count(b":") != 21 - left_out + 3 * len(values):
        return None
    plain = Plain(str(found.sensor.id), time_us, [], [])
    for element in values:
        reading = _reading(element.value_type, element.value)
        if type(reading) is tuple:
            plain.readings.append(reading)
        elif reading is None:
            plain.other_types.append(element.value_type)
        else:
            return None
    return plain


@lru_cache(maxsize=65_536)  # sensors repeat themselves
def _reading(value_type: str, value: str) -> tuple[str, float] | Reason | None:
    """The type and its level in µg/m³, None where it is not analysed, or why it is refused."""
    level = judge_level(value_type, value)
    return (value_type, level) if isinstance(level, float) else level
