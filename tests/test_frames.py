"""Records, results and progress become tidy frames: nothing is lost, nothing is guessed."""

from typing import Any

import pandas as pd
import pytest

from mysimbdp import frames
from tests.monitor.observations import app, observation


def measurement(*values: tuple[str, Any], timestamp: str = "2019-05-18 21:00:00", **location: Any) -> dict[str, Any]:
    return {
        "timestamp": timestamp,
        "location": location,
        "sensor": {"id": 22879, "sensor_type": {"name": "SDS011"}},
        "sensordatavalues": [{"value_type": value_type, "value": value} for value_type, value in values],
    }


def report(level: float, start: str = "2019-05-18T21:00:00Z", end: str = "2019-05-18T21:15:00Z") -> dict[str, Any]:
    return {
        "sensor_id": "7",
        "pollution_type": "P1",
        "pollution_level": level,
        "window": {"start": start, "end": end},
        "readings": 6,
    }


def progress(batch: int, **counts: int | None) -> dict[str, Any]:
    return {
        "name": "analytics",
        "batchId": batch,
        "timestamp": "2026-01-01T00:00:00.000Z",
        "durationMs": {"triggerExecution": 800},
        "numInputRows": 3,
        "eventTime": {"watermark": "2019-05-18T20:53:00.000Z"},
        "stateOperators": [{"numRowsTotal": 4, "numRowsDroppedByWatermark": 1}],
        "observedMetrics": {"counts": counts},
    }


def test_a_measurement_becomes_one_row_a_reading_in_its_order() -> None:
    frame = frames.readings_frame([measurement(("P1", "31.27"), ("P2", 15.1), latitude="57.5", country="GB")])
    assert frame.columns.tolist() == frames.READING_COLUMNS
    assert frame[["value_type", "value", "country"]].to_numpy().tolist() == [["P1", 31.27, "GB"], ["P2", 15.1, "GB"]]
    assert frame["latitude"].tolist() == [57.5, 57.5]
    assert frame["longitude"].isna().all()


@pytest.mark.parametrize("timestamp", ["2019-05-18 21:00:00", "2019-05-18T21:00:00", "2019-05-18T21:00:00.000Z"])
def test_a_time_of_the_network_is_utc_however_it_is_written(timestamp: str) -> None:
    frame = frames.readings_frame([measurement(("P1", "1"), timestamp=timestamp)])
    assert frame["time"][0] == pd.Timestamp("2019-05-18 21:00:00", tz="UTC")


@pytest.mark.parametrize("text", ["unavailable", "12,5", ""])
def test_text_that_is_no_number_is_kept_as_text_and_has_no_value(text: str) -> None:
    frame = frames.readings_frame([measurement(("P1", text))])
    assert frame["text"][0] == text
    assert frame["value"].isna().all()


def test_a_sensor_is_one_row_with_the_mean_of_one_type() -> None:
    readings = frames.readings_frame([measurement(("P1", "10"), ("P2", "99")), measurement(("P1", "20"))])
    sensors = frames.sensors_frame(readings, "P1")
    assert sensors[["sensor_id", "level", "readings"]].to_numpy().tolist() == [["22879", 15.0, 2]]


def test_results_of_a_topic_and_of_coredms_become_the_same_frame() -> None:
    start, end = pd.Timestamp("2019-05-18 21:00", tz="UTC"), pd.Timestamp("2019-05-18 21:15", tz="UTC")
    stored = report(1.5) | {"_id": "7-P1", "window": {"start": start.to_pydatetime(), "end": end.to_pydatetime()}}
    from_topic, from_coredms = frames.results_frame([report(1.5)]), frames.results_frame([stored])
    pd.testing.assert_frame_equal(from_topic, from_coredms)
    assert from_topic[["level", "start", "end"]].iloc[0].tolist() == [1.5, start, end]


def test_a_quarantined_message_is_one_row_for_each_of_its_reasons() -> None:
    entry = {"topic": "m", "partition": 0, "offset": 4, "broker_time": "2026-01-01T00:00:00.000001Z", "app": "a"}
    frame = frames.quarantine_frame([entry | {"reasons": ["BAD_NUMBER", "OUT_OF_RANGE"]}])
    assert frame[["offset", "reason"]].to_numpy().tolist() == [[4, "BAD_NUMBER"], [4, "OUT_OF_RANGE"]]


def test_a_batch_is_a_row_and_a_count_that_spark_left_out_is_zero() -> None:
    frame = frames.batches_frame([progress(0, readings=2, late=None), progress(1, readings=3, late=1)])
    assert frame[["batch", "messages", "state_rows", "dropped_rows"]].to_numpy().tolist() == [
        [0, 3, 4, 1],
        [1, 3, 4, 1],
    ]
    assert frame[["readings", "late"]].to_numpy().tolist() == [[2, 0], [3, 1]]
    assert frame["watermark"][0] == pd.Timestamp("2019-05-18 20:53", tz="UTC")


def test_an_app_at_a_look_is_a_row_and_one_that_does_not_run_has_no_numbers() -> None:
    looks = [observation(apps=[app("one", lag=7)]), observation(apps=[app("one", state="failed")], after_s=2)]
    frame = frames.seen_apps_frame(looks)
    assert frame[["app", "state", "lag", "memory_mb"]].fillna(-1).to_numpy().tolist() == [
        ["one", "running", 7, 900],
        ["one", "failed", -1, 900],
    ]
    assert frame["at"].tolist() == [pd.Timestamp(look["at"]) for look in looks]


@pytest.mark.parametrize(
    ("frame", "columns"),
    [
        (frames.readings_frame([]), frames.READING_COLUMNS),
        (frames.results_frame([]), frames.RESULT_COLUMNS),
        (frames.quarantine_frame([]), frames.QUARANTINE_COLUMNS),
        (frames.batches_frame([]), frames.BATCH_COLUMNS),
        (frames.seen_apps_frame([]), frames.SEEN_COLUMNS),
        (frames.platform_alerts_frame([]), frames.PLATFORM_ALERT_COLUMNS),
    ],
)
def test_nothing_becomes_an_empty_frame_with_the_same_columns(frame: pd.DataFrame, columns: list[str]) -> None:
    assert frame.columns.tolist() == columns
    assert frame.empty
