"""The judgement on one message: what is accepted, what is refused, and why.

One decoder serves the stream app, the ingest app, the producer, tests and notebooks; of messages whose shape is known
(`mysimbdp.decoding.shapes`) it is not asked again. The common case takes one pass of a compiled JSON parser and plain
look-ups; only a message that looks suspicious is read again by the slow, explaining path
(`mysimbdp.decoding.suspicion`).
"""

import re
from dataclasses import dataclass, field
from typing import Any

import orjson

from mysimbdp.contracts import MAX_MESSAGE_BYTES, MAX_VALUES, PLAIN_ID, Reason
from mysimbdp.decoding.levels import judge_level
from mysimbdp.decoding.suspicion import broken_because, hidden_flaws
from mysimbdp.decoding.times import bounded_time

_PLAIN_ID = re.compile(PLAIN_ID, re.ASCII)
_MISSING: dict[str, Any] = {}

_RECORD_FIELDS = frozenset(("id", "sampling_rate", "timestamp", "sensordatavalues", "location", "sensor"))
_LOCATION_FIELDS = frozenset(("id", "latitude", "longitude", "altitude", "country", "exact_location", "indoor"))
_SENSOR_FIELDS = frozenset(("id", "pin", "sensor_type"))
_SENSOR_TYPE_FIELDS = frozenset(("id", "name", "manufacturer"))
_VALUE_FIELDS = frozenset(("id", "value", "value_type"))
FIELDS = _RECORD_FIELDS | _LOCATION_FIELDS | _SENSOR_FIELDS | _SENSOR_TYPE_FIELDS | _VALUE_FIELDS


@dataclass(slots=True)
class Decoded:
    """The judgement on one message.

    `reasons` says what is quarantined: the whole message when `accepted` is false, else single readings.
    `readings` are (pollution type, level in µg/m³); `other_types` the value types that are not analysed.
    """

    accepted: bool = False
    tombstone: bool = False
    record: dict[str, Any] | None = None
    sensor_id: str = ""
    time_us: int = 0
    readings: list[tuple[str, float]] = field(default_factory=list)
    reasons: list[Reason] = field(default_factory=list)
    other_types: list[str] = field(default_factory=list)
    extra_fields: bool = False


def decode(value: bytes | None, broker_time_us: int) -> Decoded:
    """Judge one message value by the rules of the measurement contract; never raises.

    Args:
        value: the message as it lies on Kafka; None is a tombstone.
        broker_time_us: the broker's append time, microseconds since 1970, which bounds the timestamp.
    """
    if value is None:
        return Decoded(tombstone=True)
    try:
        record = orjson.loads(value)
    except orjson.JSONDecodeError:
        return Decoded(reasons=[*_size_flaw(value), broken_because(value)])
    if type(record) is not dict:
        return Decoded(reasons=[*_size_flaw(value), Reason.NOT_OBJECT])
    return _judge(record, _size_flaw(value) + hidden_flaws(value, record), broker_time_us)


def event_time_us(record: dict[str, Any], broker_time_us: int) -> int | None:
    """The record's timestamp in microseconds since 1970, or None where the stream would refuse it."""
    parsed = bounded_time(record.get("timestamp"), broker_time_us)
    return None if isinstance(parsed, Reason) else parsed


def _size_flaw(value: bytes) -> list[Reason]:
    return [Reason.TOO_LARGE] if len(value) > MAX_MESSAGE_BYTES else []


def _judge(record: dict[str, Any], reasons: list[Reason], broker_time_us: int) -> Decoded:
    sensor_id = _sensor_id(record.get("sensor"))
    time_us = bounded_time(record.get("timestamp"), broker_time_us)
    values = _values(record.get("sensordatavalues"))
    for found in (sensor_id, time_us, values):
        if isinstance(found, Reason) and found not in reasons:
            reasons.append(found)
    if reasons or isinstance(sensor_id, Reason) or isinstance(time_us, Reason) or isinstance(values, Reason):
        return Decoded(reasons=reasons)
    judged = Decoded(accepted=True, record=record, sensor_id=sensor_id, time_us=time_us, reasons=reasons)
    judged.extra_fields = _has_extra_fields(record, values)
    for element in values:
        _judge_reading(element, judged)
    return judged


def _sensor_id(sensor: Any) -> str | Reason:
    if sensor is None:
        return Reason.MISSING_FIELD
    if type(sensor) is not dict:
        return Reason.BAD_TYPE
    found = sensor.get("id")
    if found is None:
        return Reason.MISSING_FIELD
    if type(found) is int and found >= 0:
        return str(found)
    return found if type(found) is str and _PLAIN_ID.fullmatch(found) else Reason.BAD_ID


def _values(values: Any) -> list[Any] | Reason:
    if values is None:
        return Reason.MISSING_FIELD
    if type(values) is not list:
        return Reason.BAD_TYPE
    return values if len(values) <= MAX_VALUES else Reason.TOO_MANY_VALUES


def _judge_reading(element: Any, judged: Decoded) -> None:
    """Add the element to the judgement: a reading, a type that is not analysed, or a reason."""
    value_type = element.get("value_type") if type(element) is dict else None
    if type(value_type) is not str:
        _refuse(judged, Reason.BAD_ELEMENT)
        return
    level = judge_level(value_type, element.get("value"))
    if isinstance(level, Reason):
        _refuse(judged, level)
    elif level is None:
        judged.other_types.append(value_type)
    else:
        judged.readings.append((value_type, level))


def _refuse(judged: Decoded, reason: Reason) -> None:
    if reason not in judged.reasons:
        judged.reasons.append(reason)


def _has_extra_fields(record: dict[str, Any], values: list[Any]) -> bool:
    return not (
        record.keys() <= _RECORD_FIELDS
        and record["sensor"].keys() <= _SENSOR_FIELDS
        and _fields(record["sensor"].get("sensor_type")) <= _SENSOR_TYPE_FIELDS
        and _fields(record.get("location")) <= _LOCATION_FIELDS
        and all(_fields(element) <= _VALUE_FIELDS for element in values)
    )


def _fields(part: Any) -> Any:
    return part.keys() if type(part) is dict else _MISSING.keys()
