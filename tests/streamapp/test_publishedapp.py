"""The readings of the app as it was published: those of the contract, by other means."""

import gzip
from datetime import UTC

import pytest
from pyspark.sql import SparkSession

from mysimbdp import publishedapp, verification
from mysimbdp.experiments.arms import ARMS, FACTORS
from tests.conftest import SAMPLES
from tests.streamapp.conftest import measurement, message, messages

HOUR = SAMPLES / "aberdeen_2019-05-18_21h.jsonl.gz"
NOON = "2019-05-18 12:00:00"


def test_the_readings_of_a_recording_are_those_of_the_independent_computation(spark: SparkSession) -> None:
    with gzip.open(HOUR) as lines:
        frame = publishedapp.readings(messages(spark, [message(line) for line in lines]))
    found = [(row.sensor_id, row.pollution_type, row.level) for row in frame.collect()]
    expected = verification.readings_of(HOUR).select("sensor_id", "pollution_type", "level").rows()
    assert sorted(found) == sorted(expected)


@pytest.mark.parametrize(
    "value",
    [
        None,
        b"",
        b"{",
        b"[]",
        b'{"timestamp": null}',
        measurement(1, NOON, temperature=20),
        measurement(1, "noon", P1=5),
        measurement(1, NOON, P1="unavailable"),
        measurement(1, NOON, P1=-1),
        measurement(1, NOON, P1=1900, P2=900),
    ],
)
def test_what_it_cannot_read_vanishes(spark: SparkSession, value: bytes | None) -> None:
    assert publishedapp.readings(messages(spark, [message(value)])).collect() == []


def test_a_field_too_many_is_ignored(spark: SparkSession) -> None:
    value = measurement(1, NOON, P1=5)[:-1] + b', "firmware_version": "1"}'
    (row,) = publishedapp.readings(messages(spark, [message(value)])).collect()
    assert (row.sensor_id, row.pollution_type, row.level) == ("1", "P1", 5.0)


@pytest.mark.parametrize("step", FACTORS)
def test_every_step_of_the_ablation_has_the_window_means_of_the_independent_computation(
    spark: SparkSession, step: str
) -> None:
    options = publishedapp.Options.model_validate(ARMS[step].options)
    with gzip.open(HOUR) as lines:
        frame = publishedapp.window_means_of(messages(spark, [message(line) for line in lines]), options)
    found = {(row.sensor_id, row.pollution_type, row.window.start.astimezone(UTC)): row for row in frame.collect()}
    expected = verification.window_means(verification.readings_of(HOUR), 15, 5)
    assert found.keys() == set(expected.select("sensor_id", "pollution_type", "start").iter_rows())
    for sensor, pollution_type, start, level, readings in expected.drop("end").iter_rows():
        row = found[sensor, pollution_type, start]
        assert (row.pollution_level, row.readings) == (pytest.approx(level), readings)


def test_it_runs_one_instance_at_a_time() -> None:
    assert publishedapp.Options(instances=2, instance=1).cores == 1
    with pytest.raises(ValueError, match="runs one instance"):
        publishedapp.Options(instances=2)
