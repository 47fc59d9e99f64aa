"""The rules of the measurement contract in Spark's own expressions, for queries that no Python may stand in.

They accept what `mysimbdp.decoding` accepts, but for ids of sensors that are numbers beyond 63 bits: a variant does not
tell those from fractions. What is refused has no reason here, since tenantingestapp names it.
"""

from secrets import token_hex

from pyspark.sql import Column
from pyspark.sql import functions as F

from mysimbdp.contracts import (
    EARLIEST_YEAR,
    MAX_AHEAD_S,
    MAX_MESSAGE_BYTES,
    MAX_NESTING,
    MAX_NUMBER_LENGTH,
    MAX_TIME_LENGTH,
    MAX_VALUES,
    NUMBER,
    PLAIN_ID,
    PLAUSIBLE_BELOW,
)

# Possessive, so that Java matches long texts in a loop and not by recursion.
_STRINGS = r'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
_INNERMOST = r"[\[{][^\[\]{}]*+[\]}]"
_BARE_NUMBER = r"-?\d[\d.eE+-]*+"
_PERHAPS_INFINITE = r"[eE]\+?\d{2}|\d{300}"
# Half of a character beyond U+FFFF, as an escape, once escaped backslashes and whole pairs are gone.
_PAIRS = r"(?i)\\\\|\\ud[89ab][0-9a-f]{2}\\ud[c-f][0-9a-f]{2}"
_HALF = r"(?i)\\ud[89a-f][0-9a-f]{2}"
_ID = rf"\A{PLAIN_ID}\z"
_NUMBER = rf"\A{NUMBER}\z"
_END = token_hex(8)
_TIME = (
    r"\A(\d{4}-\d\d-\d\d)[T ]((?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d)(?:(\.\d{1,6})\d*)?"
    r"(?:Z|([+-])(0\d|1[0-4]):?([0-5]\d))?\z"
)


def parsed(value: Column) -> Column:
    """The JSON in the bytes of a message as a variant, first in an array; null where it is no JSON.

    The parser reads one value and ignores what follows. So the message is put into an array before a last element that
    nobody can know: text that trails the message takes that element's place, or breaks the JSON.
    """
    return F.try_parse_json(F.concat(F.lit("["), value.cast("string"), F.lit(f', "{_END}"]')))


def levels_in(parsed: Column) -> Column:
    """The plausible readings of a record, an array of `pollution_type, level`; null without a list of values."""
    values = F.try_variant_get(parsed, "$[0].sensordatavalues", "array<variant>")
    return F.filter(F.transform(values, _reading), lambda reading: reading["level"].isNotNull())


def _reading(element: Column) -> Column:
    value_type = F.try_variant_get(element, "$.value_type", "string")
    limits = F.create_map(*[F.lit(part) for limit in PLAUSIBLE_BELOW.items() for part in limit])
    level = _number(element)
    plausible = F.when((level >= 0) & (level < limits[value_type]), level)
    return F.struct(value_type.alias("pollution_type"), plausible.alias("level"))


def _number(element: Column) -> Column:
    text = F.try_variant_get(element, "$.value", "string")
    return F.when((F.length(text) <= MAX_NUMBER_LENGTH) & text.rlike(_NUMBER), text.try_cast("double"))


def is_record(value: Column, parsed: Column) -> Column:
    """Whether a message is one JSON object, strictly read, with a list of values that is not too long."""
    text = value.cast("string")
    is_one = _has_type(parsed, "$[0]", "OBJECT") & (F.try_variant_get(parsed, "$[1]", "string") == _END)
    values = F.try_variant_get(parsed, "$[0].sensordatavalues", "array<variant>")
    return (
        (F.octet_length(value) <= MAX_MESSAGE_BYTES)
        & F.is_valid_utf8(text)
        & is_one
        & (F.size(values) <= MAX_VALUES)
        & (_depth_left(text) == 0)
        & ~_has_infinity(text)
        & ~F.regexp_replace(text, _PAIRS, "").rlike(_HALF)
    )


def _depth_left(text: Column) -> Column:
    """How many brackets are left of a JSON text when the deepest allowed nesting has been taken off, pair by pair."""
    brackets = F.regexp_replace(F.regexp_replace(text, _STRINGS, ""), r"[^\[\]{}]++", "")
    peeled = F.aggregate(
        F.sequence(F.lit(1), F.lit(MAX_NESTING)), brackets, lambda left, _: F.regexp_replace(left, _INNERMOST, "")
    )
    opening = F.length(text) - F.length(F.translate(text, "[{", ""))
    return F.when(opening <= MAX_NESTING, F.lit(0)).otherwise(F.length(peeled))


def _has_infinity(text: Column) -> Column:
    """Whether a number in a JSON text is too large for one: the parser makes infinity of it, in silence."""
    bare = F.regexp_replace(text, _STRINGS, "")
    numbers = F.regexp_extract_all(bare, F.lit(_BARE_NUMBER), F.lit(0))
    too_large = F.exists(numbers, lambda number: F.abs(number.try_cast("double")) == float("inf"))
    return F.when(text.rlike(_PERHAPS_INFINITE), too_large).otherwise(F.lit(False))


def sensor_in(parsed: Column) -> Column:
    """The id of the sensor as text; null where it is none."""
    found = F.try_variant_get(parsed, "$[0].sensor.id", "string")
    return F.when(found.rlike(_ID) & _has_type(parsed, "$[0].sensor.id", "BIGINT", "STRING"), found)


def timestamp_in(parsed: Column) -> Column:
    """The timestamp of the record as it was written; null where it cannot be one."""
    text = F.try_variant_get(parsed, "$[0].timestamp", "string")
    is_time = (F.length(text) <= MAX_TIME_LENGTH) & text.rlike(_TIME) & _has_type(parsed, "$[0].timestamp", "STRING")
    return F.when(is_time, text)


def time_of(timestamp: Column, broker_time: Column) -> Column:
    """The time that a timestamp means; null where there is none, or it lies beyond the bounds of the contract."""
    local = F.try_to_timestamp(F.concat(_part(timestamp, 1), F.lit(" "), _part(timestamp, 2), _part(timestamp, 3)))
    minutes = F.coalesce(_part(timestamp, 5).try_cast("int") * 60 + _part(timestamp, 6).try_cast("int"), F.lit(0))
    time = local - F.make_dt_interval(mins=F.when(_part(timestamp, 4) == "-", -minutes).otherwise(minutes))
    latest = broker_time + F.make_dt_interval(secs=F.lit(MAX_AHEAD_S))
    return F.when((F.substring(timestamp, 1, 4).cast("int") >= EARLIEST_YEAR) & (time <= latest), time)


def _part(timestamp: Column, number: int) -> Column:
    return F.regexp_extract(timestamp, _TIME, number)


def _has_type(parsed: Column, path: str, *types: str) -> Column:
    found = F.schema_of_variant(F.try_variant_get(parsed, path, "variant"))
    return F.regexp_extract(found, r"^[A-Z]+", 0).isin(*types)
