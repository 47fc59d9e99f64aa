"""Messages become documents that any later message of the same thing replaces, or a reason why not."""

import gzip
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from mysimbdp.contracts import Reason
from mysimbdp.coredms import is_storable
from mysimbdp.decoding import Shapes, decode
from mysimbdp.ingestapp.documents import (
    Message,
    alert_document,
    measurement_document,
    quarantine_document,
    quarantined,
    report_document,
)
from tests.bad_inputs import BAD_INPUTS, NOW, raw
from tests.conftest import SAMPLES

NOW_US = int(NOW.timestamp() * 1_000_000)
REPORT = {
    "sensor_id": "7",
    "pollution_type": "P1",
    "pollution_level": 12,
    "window": {"start": "2009-12-31T23:50:00Z", "end": "2010-01-01T00:05:00Z"},
    "readings": 3,
}


def message(value: bytes, topic: str = "measurements") -> Message:
    return Message(topic, 2, 5, NOW_US, b"7", value)


def as_report(**changes: Any) -> Message:
    return message(json.dumps(REPORT | changes).encode(), "report")


def test_a_window_that_begins_before_the_earliest_reading_is_stored() -> None:
    document = report_document(as_report())
    assert not isinstance(document, Reason)
    assert document["_id"] == "7-P1-2009-12-31T23:50:00Z-2010-01-01T00:05:00Z"
    assert document["window"]["start"] == datetime(2009, 12, 31, 23, 50, tzinfo=UTC)
    assert type(document["pollution_level"]) is float


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"window": {"start": "2020-01-01T00:00:00fooZ", "end": "2020-01-01T00:00:00Z"}}, Reason.BAD_TYPE),
        ({"window": {"start": "2020-13-01T00:00:00Z", "end": "2020-01-01T00:00:00Z"}}, Reason.BAD_TYPE),
        ({"window": {"start": "2020-01-01T00:00:00Z"}}, Reason.MISSING_FIELD),
        ({"readings": 10**30}, Reason.BAD_TYPE),
        ({"readings": 0}, Reason.BAD_TYPE),
        ({"sensor_id": 7}, Reason.BAD_TYPE),
    ],
)
def test_what_is_no_report_has_a_reason(changes: dict[str, Any], reason: Reason) -> None:
    assert report_document(as_report(**changes)) is reason


def test_an_alert_has_the_key_of_its_report_and_other_pipelines_have_other_keys() -> None:
    alert = alert_document(as_report(threshold=10))
    report = report_document(as_report())
    elsewhere = report_document(message(json.dumps(REPORT).encode(), "report-demo"))
    assert not isinstance(alert, Reason)
    assert not isinstance(report, Reason)
    assert not isinstance(elsewhere, Reason)
    assert alert["_id"] == report["_id"]
    assert elsewhere["_id"] == f"demo-{report['_id']}"
    assert alert_document(as_report()) is Reason.MISSING_FIELD


def test_what_is_quarantined_comes_back_to_the_byte() -> None:
    refused = message(b"\xff\x00 no json")
    document = quarantine_document(message(json.dumps(quarantined(refused, [Reason.BAD_UTF8])).encode(), "quarantine"))
    assert not isinstance(document, Reason)
    assert (document["_id"], document["raw_value"]) == ("measurements-2-5", refused.value)


@pytest.mark.parametrize(
    "changes",
    [{}, {"$where": 1}, {"sampling_rate": {"$ref": 1}}, {"a.b": 1}, {"id": 2**64 - 1}, {"source": "x"}, {"_id": 5}],
    ids=str,
)
def test_every_accepted_record_can_be_stored_whole_or_raw(changes: dict[str, Any]) -> None:
    value = raw(**changes)
    decoded = decode(value, NOW_US)
    document = measurement_document(message(value), decoded)
    assert is_storable(document)
    assert document.get("raw_value") == (value if changes else None)
    assert document["_id"] == measurement_document(message(value), decoded)["_id"]


def test_a_plain_measurement_has_the_document_that_the_decoder_gives_it() -> None:
    recorded = gzip.decompress((SAMPLES / "network_2017-08-10.jsonl.gz").read_bytes()).splitlines()
    shapes, plain_ones = Shapes(), 0
    odd = [raw(sampling_rate=1), raw(sampling_rate={"$ref": 1}), *(case.value for case in BAD_INPUTS if case.value)]
    for value in [*recorded, *odd * 3]:
        decoded = decode(value, NOW_US)
        if plain := shapes.read(value, NOW_US):
            document = measurement_document(message(value), plain)
            assert document == measurement_document(message(value), decoded)
            assert is_storable(document)
            plain_ones += 1
        shapes.remember(value, decoded)
    assert plain_ones > len(recorded) / 2
