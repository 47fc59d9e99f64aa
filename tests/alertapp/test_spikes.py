"""Spikes are the accepted readings above a threshold: those of the decoder, by Spark's own expressions."""

import gzip

import pytest
from pyspark.sql import SparkSession

from mysimbdp.alertapp.app import spikes
from mysimbdp.contracts import DEFAULT_THRESHOLD
from mysimbdp.decoding import decode
from tests.bad_inputs import BAD_INPUTS, GOOD, NOW, raw, reading
from tests.conftest import SAMPLES
from tests.streamapp.conftest import message, messages

ANY = {"P1": -1.0, "P2": -1.0}
BROKER_TIME_US = int(NOW.timestamp() * 1_000_000)
TIMES = [
    "2019-05-13T10:00:00Z",
    "2019-05-13T10:00:00.5Z",
    "2019-05-13T10:00:00.1234567",
    "2019-05-13T10:00:00+02:00",
    "2019-05-13T10:00:00-0130",
    "2019-05-13T10:00:00+14:00",
    "2019-05-13T10:00:00+15:00",
    "2019-05-13T10:00:00-0160",
    "2019-05-13T10:00:00+99:99",
    "2019-02-29 10:00:00",
    "2019-05-13 10:00",
    " 2019-05-13 10:00:00",
    "2019-05-13 10:00:60",
    "2009-12-31 23:30:00-0100",
    "2019-05-13 10:00:00\n",
]
SURROGATES = [rb"\ud800", rb"\uD83D\ude00", rb"\ude00\ud83d", rb"\\ud800", rb"\\\udfff", rb"\ud83d\\ude00"]
MORE = [
    raw(sensor={"id": "abc-1.2:3"}),
    raw(sensor={"id": "-abc"}),
    raw(sensor={"id": "abc\n"}),
    raw(sensordatavalues=[reading("P1", "5\n"), reading("P2", "5")]),
    raw(sensor={"id": 1.0}),
    raw(sensor=[1]),
    raw(sensordatavalues=[{"value_type": "P1", "value": [1]}, reading("P2", 5)]),
    raw(sensordatavalues=[reading("P1", "1e2"), reading("P1", "+3"), reading("P1", "1."), reading("P1", "-0")]),
    raw(sensordatavalues=[reading("P1", 1e300), reading("P2", 899.9999)]),
    raw(note={"deep": [[[1]]] * 120}),
    GOOD.replace(b"Nova", b"[{" * 200),
    GOOD + b"]",
    GOOD + b'], "more"]',
    GOOD + b"] anything",
    GOOD + b', "more"',
    GOOD + b"," + GOOD,
    GOOD + b', "',
    raw(sensor={"id": 2**63 - 1}),
    raw(sensor={"id": 2**64}),
    GOOD.replace(b"999001", b"9223372036854775808.0"),
    GOOD.replace(b'"altitude": ""', b'"altitude": ' + b"9" * 250 + b"e99"),
    GOOD.replace(b'"altitude": ""', b'"altitude": ' + b"9" * 250 + b"e9"),
    *(GOOD.replace(b"Nova", text) for text in SURROGATES),
    *(raw(timestamp=time) for time in TIMES),
]


def by_decoder(value: bytes | None) -> list[tuple[str, str, float, int]]:
    decoded = decode(value, BROKER_TIME_US)
    return sorted((decoded.sensor_id, kind, level, decoded.time_us) for kind, level in decoded.readings)


def by_spark(spark: SparkSession, *values: bytes | None) -> list[tuple[str, str, float, int]]:
    found = spikes(messages(spark, [message(value) for value in values]), ANY).collect()
    return sorted(
        (row.sensor_id, row.pollution_type, row.pollution_level, round(row.time.timestamp() * 1e6)) for row in found
    )


@pytest.mark.parametrize("group", range(4))
def test_every_bad_input_gives_the_readings_that_the_decoder_accepts(spark: SparkSession, group: int) -> None:
    values = [case.value for case in BAD_INPUTS][group::4]
    assert by_spark(spark, *values) == sorted(reading for value in values for reading in by_decoder(value))


@pytest.mark.parametrize("value", MORE)
def test_a_doubtful_message_is_read_as_the_decoder_reads_it(spark: SparkSession, value: bytes) -> None:
    assert by_spark(spark, value) == by_decoder(value)


@pytest.mark.parametrize("recording", ["network_2017-08-10.jsonl.gz", "aberdeen_2019-05-18_21h.jsonl.gz"])
def test_the_readings_of_a_recording_are_those_of_the_decoder(spark: SparkSession, recording: str) -> None:
    values = gzip.decompress((SAMPLES / recording).read_bytes()).splitlines()
    expected = sorted(reading for value in values for reading in by_decoder(value))
    assert len(expected) > 1000
    assert by_spark(spark, *values) == expected


@pytest.mark.parametrize(
    ("pollution_type", "level", "is_spike"),
    [("P1", 50.0, False), ("P1", 50.1, True), ("P2", 50.1, False), ("P2", 100.1, True)],
)
def test_a_reading_above_the_threshold_of_its_type_is_a_spike(
    spark: SparkSession, pollution_type: str, level: float, is_spike: bool
) -> None:
    value = raw(sensordatavalues=[reading(pollution_type, level)])
    rows = spikes(messages(spark, [message(value)]), {"P1": 50.0, "P2": DEFAULT_THRESHOLD}).collect()
    assert [(row.pollution_type, row.pollution_level) for row in rows] == [(pollution_type, level)] * is_spike
