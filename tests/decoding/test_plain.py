"""The quick reading of plain measurements agrees with the decoder's judgement, and leaves everything else to it."""

import gzip
import json
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mysimbdp.decoding import decode, decode_plain
from mysimbdp.decoding.counts import count_message, count_plain
from tests.bad_inputs import BAD_INPUTS, DELETE, GOOD, NOW, BadInput, raw, reading, record
from tests.conftest import SAMPLES

BROKER_TIME_US = int(NOW.timestamp() * 1_000_000)
TEXT = GOOD.decode()
PIECES = [b"", b":", b'"', b"0", b"-", b".", b"e", b"\\", b",", b"{", b" ", b'"id":1,']
ANYTHING = st.just(DELETE) | st.none() | st.integers() | st.text()


def agree(value: bytes) -> bool:
    """Whether the quick reading says of a message what the decoder says, or nothing; whether it said something."""
    plain, decoded = decode_plain(value, BROKER_TIME_US), decode(value, BROKER_TIME_US)
    if plain is None:
        return False
    assert decoded.accepted
    assert not decoded.reasons
    assert not decoded.extra_fields
    assert (plain.sensor_id, plain.time_us) == (decoded.sensor_id, decoded.time_us)
    assert (plain.readings, plain.other_types) == (decoded.readings, decoded.other_types)
    for key in (plain.sensor_id.encode(), b"other", None):
        quick, thorough = Counter[str](), Counter[str]()
        count_plain(plain, key, quick)
        count_message(decoded, key, thorough)
        assert +quick == +thorough
    return True


@pytest.mark.parametrize("case", [case for case in BAD_INPUTS if case.value is not None], ids=str)
def test_what_is_refused_is_left_to_the_decoder(case: BadInput) -> None:
    assert case.value is not None
    assert not (agree(case.value) and case.reasons)


@pytest.mark.parametrize("recording", ["network_2017-08-10.jsonl.gz", "aberdeen_2019-05-18_21h.jsonl.gz"])
def test_recorded_measurements_are_plain_unless_something_is_refused(recording: str) -> None:
    lines = gzip.decompress((SAMPLES / recording).read_bytes()).splitlines()
    left = [line for line in lines if not agree(line)]
    assert all(decode(line, BROKER_TIME_US).reasons for line in left)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"timestamp": "2019-05-18T12:00:00.123456"},
        {"timestamp": "2019-05-18 12:00:00.5+0130"},
        {"sensordatavalues": []},
        {"sensordatavalues": [reading("temperature", "20.1"), reading("noise_LAeq", "loud")]},
        {"sensordatavalues": [reading("P1", ".9"), reading("P1", "1e1")]},
    ],
    ids=["as-it-is", "microseconds", "zone", "no-values", "other-types", "numbers"],
)
def test_a_plain_measurement_is_read(changes: dict[str, Any]) -> None:
    assert agree(raw(**changes))


@pytest.mark.parametrize(
    "value",
    [
        TEXT.replace('"pin": "1"', '"pin": "1", "pin": "2"'),
        TEXT.replace('"altitude": ""', '"altitude": "", "altitude": ""'),
        TEXT.replace('"id": 77', '"id": 77, "\\u0069d": 78'),
        TEXT.replace(f"{NOW:%H:%M:%S}", f"{NOW:%H}\\u003a{NOW:%M:%S}").replace('"id": 77', '"id": 77, "id": 78'),
        TEXT.replace(str(NOW.second).zfill(2) + '"', str(NOW.second).zfill(2) + '", "id": 1'),
        TEXT.replace("999001", "9" * 30),
        TEXT.replace("999001", "-0"),
        TEXT.replace("999001", "18446744073709551615"),
        TEXT.replace("Nova", "N\u00f3va"),
        TEXT.replace('"id": 77', f'"id": {"1" * 310}'),
        TEXT.replace('"altitude": ""', f'"altitude": {"1" * 4300}'),
        TEXT.replace('"altitude": ""', '"altitude": -9223372036854775809'),
        TEXT.replace('"P1"', f'"{"P" * 65}"'),
    ],
    ids=[
        "key",
        "optional-key",
        "escaped-key",
        "hidden-colon",
        "key-at-the-end",
        "digits",
        "zero",
        "64-bit",
        "accent",
        "many-digits",
        "too-many-digits",
        "negative-64-bit",
        "long-type",
    ],
)
def test_a_doubtful_message_is_left_to_the_decoder(value: str) -> None:
    assert value != TEXT
    assert not agree(value.encode())


@given(st.data())
def test_no_change_of_bytes_brings_the_two_apart(data: st.DataObject) -> None:
    value = bytearray(GOOD)
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(value) - 1))
        piece = data.draw(st.sampled_from(PIECES))
        value[place : place + data.draw(st.integers(0, 2))] = piece
    agree(bytes(value))


@given(st.dictionaries(st.sampled_from(list(record())), ANYTHING, max_size=2))
def test_no_change_of_fields_brings_the_two_apart(changes: dict[str, Any]) -> None:
    agree(json.dumps(record(**changes)).encode())
