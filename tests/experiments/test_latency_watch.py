"""Latencies while a run is on: of all sensors, and of a sample on some partitions once there is much to keep."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from mysimbdp.contracts import Topics
from mysimbdp.experiments import latency_watch
from mysimbdp.experiments.latency_watch import LatencyWatch, Quantiles
from mysimbdp.streamapp.options import Options
from tests.messaging.test_reading import kafka, send, topics

__all__ = ["kafka", "topics"]

OPTIONS = Options(window_minutes=5, slide_minutes=5)
SENSORS = [f"{number:02d}" for number in range(30)]
BEGIN = datetime(2020, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SAMPLED = ("00", "09", "18", "27")


def measurement(sensor: str) -> bytes:
    values = [{"value_type": "P1", "value": "7.5"}]
    return json.dumps({"timestamp": BEGIN.isoformat(), "sensor": {"id": sensor}, "sensordatavalues": values}).encode()


def report(sensor: str, readings: int = 1) -> bytes:
    window = {"start": "2020-01-01T00:00:00Z", "end": "2020-01-01T00:05:00Z"}
    level = {"pollution_type": "P1", "pollution_level": 7.5, "readings": readings}
    return json.dumps({"sensor_id": sensor, "window": window, **level}).encode()


def send_reports(kafka: str, topics: Topics, *sensors: str, partition: int = 0) -> None:
    keys = [sensor.encode() for sensor in sensors]
    send(kafka, topics.report, *map(report, sensors), keys=keys, partition=partition)


def seen(watch: LatencyWatch) -> Quantiles | None:
    """Of what the broker got in the last minute."""
    now = datetime.now(UTC)
    return watch.between(now - MINUTE, now + MINUTE)


@pytest.fixture
def much(kafka: str, topics: Topics, monkeypatch: pytest.MonkeyPatch) -> Topics:
    """Topics with so many measurements that a sample is taken; on the first partition lie 00, 03, 06 and so on."""
    monkeypatch.setattr(latency_watch, "ALL", 20)
    monkeypatch.setattr(latency_watch, "FIRST", 10)
    monkeypatch.setattr(latency_watch, "SAMPLE", 3)
    send(kafka, topics.measurements, *map(measurement, SENSORS), keys=[sensor.encode() for sensor in SENSORS])
    return topics


@pytest.fixture
def sampling(kafka: str, much: Topics) -> LatencyWatch:
    """A watch that will look at the sensors 00, 09, 18 and 27."""
    return LatencyWatch(kafka, much, OPTIONS)


def test_every_sensor_counts_while_there_is_little(kafka: str, topics: Topics) -> None:
    watch = LatencyWatch(kafka, topics, OPTIONS)
    assert seen(watch) is None
    send(kafka, topics.measurements, *map(measurement, SENSORS))
    assert seen(watch) is None
    send(kafka, topics.report, *map(report, SENSORS[:-1]))
    assert seen(watch) is None
    send(kafka, topics.report, report(SENSORS[-1]))
    found = seen(watch)
    assert found
    assert 0 <= found.p50_ms <= found.p99_ms < 60_000


def test_a_sample_of_the_sensors_counts_once_there_is_much(kafka: str, topics: Topics, sampling: LatencyWatch) -> None:
    send_reports(kafka, topics, "00", "09", "10", "18")
    assert seen(sampling) is None
    send(kafka, topics.report, report("27"), keys=[None], partition=0)
    assert seen(sampling)


def test_once_there_is_a_sample_other_sensors_messages_are_not_looked_into(
    kafka: str, topics: Topics, sampling: LatencyWatch
) -> None:
    send(kafka, topics.measurements, b"no measurement at all", keys=[b"03"], partition=0)
    send_reports(kafka, topics, *SAMPLED)
    assert seen(sampling)
    send(kafka, topics.report, b"no report at all", keys=[b"03"], partition=0)
    assert seen(sampling)


def test_once_there_is_a_sample_other_partitions_are_not_read(
    kafka: str, topics: Topics, sampling: LatencyWatch
) -> None:
    send_reports(kafka, topics, *SAMPLED)
    assert seen(sampling)
    send(kafka, topics.report, b"no report at all", keys=[None], partition=1)
    assert seen(sampling)


def test_the_sample_is_of_the_partitions_of_every_app(kafka: str, much: Topics) -> None:
    watch = LatencyWatch(kafka, much, OPTIONS, apps=2)
    send_reports(kafka, much, "00")
    assert seen(watch) is None
    send_reports(kafka, much, "01", partition=1)
    assert seen(watch)


def test_without_a_sensor_of_every_app_all_are_kept(
    kafka: str, topics: Topics, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(latency_watch, "ALL", 1)
    watch = LatencyWatch(kafka, topics, OPTIONS, apps=2)
    send(kafka, topics.measurements, *map(measurement, SENSORS[:3]), partition=2)
    send_reports(kafka, topics, *SENSORS[:3], partition=2)
    assert seen(watch)


def test_of_a_time_without_readings_nothing_is_known(kafka: str, topics: Topics) -> None:
    watch = LatencyWatch(kafka, topics, OPTIONS)
    send(kafka, topics.measurements, measurement("00"))
    send(kafka, topics.report, report("00"))
    assert watch.between(BEGIN, BEGIN + MINUTE) is None
