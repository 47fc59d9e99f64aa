"""A local Spark and frames of messages as the Kafka source gives them."""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession

from mysimbdp.apps.session import open_session
from mysimbdp.contracts import MAX_EVENT_TIME_HEADER

MESSAGES = (
    "key binary, value binary, timestamp timestamp, headers array<struct<key:string,value:binary>>, "
    "topic string, partition int, offset bigint"
)


@pytest.fixture(scope="session")
def spark() -> Iterator[SparkSession]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SPARK_HOME", "/opt/another-spark")  # as on a machine that has one; it is not the kit's
        session = open_session("tests", "local[1]", jars=[], extra={}, partitions=1)
    yield session
    session.stop()


def clock_header(clock: datetime) -> tuple[str, bytes]:
    """The source's clock as a message carries it."""
    return MAX_EVENT_TIME_HEADER, str(round(clock.timestamp() * 1000)).encode()


def message(
    value: bytes | None,
    clock: datetime | None = None,
    key: bytes | None = None,
    headers: list[tuple[str, bytes | None]] | None = None,
) -> tuple[Any, ...]:
    """One row of the Kafka source, appended now; `clock` is the source's clock in the header, or `headers` are all."""
    headers = [clock_header(clock)] if clock else headers
    return (key, value, datetime.now(UTC), headers, "measurements", 0, 0)


def messages(spark: SparkSession, rows: Sequence[tuple[Any, ...]]) -> DataFrame:
    return spark.createDataFrame(list(rows), MESSAGES)


def measurement(sensor: int, time: str, **levels: Any) -> bytes:
    """A record of `sensor` at `time` with readings by pollution type."""
    values = [{"value_type": name, "value": str(level)} for name, level in levels.items()]
    return json.dumps({"sensor": {"id": sensor}, "timestamp": time, "sensordatavalues": values}).encode()
