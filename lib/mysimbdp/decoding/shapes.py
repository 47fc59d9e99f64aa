"""The common case: a measurement that differs from one judged before in nothing but digits.

Sensors repeat themselves. Where every digit is taken for a zero, the 6,874 measurements that the whole network sent in
five minutes have 234 shapes. A shape that the decoder accepted is remembered with the places of what it says, and the
next message of that shape is read from there. What other digits can change, and nothing else, is asked again: leading
zeros, the time, the type of a reading and its level.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import ClassVar

import orjson

from mysimbdp.contracts import MAX_AHEAD_S, Reason
from mysimbdp.decoding.decoder import FIELDS, Decoded
from mysimbdp.decoding.levels import judge_level
from mysimbdp.decoding.times import parse_time

MOST_SHAPES = 4_096  # with the next one all are forgotten; some 10 MB of messages as the network sends them
_MOST_BYTES = 2_048  # of a message whose shape is remembered
_MOST_BYTES_OF_AN_ELEMENT = 128
_MOST_SCALARS = 100
_MOST_DIGITS = 18  # more may not fit into 64 bits

_ALIKE = bytes.maketrans(b"123456789", b"000000000")
_ZERO, _QUOTE = b'0"'
_TOKEN = re.compile(rb'"[^"]*"|[{}\[\]:,]|[^\s{}\[\]:,"]+')  # of JSON that is known to be valid, without escapes
_NUMBER = re.compile(rb"-?\d{1,%(most)d}(\.\d{1,%(most)d})?" % {b"most": _MOST_DIGITS})
_STRING = re.compile(rb'"([^"]*)"(\s*:)?')  # with a colon it is a name
_NAMES = frozenset(name.encode() for name in FIELDS)  # none has a digit
_WORDS = (b"null", b"true", b"false")
_TIME = re.compile(rb"(?P<second>[^.Z+]{19})(\.(?P<microseconds>\d{6}))?Z?")
_MAX_AHEAD_US = MAX_AHEAD_S * 1_000_000

Path = tuple[str | int | None, ...]


@dataclass(slots=True)
class Plain:
    """What a measurement of a known shape says, of which nothing is refused; fields as those of `Decoded`.

    MongoDB can hold its record as it is: keys are those of the schema, integers have 64 bits.
    """

    accepted: ClassVar[bool] = True
    reasons: ClassVar[tuple[Reason, ...]] = ()

    sensor_id: str
    time_us: int
    readings: list[tuple[str, float]]
    other_types: list[str]


@dataclass(slots=True)
class _Shape:
    """Where a message of this shape says what.

    Attributes:
        first_digits: of the numbers that have several; zeros there would be no JSON.
        said: sensor id, second, microseconds; then type and value of each element, as members of an object.
    """

    first_digits: Callable[[bytes], tuple[int, ...]]
    said: Callable[[bytes], tuple[bytes, ...]]


class Shapes:
    """The shapes of messages that one process has seen."""

    def __init__(self) -> None:
        self._met: dict[bytes, bytes] = {}  # by itself
        self._known: dict[bytes, _Shape | None] = {}  # None where every message has to be judged

    def read(self, value: bytes, broker_time_us: int) -> Plain | None:
        """The measurement in `value`, or None where `decode` has to judge it.

        Args:
            value: the message as it lies on Kafka.
            broker_time_us: the broker's append time, microseconds since 1970, which bounds the timestamp.
        """
        shape = self._known.get(value.translate(_ALIKE))
        if shape is None or _ZERO in shape.first_digits(value):
            return None
        sensor_id, second, microseconds, *elements = shape.said(value)
        second_us = _time_us(second)
        if type(second_us) is not int:
            return None
        time_us = second_us + int(microseconds or 0)
        if time_us > broker_time_us + _MAX_AHEAD_US:
            return None
        plain = Plain(sensor_id.decode(), time_us, [], [])
        for element in elements:
            reading = _reading(element)
            if type(reading) is tuple:
                plain.readings.append(reading)
            elif type(reading) is str:
                plain.other_types.append(reading)
            else:
                return None
        return plain

    def remember(self, value: bytes, decoded: Decoded) -> None:
        """Have messages like this one read from now on, if the decoder finds nothing to say against it.

        That takes longer than to judge a message, so it is done for a shape that is met again.
        """
        if not decoded.accepted or decoded.reasons or decoded.extra_fields:
            return
        alike = value.translate(_ALIKE)
        if met := self._met.get(alike):
            if met not in self._known:
                self._known[met] = _shape_of(value, decoded)
        elif len(value) <= _MOST_BYTES:
            if len(self._met) >= MOST_SHAPES:
                self._met.clear()
                self._known.clear()
            self._met[alike] = alike


def _shape_of(value: bytes, decoded: Decoded) -> _Shape | None:
    """The shape of an accepted message, or None where other digits could make more of it than another measurement."""
    if b"\\" in value or any(name not in _NAMES for name, colon in _STRING.findall(value) if colon):
        return None
    scalars = list(_scalars(value))
    numbers = [place for _, place, _ in scalars if value[place.start] != _QUOTE and value[place] not in _WORDS]
    if len(scalars) > _MOST_SCALARS or not all(_NUMBER.fullmatch(value[place]) for place in numbers):
        return None
    places = {path: _unquoted(value, place) for path, place, _ in scalars}
    time, sensor_id = places["timestamp",], places["sensor", "id"]
    named = {path: place for path, _, place in scalars}
    elements = [_members(named, index) for index in range(len(decoded.readings) + len(decoded.other_types))]
    written = _TIME.fullmatch(value, time.start, time.stop)
    if (
        written is None
        or value[sensor_id] != decoded.sensor_id.encode()
        or any(element is None or len(value[element]) > _MOST_BYTES_OF_AN_ELEMENT for element in elements)
    ):
        return None
    starts = [place.start + value[place].startswith(b"-") for place in numbers]
    several_digits = [start for start in starts if value[start + 1 : start + 2].isdigit()]
    second, microseconds = (slice(*written.span(name)) for name in ("second", "microseconds"))  # -1, -1 is no place
    return _Shape(
        first_digits=itemgetter(0, 0, *several_digits),  # two more, of no digit, since one alone would be no tuple
        said=itemgetter(sensor_id, second, microseconds, *elements),
    )


def _members(named: Mapping[Path, slice], index: int) -> slice | None:
    """The stretch of an element that holds its type and its value, or None where the value is no scalar."""
    try:
        places = [named["sensordatavalues", index, name] for name in ("value_type", "value")]
    except KeyError:
        return None
    return slice(min(place.start for place in places), max(place.stop for place in places))


def _scalars(value: bytes) -> Iterator[tuple[Path, slice, slice]]:
    """Each text, number and word of a JSON object without escapes: its path, its place, and that with its name."""
    path: list[str | int | None] = []
    name_starts = 0
    for token in _TOKEN.finditer(value):
        match token[0][:1]:
            case b"{":
                path.append(None)
            case b"[":
                path.append(0)
            case b"}" | b"]":
                path.pop()
            case b",":
                path[-1] = path[-1] + 1 if isinstance(path[-1], int) else None
            case b":":
                pass
            case _ if path[-1] is None:
                path[-1] = token[0][1:-1].decode()
                name_starts = token.start()
            case _:
                yield tuple(path), slice(*token.span()), slice(name_starts, token.end())


def _unquoted(value: bytes, place: slice) -> slice:
    quotes = value[place.start] == _QUOTE
    return slice(place.start + quotes, place.stop - quotes)


@lru_cache(maxsize=65_536)  # a busy stream repeats its seconds
def _time_us(text: bytes) -> int | Reason:
    return parse_time(text.decode())


@lru_cache(maxsize=65_536)  # and sensors their values
def _reading(members: bytes) -> tuple[str, float] | str | Reason:
    """Type and level in µg/m³ of an element, its type alone where that is not analysed, or why it is refused."""
    try:
        element = orjson.loads(b"{%b}" % members)
    except orjson.JSONDecodeError:
        return Reason.JSON_SYNTAX
    value_type = element["value_type"]
    level = judge_level(value_type, element["value"])
    return value_type if level is None else level if isinstance(level, Reason) else (value_type, level)
