"""A tenant reads reports, alerts and quarantined messages; what is none of them is skipped and counted."""

import io
import json
from typing import Any

import pytest
from kafka import KafkaProducer  # type: ignore[import-untyped]  # kafka-python ships no types
from rich.console import Console

from mysimbdp.consumer import Stream, consume, show
from mysimbdp.contracts import Topics
from mysimbdp.errors import KitError
from mysimbdp.messaging import create_topics
from mysimbdp.service.platform import Platform

REPORT: dict[str, Any] = {
    "sensor_id": "15462",
    "pollution_type": "P1",
    "pollution_level": 134.25,
    "window": {"start": "2019-05-18T23:55:00Z", "end": "2019-05-19T00:10:00Z"},
    "readings": 6,
}
ALERT = {**REPORT, "threshold": 100.0}
QUARANTINED = {
    "topic": "measurements",
    "partition": 3,
    "offset": 1200,
    "broker_time": "2019-05-18T21:00:00.123Z",
    "raw_value": "bm8=",
    "reasons": ["JSON_SYNTAX"],
    "app": "tenantstreamapp",
    "app_version": "0.1.0",
}
SPIKE = {
    "sensor_id": "15462",
    "pollution_type": "P1",
    "pollution_level": 134.2,
    "time": "2019-05-18T23:59:58.000000Z",
    "threshold": 100.0,
}
RESULTS: dict[Stream, dict[str, Any]] = {"report": REPORT, "alert": ALERT, "spike": SPIKE, "quarantine": QUARANTINED}
STREAMS: list[Stream] = ["report", "alert", "spike", "quarantine"]


@pytest.fixture(scope="module")
def kafka(platform: Platform) -> str:
    kafka = platform.endpoints().kafka
    create_topics(kafka, Topics("consumer"), partitions=1)
    producer = KafkaProducer(bootstrap_servers=kafka)
    for stream, result in RESULTS.items():
        topic = getattr(Topics("consumer"), stream)
        for value in (result, *_malformed(result), result):
            producer.send(topic, None if value is None else json.dumps(value).encode(), key=b"15462")
        producer.send(topic, b"\xff{", key=b"15462")
    producer.close()
    return kafka


def _malformed(result: dict[str, Any]) -> list[Any]:
    """Messages that are no result: each lacks a field, or is something else altogether."""
    lacking = [{name: value for name, value in result.items() if name != left_out} for left_out in result]
    return [None, [], "text", {}, {**result, next(iter(result)): None}, *lacking]


@pytest.mark.parametrize("stream", STREAMS)
def test_results_come_as_dictionaries_and_what_is_none_is_skipped_and_counted(kafka: str, stream: Stream) -> None:
    results = consume(kafka, stream, topic_suffix="consumer")
    assert [content for _, content in results] == [RESULTS[stream]] * 2
    assert results.skipped == 6 + len(RESULTS[stream])


@pytest.mark.parametrize(
    ("stream", "cells"),
    [
        ("report", ["15462", "P1", "2019-05-18", "23:55–00:10", "134.2", "6"]),
        ("alert", ["15462", "P1", "2019-05-18", "23:55–00:10", "134.2", "6", "100.0"]),
        ("spike", ["15462", "P1", "2019-05-18", "23:59:58", "134.2", "100.0"]),
        ("quarantine", ["measurements-3-1200", "JSON_SYNTAX", "tenantstreamapp"]),
    ],
)
def test_the_table_has_a_row_for_each_and_fits_a_terminal(kafka: str, stream: Stream, cells: list[str]) -> None:
    output = io.StringIO()
    show(consume(kafka, stream, topic_suffix="consumer"), Console(file=output, width=80))
    title, *rows, skipped = output.getvalue().splitlines()
    assert title.startswith("received")
    assert [row.split()[1:] for row in rows] == [cells] * 2
    assert skipped.endswith(f"messages that are no {stream} were skipped.")


def test_followed_the_rows_come_one_by_one_under_one_title(kafka: str) -> None:
    class Patience(io.StringIO):
        """A terminal whose user presses Ctrl-C after the second row."""

        def write(self, text: str) -> int:
            written = super().write(text)
            if self.getvalue().count("15462") == 2:
                raise KeyboardInterrupt
            return written

    output = Patience()
    results = consume(kafka, "alert", topic_suffix="consumer", follow=True)
    with pytest.raises(KeyboardInterrupt):
        show(results, Console(file=output, width=80), follow=True)
    assert output.getvalue().count("received") == 1


def test_a_topic_that_is_not_there_is_an_error(kafka: str) -> None:
    with pytest.raises(KitError, match="There is no topic report-nothing"):
        list(consume(kafka, "report", topic_suffix="nothing"))
