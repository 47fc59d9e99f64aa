"""Splicing bytes into a recorded measurement gives what setting its fields would."""

import json
from typing import Any

import pytest

from mysimbdp.sources.template import make_template, network_time
from mysimbdp.sources.wrong_data import VARIANTS, Kind, spoil
from tests.sources.conftest import measurement

TIME = b"2026-11-24T10:00:00.000001"


@pytest.mark.parametrize(
    "record",
    [
        measurement(),
        measurement(note="100 % of %(id)d, %s and \x00\x01\x02"),
        {"sensordatavalues": [{"value_type": "P1", "value": "1"}], "sensor": {"pin": "1", "id": "esp"}},
    ],
    ids=["of the network", "with signs that formatting would take", "without id and time, in another order"],
)
@pytest.mark.parametrize(("kind", "variant"), [(kind, number) for kind in Kind for number in range(VARIANTS[kind])])
def test_a_filled_template_is_the_record_with_its_own_ids_and_time(
    record: dict[str, Any], kind: Kind, variant: int
) -> None:
    template = make_template(json.dumps(record).encode(), kind, variant)
    own = {"id": 5, "timestamp": TIME.decode(), "sensor": {**record["sensor"], "id": "a"}}
    expected = spoil(json.loads(json.dumps({**record, **own})), kind, variant)
    assert json.loads(template.fill(5, b'"a"', TIME)) == expected
    assert template.has_sensor == (expected["sensor"].get("id") is not None)
    assert template.has_time == (expected.get("timestamp") is not None)


@pytest.mark.parametrize(
    ("time_us", "text"),
    [
        (0, b"1970-01-01T00:00:00.000000"),
        (1_558_213_200_000_001, b"2019-05-18T21:00:00.000001"),
        (1_558_213_199_999_999, b"2019-05-18T20:59:59.999999"),
    ],
)
def test_times_have_no_zone_and_all_fractions(time_us: int, text: bytes) -> None:
    assert network_time(time_us) == text
