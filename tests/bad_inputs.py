"""The rows of shared/bad_inputs.md as messages: a table for the decoder and for the running app."""

import gzip
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from mysimbdp.contracts import Reason

NOW = datetime.now(UTC).replace(microsecond=0)


@dataclass(frozen=True)
class BadInput:
    """One message, the reasons it must be quarantined for (none: accepted), and the readings that survive."""

    row: int
    name: str
    value: bytes | None
    reasons: frozenset[Reason]
    accepted: bool = False
    levels: tuple[tuple[str, float], ...] = ()

    def __str__(self) -> str:
        return f"{self.row}-{self.name}"


def record(**changes: Any) -> dict[str, Any]:
    """A good record of a sensor that no recording has, at `NOW`, with changes; None as a change deletes the field."""
    good: dict[str, Any] = {
        "id": 77,
        "sampling_rate": None,
        "timestamp": NOW.strftime("%Y-%m-%d %H:%M:%S"),
        "location": {"id": 1, "latitude": "57.1", "longitude": "-2.0", "altitude": "", "country": "GB"},
        "sensor": {"id": 999_001, "pin": "1", "sensor_type": {"id": 14, "name": "SDS011", "manufacturer": "Nova"}},
        "sensordatavalues": [reading("P1", "10.5"), reading("P2", "5.25")],
    }
    return {key: value for key, value in (good | changes).items() if value is not DELETE}


DELETE = object()


def reading(value_type: str, value: Any) -> dict[str, Any]:
    return {"id": 1, "value_type": value_type, "value": value}


def raw(**changes: Any) -> bytes:
    return json.dumps(record(**changes)).encode()


def _refused(row: int, name: str, value: bytes, *reasons: Reason) -> BadInput:
    return BadInput(row, name, value, frozenset(reasons))


def _at(when: datetime) -> bytes:
    return raw(timestamp=when.strftime("%Y-%m-%d %H:%M:%S"))


def _values(*values: Any) -> bytes:
    return raw(sensordatavalues=list(values))


def _one_bad(row: int, name: str, value: Any, reason: Reason) -> BadInput:
    """A bad P1 beside a good P2: only the P2 survives."""
    message = _values(reading("P1", value), reading("P2", "5.25"))
    return BadInput(row, name, message, frozenset({reason}), accepted=True, levels=(("P2", 5.25),))


def _accepted(
    row: int, name: str, value: bytes, *levels: tuple[str, float], reasons: tuple[Reason, ...] = ()
) -> BadInput:
    return BadInput(row, name, value, frozenset(reasons), accepted=True, levels=levels)


GOOD = raw()
BOTH = (("P1", 10.5), ("P2", 5.25))
TEXT = GOOD.decode()
DEEP = b'{"a":' * 120 + b"1" + b"}" * 120

BAD_INPUTS = [
    BadInput(1, "tombstone", None, frozenset()),
    _refused(2, "empty", b"", Reason.EMPTY),
    _refused(2, "blank", b" \n\t ", Reason.EMPTY),
    _refused(3, "text", b"hello sensors", Reason.JSON_SYNTAX),
    _refused(3, "truncated", GOOD[: len(GOOD) // 2], Reason.JSON_SYNTAX),
    _refused(4, "trailing-garbage", GOOD + b" x", Reason.JSON_TRAILING),
    _refused(4, "trailing-brace", GOOD + b"}", Reason.JSON_TRAILING),
    _refused(5, "two-objects", GOOD + GOOD, Reason.JSON_TRAILING),
    _refused(5, "two-lines", GOOD + b"\n" + GOOD, Reason.JSON_TRAILING),
    _refused(6, "array", b"[" + GOOD + b"]", Reason.NOT_OBJECT),
    _refused(6, "number", b"12.5", Reason.NOT_OBJECT),
    _refused(6, "string", b'"P1"', Reason.NOT_OBJECT),
    _refused(6, "null", b"null", Reason.NOT_OBJECT),
    _refused(7, "no-fields", b"{}", Reason.MISSING_FIELD),
    _refused(7, "no-sensor", raw(sensor=DELETE), Reason.MISSING_FIELD),
    _refused(7, "null-sensor-id", raw(sensor={"id": None}), Reason.MISSING_FIELD),
    _refused(7, "no-timestamp", raw(timestamp=DELETE), Reason.MISSING_FIELD),
    _refused(7, "null-timestamp", raw(timestamp=None), Reason.MISSING_FIELD),
    _refused(7, "no-values", raw(sensordatavalues=DELETE), Reason.MISSING_FIELD),
    _refused(7, "null-values", raw(sensordatavalues=None), Reason.MISSING_FIELD),
    _refused(8, "upper-case", TEXT.replace('"sensor"', '"Sensor"').encode(), Reason.MISSING_FIELD),
    _refused(9, "duplicate-key", TEXT.replace('"id": 77', '"id": 77, "id": 78').encode(), Reason.DUPLICATE_KEY),
    _refused(
        9, "duplicate-nested", TEXT.replace('"pin": "1"', '"pin": "1", "pin" :"2"').encode(), Reason.DUPLICATE_KEY
    ),
    _refused(
        9,
        "duplicate-beside-escapes",
        TEXT.replace('"id": 77', '"id": 77, "id": 78, "note": "\\u003a\\u003a"').encode(),
        Reason.DUPLICATE_KEY,
    ),
    _accepted(10, "extra-field", raw(firmware="NRZ-2020"), *BOTH),
    _refused(11, "byte-order-mark", b"\xef\xbb\xbf" + GOOD, Reason.JSON_SYNTAX),
    _refused(11, "utf-16", TEXT.encode("utf-16"), Reason.BAD_UTF8),
    _refused(11, "gzip", gzip.compress(GOOD, mtime=0), Reason.BAD_UTF8),
    _refused(11, "invalid-utf-8", GOOD.replace(b"Nova", b"No\xffva"), Reason.BAD_UTF8),
    _refused(12, "single-quotes", TEXT.replace('"', "'").encode(), Reason.JSON_SYNTAX),
    _refused(12, "comment", TEXT.replace('"id": 77', '"id": 77 /* note */').encode(), Reason.JSON_SYNTAX),
    _refused(12, "trailing-comma", GOOD[:-1] + b",}", Reason.JSON_SYNTAX),
    _refused(12, "leading-zero", TEXT.replace('"id": 77', '"id": 077').encode(), Reason.JSON_SYNTAX),
    _refused(12, "control-character", TEXT.replace("Nova", "No\x01va").encode(), Reason.JSON_SYNTAX),
    _accepted(13, "number", _values(reading("P1", 10.5), reading("P2", 5)), ("P1", 10.5), ("P2", 5.0)),
    _accepted(13, "number-as-text", _values(reading("P1", "1.05e1")), ("P1", 10.5)),
    _accepted(13, "no-leading-digit", _values(reading("P2", ".9")), ("P2", 0.9)),
    *(
        _one_bad(14, f"value-{number}", value, Reason.BAD_NUMBER)
        for number, value in enumerate(("12,5", "abc", "", "unavailable", "nan", "1_0", " 1", True, {"a": 1}, None))
    ),
    _one_bad(14, "200,000-digits", "9" * 200_000 + "x", Reason.BAD_NUMBER),
    _refused(15, "nan-token", GOOD.replace(b'"10.5"', b"NaN"), Reason.NOT_FINITE),
    _refused(15, "infinity-token", GOOD.replace(b'"10.5"', b"-Infinity"), Reason.NOT_FINITE),
    _refused(15, "1e400-token", GOOD.replace(b'"10.5"', b"1e400"), Reason.NOT_FINITE),
    _one_bad(15, "1e400-text", "1e400", Reason.NOT_FINITE),
    _accepted(16, "null-element", _values(None, reading("P2", "5.25")), ("P2", 5.25), reasons=(Reason.BAD_ELEMENT,)),
    _accepted(16, "text-element", _values("x", reading("P2", "5.25")), ("P2", 5.25), reasons=(Reason.BAD_ELEMENT,)),
    _refused(17, "values-object", raw(sensordatavalues={"P1": 1}), Reason.BAD_TYPE),
    _refused(17, "100,000-values", raw(sensordatavalues=[0] * 100_000), Reason.TOO_MANY_VALUES, Reason.TOO_LARGE),
    _refused(17, "1,001-values", raw(sensordatavalues=[0] * 1_001), Reason.TOO_MANY_VALUES),
    _accepted(17, "no-reading", raw(sensordatavalues=[])),
    _refused(18, "deep", GOOD[:-1] + b',"x":' + DEEP + b"}", Reason.TOO_DEEP),
    _refused(18, "deeper-than-the-parser", b"[" * 5_000, Reason.TOO_DEEP),
    *(
        _refused(19, f"id-{name}", raw(sensor={"id": bad}), Reason.BAD_ID)
        for name, bad in {
            "nul": "1\x00",
            "path": "../etc",
            "html": "<b>1</b>",
            "operator": "$where",
            "empty": "",
            "boolean": True,
            "fraction": 1.5,
            "negative": -1,
            "long": "9" * 65,
        }.items()
    ),
    _refused(19, "id-of-1-MB", raw(sensor={"id": "9" * 1_000_000}), Reason.BAD_ID, Reason.TOO_LARGE),
    _refused(20, "large", raw(note="x" * 300_000), Reason.TOO_LARGE),
    _refused(21, "future", _at(NOW + timedelta(days=1)), Reason.TIME_FUTURE),
    _refused(21, "epoch-milliseconds", raw(timestamp=int(NOW.timestamp() * 1000)), Reason.TIME_FUTURE),
    _refused(21, "epoch-milliseconds-text", raw(timestamp=str(int(NOW.timestamp() * 1000))), Reason.TIME_FUTURE),
    _refused(22, "before-2010", raw(timestamp="2009-12-31 23:59:59"), Reason.TIME_PAST),
    _refused(22, "year-0", raw(timestamp="0000-01-01 00:00:00"), Reason.TIME_PAST),
    *(
        _refused(23, f"time-{name}", raw(timestamp=text), Reason.BAD_TIME)
        for name, text in {
            "30-february": "2019-02-30 10:00:00",
            "24-hours": "2019-02-20 24:00:00",
            "word": "yesterday",
            "date-only": "2019-02-20",
            "week-date": "2019-W08-3T10:00:00",
            "object": {"at": 1},
            "200,000-digits": "2019-02-20 10:00:00." + "9" * 200_000,
        }.items()
    ),
    _one_bad(27, "P1-limit", "1900", Reason.OUT_OF_RANGE),
    _one_bad(27, "failed-fan", "1999.90", Reason.OUT_OF_RANGE),
    _one_bad(27, "negative", "-0.1", Reason.OUT_OF_RANGE),
    _accepted(27, "P2-limit", _values(reading("P2", "900")), reasons=(Reason.OUT_OF_RANGE,)),
    _accepted(28, "unknown-type", _values(reading("noise_LAeq", "loud"), reading("P1", "10.5")), ("P1", 10.5)),
    _refused(
        29,
        "report",
        b'{"sensor_id":"1","pollution_type":"P1","pollution_level":1.0,"window":{"start":"a","end":"b"},"readings":1}',
        Reason.MISSING_FIELD,
    ),
]
