"""The independent computation, checked by hand on a handful of readings."""

import json
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from mysimbdp import verification
from mysimbdp.errors import KitError

TIMES = [("12:00:00", "10"), ("12:07:00", "30"), ("12:01:59", "1000"), ("12:02:00", "50")]


def records() -> list[dict[str, object]]:
    """Four measurements of one sensor; the third is 5:01 behind the second, the fourth exactly 5:00."""
    return [
        {
            "sensor": {"id": 7},
            "timestamp": f"2019-05-18 {time}",
            "sensordatavalues": [{"value": level, "value_type": "P1"}, {"value": "20.0", "value_type": "temperature"}],
        }
        for time, level in TIMES
    ]


@pytest.fixture(params=["array", "lines"])
def recording(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / "four.json"
    texts = [json.dumps(record) for record in records()]
    path.write_text(f"[{','.join(texts)}]" if request.param == "array" else "\n".join(texts))
    return path


def test_windows_means_and_lateness_are_those_computed_by_hand(recording: Path) -> None:
    reports = verification.expected_reports(recording)
    found = {f"{row['start']:%H:%M}": (row["level"], row["readings"]) for row in reports.to_dicts()}
    assert found == {
        "11:50": (30.0, 2),  # 12:00 and 12:02
        "11:55": (30.0, 3),
        "12:00": (30.0, 3),
        "12:05": (30.0, 1),
    }


def test_lateness_is_told_by_records_of_every_kind(tmp_path: Path) -> None:
    path = tmp_path / "two.jsonl"
    climate, dust = records()[1], records()[2]
    climate["sensordatavalues"] = [{"value": "20.0", "value_type": "temperature"}]
    path.write_text(f"{json.dumps(climate)}\n{json.dumps(dust)}\n")
    assert verification.expected_reports(path).is_empty()


@pytest.mark.parametrize("refused", ["2009-12-31 23:59:59", "2999-01-01 00:00:00", "yesterday"])
def test_a_time_that_the_stream_refuses_neither_counts_nor_makes_others_late(tmp_path: Path, refused: str) -> None:
    path = tmp_path / "two.jsonl"
    path.write_text(f"{json.dumps(records()[0] | {'timestamp': refused})}\n{json.dumps(records()[0])}\n")
    assert verification.expected_reports(path)["readings"].to_list() == [1, 1, 1]


@pytest.mark.parametrize(
    ("change", "difference"),
    [
        ({}, None),
        ({"level": 30.0 * (1 + 1e-10)}, None),
        ({"level": 30.0 * (1 + 1e-8)}, "level"),
        ({"level": None}, "level"),
        ({"readings": 3}, "readings"),
        ({"sensor_id": "8"}, "missing unexpected"),
    ],
    ids=["equal", "within-tolerance", "level", "no-level", "readings", "other-sensor"],
)
def test_every_kind_of_difference_is_found(change: dict[str, object], difference: str | None) -> None:
    time = datetime(2019, 5, 18, 12, tzinfo=UTC)
    report = {"sensor_id": "7", "pollution_type": "P1", "start": time, "end": time, "level": 30.0, "readings": 2}
    expected, found = pl.DataFrame([report]), pl.DataFrame([report | change])
    named = verification.differences(expected, found)["difference"].sort().to_list()
    assert " ".join(named) == (difference or "")


def test_messages_are_verified_one_object_each_and_keep_their_columns() -> None:
    values = [json.dumps(record).encode() for record in records()]
    found = verification.readings_of_messages(pl.DataFrame({"key": values, "value": values, "offset": [7, 8, 9, 10]}))
    assert "key" not in found.columns
    assert found.select("sensor_id", "level", "offset").rows() == [
        ("7", 10.0, 7),
        ("7", 30.0, 8),
        ("7", 1000.0, 9),
        ("7", 50.0, 10),
    ]


def test_what_a_message_says_in_another_type_is_no_reading() -> None:
    taken = {"value": "10", "value_type": "P1"}
    changes: list[dict[str, object]] = [
        {"sensordatavalues": [{"value": 20.5, "value_type": "P1"}]},  # a number is as good as its text
        {"sensordatavalues": [{"value": "loud", "value_type": "P1"}, taken]},
        {"sensordatavalues": [{"value": None, "value_type": "P1"}]},
        {"sensordatavalues": {}},
        {"sensordatavalues": None},
        {"sensor": None},
        {"sensor": "7"},
        {"timestamp": 20190518},
    ]
    values = [json.dumps(records()[0] | change).encode() for change in changes]
    found = verification.readings_of_messages(pl.DataFrame({"value": [*values, b"[1]", b"null"]}))
    assert found.select("sensor_id", "level").rows() == [("7", 20.5), ("7", 10.0)]


@pytest.mark.parametrize("value", [b"{}\n{}", b"{} {}", b"half {", b""], ids=["lines", "two", "half", "empty"])
def test_messages_that_are_not_one_json_each_are_refused(value: bytes) -> None:
    with pytest.raises(KitError, match="Not every message is JSON"):
        verification.readings_of_messages(pl.DataFrame({"value": [json.dumps(records()[0]).encode(), value]}))


def test_messages_that_are_no_text_are_refused() -> None:
    with pytest.raises(KitError, match="Not every message is JSON"):
        verification.readings_of_messages(pl.DataFrame({"value": [b"\xff"]}))
