"""Every row of the bad-input table against the running apps, mixed into a recording."""

from collections.abc import Iterator
from datetime import timedelta

import polars as pl
import pytest

from mysimbdp import verification
from mysimbdp.contracts import Reason
from mysimbdp.service.platform import Platform
from tests.bad_inputs import BAD_INPUTS, NOW, BadInput, raw
from tests.conftest import SAMPLES
from tests.pipeline.conftest import Pipeline, lines, pipeline

RECORDING = SAMPLES / "aberdeen_2019-05-18_21h.jsonl.gz"
TWICE = raw(sensor={"id": 999_002})
LONG_AGO = raw(
    sensor={"id": 999_003}, timestamp=(NOW - timedelta(hours=1)).strftime("%Y-%m-%d %H:%M:%S")
)  # no producer's clock: Spark's watermark decides


@pytest.fixture(scope="module", params=[False, True], ids=["default", "deduplicate"])
def deduplicate(request: pytest.FixtureRequest) -> bool:
    """By default readings are added up while they are parsed; the option wants each by itself."""
    return bool(request.param)


@pytest.fixture(scope="module")
def fed(platform: Platform, deduplicate: bool) -> Iterator[Pipeline]:
    """A pipeline that has met the recording, then all bad messages in the middle of good ones."""
    with pipeline(platform, "bad", partitions=1) as running:
        running.start(deduplicate=deduplicate)
        running.replay(RECORDING)
        running.settle()
        running.send([case.value for case in BAD_INPUTS] + [TWICE, TWICE])
        running.settle()
        running.send([LONG_AGO])
        running.settle()
        yield running


def offset_of(number: int) -> int:
    return len(lines(RECORDING)) + number


@pytest.mark.parametrize(("number", "case"), list(enumerate(BAD_INPUTS)), ids=[str(case) for case in BAD_INPUTS])
def test_a_bad_message_is_in_quarantine_once_raw_with_its_reasons(fed: Pipeline, number: int, case: BadInput) -> None:
    place = {"topic": fed.topics.measurements, "partition": 0, "offset": offset_of(number)}
    with fed.coredms() as database:
        found = list(database.quarantine.find(place))
        stored = database.measurements.count_documents({"source.offset": place["offset"]})
    assert [set(entry["reasons"]) for entry in found] == ([set(case.reasons)] if case.reasons else [])
    assert all(entry["raw_value"] == case.value for entry in found)
    assert all(entry["_id"] == f"{place['topic']}-0-{place['offset']}" for entry in found)
    assert all((entry["app"], bool(entry["app_version"])) == ("tenantingestapp", True) for entry in found)
    assert stored == case.accepted


def test_good_data_is_unharmed(fed: Pipeline) -> None:
    found = fed.reports().filter(~pl.col("sensor_id").str.starts_with("999"))
    assert verification.differences(verification.expected_reports(RECORDING), found).is_empty()
    with fed.coredms() as database:
        stored = {document["id"]: document for document in database.measurements.find({"sensor.id": {"$lt": 999_000}})}
    assert len(stored) == len(lines(RECORDING))


def test_the_good_readings_of_a_bad_message_are_in_the_mean(fed: Pipeline) -> None:
    kept = {case.value: dict(case.levels)["P2"] for case in BAD_INPUTS if "P2" in dict(case.levels)}
    reports = fed.reports().filter(sensor_id="999001", pollution_type="P2")
    assert reports["readings"].unique().to_list() == [len(kept)]
    assert reports["level"].to_list() == pytest.approx([sum(kept.values()) / len(kept)] * 3, rel=1e-9)


def test_messages_and_readings_are_conserved(fed: Pipeline, deduplicate: bool) -> None:
    stream, ingest = fed.counts(fed.stream, "analytics"), fed.counts(fed.ingest, "measurements")
    sent = len(lines(RECORDING)) + len(BAD_INPUTS) + 3
    for counts in (stream, ingest):
        assert counts["accepted"] + counts["quarantined"] + counts["tombstones"] == counts["messages"] == sent
        assert counts["flawed"] == sum(bool(case.reasons) for case in BAD_INPUTS)
        assert counts["extra_fields"] == 1
        assert counts["type_other"] == 0
        assert counts["type_noise_LAeq"] == 1
    for reason in Reason:
        assert stream[f"reason_{reason}"] == ingest[f"reason_{reason}"]
    windows_of_a_reading = 3
    # Spark drops rows: by default the part of each window, where readings are told apart each of those.
    dropped = stream["dropped_by_watermark"] * (windows_of_a_reading if deduplicate else 1)
    counted = stream["readings"] - stream.get("duplicates", 0)
    assert fed.reports()["readings"].sum() == windows_of_a_reading * counted - dropped


def test_a_measurement_sent_twice_is_stored_once_and_counts_once_if_asked_for(fed: Pipeline, deduplicate: bool) -> None:
    with fed.coredms() as database:
        assert database.measurements.count_documents({"sensor.id": 999_002}) == 1
    reports = fed.reports().filter(sensor_id="999002")
    assert reports["readings"].unique().to_list() == [1 if deduplicate else 2]


def test_a_reading_late_beyond_the_watermark_is_dropped_but_kept_raw(fed: Pipeline) -> None:
    assert fed.reports().filter(sensor_id="999003").is_empty()
    assert fed.counts(fed.stream, "analytics")["dropped_by_watermark"] > 0
    with fed.coredms() as database:
        assert database.measurements.count_documents({"sensor.id": 999_003}) == 1


def test_what_is_no_report_on_the_topic_report_is_quarantined_and_stops_nobody(fed: Pipeline) -> None:
    fed.send([b"hello", b'{"sensor_id": 5}', None], topic=fed.topics.report)
    fed.platform.wait_until_caught_up(fed.ingest)
    with fed.coredms() as database:
        found = [entry["reasons"] for entry in database.quarantine.find({"topic": fed.topics.report}).sort("offset")]
    assert found == [["JSON_SYNTAX"], ["BAD_TYPE"]]
