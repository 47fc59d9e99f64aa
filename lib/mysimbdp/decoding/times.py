"""Timestamps of the network, read strictly."""

import re
from datetime import date
from functools import lru_cache
from typing import Any

from mysimbdp.contracts import EARLIEST_YEAR, MAX_AHEAD_S, MAX_TIME_LENGTH, Reason

_TIMESTAMP = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[T ]([01]\d|2[0-3]):([0-5]\d):([0-5]\d)(?:\.(\d{1,6})\d*)?"
    r"(?:Z|([+-])(0\d|1[0-4]):?([0-5]\d))?",  # no zone is further away than 14 hours
    re.ASCII,
)
_EPOCH_DAY = date(1970, 1, 1).toordinal()


def bounded_time(timestamp: Any, broker_time_us: int) -> int | Reason:
    """Microseconds since 1970 of a record's timestamp, or why it cannot be used.

    Bounds come before any watermark: one timestamp in the future would drop everyone's readings.
    """
    if timestamp is None:
        return Reason.MISSING_FIELD
    latest_us = broker_time_us + MAX_AHEAD_S * 1_000_000
    if type(timestamp) is not str:
        too_new = type(timestamp) in (int, float) and timestamp * 1_000_000 > latest_us
        return Reason.TIME_FUTURE if too_new else Reason.BAD_TIME
    parsed = parse_time(timestamp) if len(timestamp) <= MAX_TIME_LENGTH else Reason.BAD_TIME
    if isinstance(parsed, Reason):
        return parsed
    return parsed if parsed <= latest_us else Reason.TIME_FUTURE


def parse_time(text: str) -> int | Reason:
    """Microseconds since 1970 of an ISO 8601 date and time; without a zone it is UTC.

    Returns a reason instead where the text is no such time, or lies before 2010. A bare number (epoch
    milliseconds, by mistake) counts as a time in the future, since as seconds it is one.
    """
    fraction = text[20:]
    if len(fraction) == 6 and text[19] == "." and fraction.isdigit() and fraction.isascii():
        seconds_us = _time_of(text[:19])
        return seconds_us + int(fraction) if type(seconds_us) is int else seconds_us
    if text.isascii() and text.isdigit():
        return Reason.TIME_FUTURE if len(text) > 10 else Reason.BAD_TIME
    return _time_of(text)


@lru_cache(maxsize=65_536)  # a busy stream repeats its seconds
def _time_of(text: str) -> int | Reason:
    match = _TIMESTAMP.fullmatch(text)
    if match is None:
        return Reason.BAD_TIME
    year, month, day, hour, minute, second = map(int, match.group(1, 2, 3, 4, 5, 6))
    if year < EARLIEST_YEAR:
        return Reason.TIME_PAST
    try:
        days = date(year, month, day).toordinal() - _EPOCH_DAY
    except ValueError:
        return Reason.BAD_TIME
    seconds = days * 86_400 + hour * 3_600 + minute * 60 + second - _zone_offset_s(*match.group(8, 9, 10))
    return seconds * 1_000_000 + int((match.group(7) or "").ljust(6, "0"))


def _zone_offset_s(sign: str | None, hours: str | None, minutes: str | None) -> int:
    if sign is None or hours is None or minutes is None:
        return 0
    offset_s = int(hours) * 3_600 + int(minutes) * 60
    return -offset_s if sign == "-" else offset_s
