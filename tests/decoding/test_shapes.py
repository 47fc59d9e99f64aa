"""Messages read by their shapes: what is read is what the decoder says, whatever digits a message has."""

import gzip
import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mysimbdp.decoding import Shapes, decode
from mysimbdp.decoding.counts import count_message, count_plain
from mysimbdp.decoding.shapes import MOST_SHAPES
from tests.bad_inputs import BAD_INPUTS, GOOD, NOW, BadInput, raw, reading
from tests.conftest import SAMPLES

BROKER_TIME_US = int(NOW.timestamp() * 1_000_000)
TEXT = GOOD.decode()


def known(*values: bytes) -> Shapes:
    """What a process knows that has met each of these twice."""
    shapes = Shapes()
    for value in (*values, *values):
        shapes.remember(value, decode(value, BROKER_TIME_US))
    return shapes


def agree(shapes: Shapes, value: bytes) -> bool:
    """Whether anything is read of a message by its shape; what is read is what the decoder says."""
    plain, decoded = shapes.read(value, BROKER_TIME_US), decode(value, BROKER_TIME_US)
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


def test_a_shape_is_known_when_it_is_met_again() -> None:
    shapes = Shapes()
    seen = []
    for _ in range(3):
        seen.append(agree(shapes, GOOD))
        shapes.remember(GOOD, decode(GOOD, BROKER_TIME_US))
    assert seen == [False, False, True]
    assert agree(shapes, GOOD.replace(b'"id": 77', b'"id": 95'))
    assert not agree(shapes, GOOD.replace(b'"id": 77', b'"id": 770'))


@pytest.mark.parametrize("case", [case for case in BAD_INPUTS if case.value is not None], ids=str)
def test_what_is_refused_is_left_to_the_decoder(case: BadInput) -> None:
    assert case.value is not None
    assert not (agree(known(GOOD, case.value), case.value) and case.reasons)


@pytest.mark.parametrize("recording", ["network_2017-08-10.jsonl.gz", "aberdeen_2019-05-18_21h.jsonl.gz"])
def test_recorded_measurements_have_few_shapes(recording: str) -> None:
    lines = gzip.decompress((SAMPLES / recording).read_bytes()).splitlines()
    shapes = Shapes()
    left = 0
    for line in lines:
        if not agree(shapes, line):
            decoded = decode(line, BROKER_TIME_US)
            shapes.remember(line, decoded)
            left += not decoded.reasons
    assert left < 0.08 * len(lines)


VARIANTS = {
    "as-it-is": GOOD,
    "microseconds": raw(timestamp="2019-05-18T12:00:00.123456"),
    "utc": raw(timestamp="2019-05-18T12:00:00Z"),
    "no-values": raw(sensordatavalues=[]),
    "other-types": raw(sensordatavalues=[reading("temperature", "20.1"), reading("noise_LAeq", "loud")]),
    "unknown-type": raw(sensordatavalues=[reading("P7", "x1")]),
    "unknown-type-with-null": raw(sensordatavalues=[reading("P7", None)]),
    "numbers": raw(sensordatavalues=[reading("P1", ".9"), reading("P1", "1e1"), reading("P2", 0.5), reading("P1", 12)]),
    "text-id": raw(sensor={"id": "0a7-1", "pin": "1"}),
    "zero-id": raw(sensor={"id": 0, "pin": "1"}),
    "id-between": raw(sensordatavalues=[{"value": "5", "id": 17, "value_type": "P1"}]),
    "accent": TEXT.replace("Nova", "N\u00f3va").encode(),
    "spaces": TEXT.replace('": ', '"\t:  ').encode(),
    "compact": TEXT.replace(", ", ",").replace(": ", ":").encode(),
    "location-below-zero": TEXT.replace('"altitude": ""', '"altitude": -20.5').encode(),
}
NOT_REMEMBERED = {
    "zone": raw(timestamp="2019-05-18 12:00:00+0130"),
    "zone-and-fraction": raw(timestamp="2019-05-18 12:00:00.1+0130"),
    "short-zone-and-fraction": raw(timestamp="2019-05-18 12:00:00.12345Z"),
    "tenths": raw(timestamp="2019-05-18 12:00:00.5"),
    "escape": TEXT.replace('"pin"', '"\\u0070in"').encode(),
    "nineteen-digits": TEXT.replace("999001", "1000000000000000000").encode(),
    "minus-zero": TEXT.replace("999001", "-0").encode(),
    "exponent": TEXT.replace('"altitude": ""', '"altitude": 1e100').encode(),
    "many-digits": TEXT.replace('"altitude": ""', f'"altitude": {"1" * 300}').encode(),
    "long-type": TEXT.replace('"P1"', f'"{"P" * 128}"').encode(),
    "value-is-an-object": raw(sensordatavalues=[reading("P7", {"x": 1})]),
    "no-value": raw(sensordatavalues=[{"value_type": "P7"}]),
    "extra-field": raw(more=1),
    "unknown-names": raw(sampling_rate={"a1": 1, "a2": 2}),
    "unknown-names-of-nothing": raw(sampling_rate={"a1": {}, "a2": []}),
    "unknown-names-in-an-id": raw(sensordatavalues=[{"value": "5", "id": {"a1": 1, "a2": 2}, "value_type": "P1"}]),
    "name-that-no-document-has": raw(sampling_rate={"$ref": 1}),
    "many-scalars": raw(sampling_rate=[1] * 100),
    "large": raw(sensordatavalues=[reading("temperature", "20.1")] * 100),
}


@pytest.mark.parametrize("value", VARIANTS.values(), ids=VARIANTS.keys())
def test_a_measurement_is_read_by_its_shape(value: bytes) -> None:
    assert agree(known(value), value)


@pytest.mark.parametrize("value", NOT_REMEMBERED.values(), ids=NOT_REMEMBERED.keys())
def test_what_could_be_more_than_another_measurement_is_not_remembered(value: bytes) -> None:
    assert decode(value, BROKER_TIME_US).accepted
    assert not agree(known(value), value)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"id": 77', '"id": 07'),
        ("2019-05-18", "2019-02-30"),
        ("2019-05-18", "2009-05-18"),
        ("2019-05-18", "2999-05-18"),
        ("12:00:00", "24:00:00"),
        ('"100.0"', '"999.9"'),
        ('"P2", "value": "100.0"', '"P2", "value": "900.0"'),
    ],
)
def test_other_digits_that_make_a_measurement_wrong_are_left_to_the_decoder(old: str, new: str) -> None:
    value = raw(timestamp="2019-05-18T12:00:00", sensordatavalues=[reading("P2", "100.0")]).decode()
    shapes = known(value.encode())
    assert agree(shapes, value.encode())
    assert old in value
    assert not agree(shapes, value.replace(old, new).encode())


def test_a_shape_of_no_use_is_not_looked_at_again(monkeypatch: pytest.MonkeyPatch) -> None:
    value = NOT_REMEMBERED["zone"]
    shapes = known(value)
    monkeypatch.setattr("mysimbdp.decoding.shapes._shape_of", lambda *_: pytest.fail("looked at again"))
    shapes.remember(value, decode(value, BROKER_TIME_US))


def test_what_is_remembered_is_bounded() -> None:
    shapes = known(GOOD)
    for number in range(MOST_SHAPES):
        value = raw(sensor={"id": f"{number:012b}".replace("0", "x").replace("1", "y")})
        shapes.remember(value, decode(value, BROKER_TIME_US))
    assert not agree(shapes, GOOD)


@given(st.sampled_from(sorted((VARIANTS | NOT_REMEMBERED).items())), st.data())
def test_no_digits_bring_the_two_apart(variant: tuple[str, bytes], data: st.DataObject) -> None:
    _, value = variant
    digits, firsts = ([match.start() for match in re.finditer(what, value)] for what in (rb"\d", rb"(?<!\d)\d"))
    changed = bytearray(value)
    for place in data.draw(st.lists(st.sampled_from(digits) | st.sampled_from(firsts), max_size=4)):
        changed[place : place + 1] = b"%d" % data.draw(st.sampled_from([0, 9]) | st.integers(0, 9))
    agree(known(value), bytes(changed))
