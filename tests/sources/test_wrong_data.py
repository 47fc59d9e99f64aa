"""Wrong data is injected at the share asked for, into copies, the same way in every run."""

import json
from collections import Counter
from hashlib import sha256
from math import sqrt
from typing import Any

import pytest
from pydantic import ValidationError

from mysimbdp.contracts import CLIMATE_TYPES, POLLUTION_TYPES, Reason
from mysimbdp.decoding import decode
from mysimbdp.sources.wrong_data import EXTRA_FIELD, Kind, WrongShares, inject, kind_of
from tests.sources.conftest import climate, measurement

MESSAGES = 20_000
NOW_US = 1_800_000_000_000_000
WRONG_KINDS = [Kind.WRONG_TYPE, Kind.MISSING, Kind.EXTRA]


def digest(record: dict[str, Any]) -> str:
    return sha256(json.dumps(record).encode()).hexdigest()


@pytest.mark.parametrize(
    ("wrong_type", "missing", "extra"),
    [(0, 0, 0), (0.25, 0, 0), (0, 0.5, 0), (0, 0, 0.75), (0.1, 0.2, 0.3), (0.2, 0.3, 0.5), (0, 1, 0), (0.001, 0, 0)],
)
def test_each_kind_gets_its_share_whatever_the_others_get(wrong_type: float, missing: float, extra: float) -> None:
    shares = WrongShares(wrong_type=wrong_type, missing=missing, extra=extra)
    counts = Counter(kind_of(shares, 7, index) for index in range(MESSAGES))
    expected = dict(
        zip([Kind.CLEAN, *WRONG_KINDS], [1 - wrong_type - missing - extra, wrong_type, missing, extra], strict=True)
    )
    for kind, share in expected.items():
        assert abs(counts[kind] / MESSAGES - share) <= 4 * sqrt(share * (1 - share) / MESSAGES) + 1e-9


@pytest.mark.parametrize(
    "shares",
    [{"missing": -0.1}, {"extra": 1.1}, {"missing": float("nan")}, {"missing": 0.6, "extra": 0.5}, {"other": 0.1}],
)
def test_shares_that_cannot_be_are_refused(shares: dict[str, float]) -> None:
    with pytest.raises(ValidationError):
        WrongShares.model_validate(shares)


def test_the_kind_of_a_message_depends_on_seed_and_index_alone() -> None:
    shares = WrongShares(wrong_type=0.2, missing=0.2, extra=0.2)
    forwards = [kind_of(shares, 7, index) for index in range(200)]
    backwards = [kind_of(shares, 7, index) for index in reversed(range(200))]
    assert forwards == backwards[::-1]
    assert forwards != [kind_of(shares, 8, index) for index in range(200)]


@pytest.mark.parametrize("kind", list(Kind))
def test_the_record_that_is_copied_never_changes(kind: Kind) -> None:
    """The published measurement injected into shared objects, and its error share drifted upward."""
    pool = [measurement(), climate()]
    before = [digest(record) for record in pool]
    for index in range(100):
        copy = inject(pool[index % 2], kind, 7, index)
        copy["location"]["country"] = "changed by whoever got the copy"
    assert [digest(record) for record in pool] == before


def test_wrong_type_leaves_readings_of_other_types_only() -> None:
    judged = decode(json.dumps(inject(measurement(), Kind.WRONG_TYPE, 7, 0)).encode(), NOW_US)
    assert judged.accepted
    assert judged.readings == []
    assert not set(judged.other_types) & set(POLLUTION_TYPES)
    assert len(judged.other_types) == 2


@pytest.mark.parametrize(
    "record",
    [
        measurement(),
        climate(),
        measurement(sensordatavalues=[{"value": "1", "value_type": name} for name in (*CLIMATE_TYPES, "P1", "noise")]),
        measurement(sensordatavalues=[{"value": "1"}, {"value": "1", "value_type": None}]),
    ],
)
def test_wrong_type_gives_every_reading_another_type_of_the_network(record: dict[str, Any]) -> None:
    before = [value.get("value_type") for value in record["sensordatavalues"]]
    for index in range(50):
        wrong = inject(record, Kind.WRONG_TYPE, 7, index)
        after = [value["value_type"] for value in wrong["sensordatavalues"]]
        assert set(after) <= set(CLIMATE_TYPES)
        assert all(new != old for new, old in zip(after, before, strict=True))
        assert wrong == inject(record, Kind.WRONG_TYPE, 7, index)


@pytest.mark.parametrize("values", [[], None, [None, 3], "P1"])
def test_wrong_type_changes_also_a_record_that_has_no_reading(values: object) -> None:
    wrong = inject(measurement(sensordatavalues=values), Kind.WRONG_TYPE, 7, 0)
    assert [value["value_type"] in CLIMATE_TYPES for value in wrong["sensordatavalues"]] == [True]


def test_missing_hits_every_required_field_absent_and_null_equally_often() -> None:
    seen: Counter[str] = Counter()
    for index in range(6000):
        record = inject(measurement(), Kind.MISSING, 7, index)
        assert decode(json.dumps(record).encode(), NOW_US).reasons == [Reason.MISSING_FIELD]
        seen[_what_is_missing(record)] += 1
    assert len(seen) == 6
    assert all(900 < times < 1100 for times in seen.values())


def _what_is_missing(record: dict[str, Any]) -> str:
    for holder, field in ((record["sensor"], "id"), (record, "timestamp"), (record, "sensordatavalues")):
        if holder.get(field) is None:
            return f"{field} null" if field in holder else f"{field} absent"
    return "nothing"


def test_extra_adds_a_field_and_nothing_else() -> None:
    record = inject(measurement(), Kind.EXTRA, 7, 0)
    assert record.pop(EXTRA_FIELD)
    assert record == measurement()


@pytest.mark.parametrize("kind", WRONG_KINDS)
@pytest.mark.parametrize(
    "record",
    [{}, {"sensor": None, "sensordatavalues": None}, {"sensor": 3, "sensordatavalues": [None, 3, {"value": 1}]}],
)
def test_dirty_records_can_be_injected_too(record: dict[str, Any], kind: Kind) -> None:
    for index in range(20):
        assert isinstance(inject(record, kind, 7, index), dict)
