"""Readings of a measurement, judged: which are levels, and which of them can be true."""

import re
from functools import lru_cache
from math import isfinite
from typing import Any

from mysimbdp.contracts import CLIMATE_TYPES, MAX_NUMBER_LENGTH, NUMBER, PLAUSIBLE_BELOW, Reason

_NUMBER_TYPES = frozenset(PLAUSIBLE_BELOW) | frozenset(CLIMATE_TYPES)
_NUMBER = re.compile(NUMBER, re.ASCII)


def judge_level(value_type: str, value: Any) -> float | Reason | None:
    """The level in µg/m³, None where the type is not analysed, or why the reading is refused."""
    number = _number(value) if value_type in _NUMBER_TYPES else 0.0
    if isinstance(number, Reason):
        return number
    if value_type not in PLAUSIBLE_BELOW:
        return None
    return number if 0.0 <= number < PLAUSIBLE_BELOW[value_type] else Reason.OUT_OF_RANGE


def _number(value: Any) -> float | Reason:
    if type(value) is str and len(value) <= MAX_NUMBER_LENGTH:
        return _number_in(value)
    if type(value) is float or type(value) is int:
        return float(value)
    return Reason.BAD_NUMBER


@lru_cache(maxsize=65_536)
def _number_in(text: str) -> float | Reason:
    if not _NUMBER.fullmatch(text):
        return Reason.BAD_NUMBER
    number = float(text)
    return number if isfinite(number) else Reason.NOT_FINITE
