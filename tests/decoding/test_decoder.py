"""The decoder against every row of the bad-input table."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mysimbdp.contracts import Reason
from mysimbdp.decoding import decode, event_time_us
from tests.bad_inputs import BAD_INPUTS, GOOD, NOW, BadInput, raw, record

BROKER_TIME_US = int(NOW.timestamp() * 1_000_000)


@pytest.mark.parametrize("case", BAD_INPUTS, ids=str)
def test_each_bad_input_is_judged_with_its_reason_and_leaves_good_readings_alone(case: BadInput) -> None:
    decoded = decode(case.value, BROKER_TIME_US)
    assert set(decoded.reasons) == case.reasons
    assert decoded.accepted == case.accepted
    assert tuple(decoded.readings) == case.levels
    assert decoded.tombstone == (case.value is None)


def test_a_good_record_is_accepted_untouched() -> None:
    decoded = decode(GOOD, BROKER_TIME_US)
    assert decoded.record == record()
    assert (decoded.sensor_id, decoded.time_us) == ("999001", BROKER_TIME_US)
    assert not decoded.extra_fields
    assert not decoded.reasons


@pytest.mark.parametrize(
    "changes",
    [
        {"firmware": 1},
        {"sensor": {"id": 1, "owner": "x"}},
        {"sensor": {"id": 1, "sensor_type": {"id": 1, "owner": "x"}}},
        {"location": {"id": 1, "city": "x"}},
        {"sensordatavalues": [{"value_type": "P1", "value": "1", "unit": "x"}]},
    ],
    ids=["record", "sensor", "sensor-type", "location", "value"],
)
def test_extra_fields_are_noticed_at_every_level(changes: dict[str, object]) -> None:
    decoded = decode(raw(**changes), BROKER_TIME_US)
    assert decoded.accepted
    assert decoded.extra_fields


@pytest.mark.parametrize(
    ("timestamp", "seconds_after_midnight"),
    [
        ("2019-05-13 10:00:00", 36_000),
        ("2019-05-13T10:00:00", 36_000),
        ("2019-05-13T10:00:00Z", 36_000),
        ("2019-05-13T10:00:00.5Z", 36_000.5),
        ("2019-05-13T10:00:00+02:00", 28_800),
        ("2019-05-13T10:00:00-0130", 41_400),
    ],
)
def test_a_timestamp_without_zone_is_utc_and_a_zone_is_honoured(timestamp: str, seconds_after_midnight: float) -> None:
    midnight_us = 1_557_705_600_000_000  # 2019-05-13T00:00:00Z
    found = event_time_us(record(timestamp=timestamp), BROKER_TIME_US)
    assert found == midnight_us + seconds_after_midnight * 1_000_000


@pytest.mark.parametrize("zone", ["+15:00", "-2400", "+99:99", "-00:60", "+1", "+01:", "z"])
def test_a_zone_that_there_is_not_makes_no_time(zone: str) -> None:
    assert decode(raw(timestamp=f"2019-05-13T10:00:00{zone}"), BROKER_TIME_US).reasons == [Reason.BAD_TIME]


def test_the_bound_on_future_times_is_five_minutes_ahead_of_the_broker() -> None:
    assert decode(GOOD, BROKER_TIME_US - 300 * 1_000_000).accepted
    assert decode(GOOD, BROKER_TIME_US - 300 * 1_000_000 - 1).reasons == [Reason.TIME_FUTURE]


json_values = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(st.binary() | json_values.map(lambda value: json.dumps(value).encode()))
def test_no_message_raises_and_each_is_accepted_quarantined_or_a_tombstone(value: bytes) -> None:
    decoded = decode(value, BROKER_TIME_US)
    assert decoded.accepted or decoded.reasons


@given(st.dictionaries(st.sampled_from(["sensor", "timestamp", "sensordatavalues", "location", "id"]), json_values))
def test_no_value_in_any_field_raises(changes: dict[str, object]) -> None:
    decoded = decode(json.dumps(record(**changes)).encode(), BROKER_TIME_US)
    assert decoded.accepted or decoded.reasons
