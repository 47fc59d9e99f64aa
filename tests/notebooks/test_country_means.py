"""The example app of notebook 06 counts what can be right, per country and hour, and is stopped by nothing."""

import json
from datetime import UTC, datetime, timedelta
from types import ModuleType
from typing import Any

import pytest
from pyspark.sql import SparkSession

from mysimbdp.apps.loading import load_app
from tests.notebooks.shape import NOTEBOOKS
from tests.streamapp.conftest import message, messages, spark  # noqa: F401  # a fixture is used by its name

FIRST, SECOND = "2017-08-10T11:10:00", "2017-08-10 11:59:59"
TOMORROW = f"{datetime.now(UTC) + timedelta(days=1):%Y-%m-%d %H:%M:%S}"


@pytest.fixture(scope="module")
def app() -> ModuleType:
    return load_app(str(NOTEBOOKS / "country_means.py")).code


def measurement(country: str | None, time: str, *values: tuple[str, Any]) -> bytes:
    elements = [{"value_type": value_type, "value": value} for value_type, value in values]
    record = {"timestamp": time, "location": {"country": country}, "sensordatavalues": elements}
    return json.dumps(record).encode()


def means(app: ModuleType, spark: SparkSession, *values: bytes | None) -> list[tuple[Any, ...]]:  # noqa: F811
    frame = app.country_means(messages(spark, [message(value) for value in values]), app.Options())
    found = frame.select("country", "pollution_type", "pollution_level", "window.start", "readings").collect()
    return sorted((*row[:3], f"{row[3]:%H:%M}", row[4]) for row in found)


def test_a_mean_is_of_one_country_type_and_hour(app: ModuleType, spark: SparkSession) -> None:  # noqa: F811
    found = means(
        app,
        spark,
        measurement("DE", FIRST, ("P1", "10"), ("P2", 5)),
        measurement("DE", SECOND, ("P1", "20")),
        measurement("DE", "2017-08-10T12:00:00", ("P1", "90")),
        measurement("UK", FIRST, ("P1", "7")),
    )
    assert found == [
        ("DE", "P1", 15.0, "11:00", 2),
        ("DE", "P1", 90.0, "12:00", 1),
        ("DE", "P2", 5.0, "11:00", 1),
        ("UK", "P1", 7.0, "11:00", 1),
    ]


def test_what_cannot_be_right_is_left_out(app: ModuleType, spark: SparkSession) -> None:  # noqa: F811
    found = means(
        app,
        spark,
        None,
        b"not JSON",
        b"{}",
        measurement("text", FIRST, ("P1", "unavailable")),
        measurement("not a number", FIRST, ("P1", "NaN")),
        measurement("failed fan", FIRST, ("P1", "1999.9")),
        measurement("failed fan", FIRST, ("P2", "999.9")),
        measurement("negative", FIRST, ("P1", "-1")),
        measurement("not dust", FIRST, ("temperature", "20")),
        measurement("bad time", "yesterday", ("P1", "50")),
        measurement("future", TOMORROW, ("P1", "50")),
        measurement("DE", FIRST, ("P1", "unavailable"), ("P1", "10")),
    )
    assert found == [("DE", "P1", 10.0, "11:00", 1)]
