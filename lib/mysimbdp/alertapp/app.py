"""The app around the strict reading: from the topic `measurements` to `spike`, in Spark's real-time mode."""

from collections.abc import Mapping
from typing import Any

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql.streaming.query import StreamingQuery

from mysimbdp import messaging
from mysimbdp.alertapp.options import Options
from mysimbdp.alertapp.strict import is_record, levels_in, parsed, sensor_in, time_of, timestamp_in
from mysimbdp.apps import AppContext
from mysimbdp.apps.thresholds import threshold_of
from mysimbdp.apps.topics import read_topics, write_topics
from mysimbdp.errors import KitError

_ISO_UTC = "yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'"


def build(context: AppContext[Options]) -> list[StreamingQuery]:
    """Start the one query of the app; its tasks run all the time, one a partition, and keep offsets now and then."""
    topics = context.options.topics
    _require_a_task_for_each_partition(context, topics.measurements)
    found = spikes(read_topics(context, topics.measurements), context.options.thresholds)
    messages = found.select(F.lit(topics.spike).alias("topic"), F.col("sensor_id").alias("key"), _as_json())
    writer = write_topics(context, messages, "spikes").outputMode("update")
    interval: Any = {"realTime": f"{context.options.checkpoint_interval_s} seconds"}  # no stub knows it yet
    return [writer.trigger(**interval).start()]


def _require_a_task_for_each_partition(context: AppContext[Options], topic: str) -> None:
    partitions = len(messaging.end_offsets(context.endpoints.kafka, topic))
    slots = context.spark.sparkContext.defaultParallelism
    if slots < partitions:
        raise KitError(
            f"The topic {topic} has {partitions} partitions, and Spark has {slots} cores for this app, which needs one "
            "for each: raise spark.cores.max in MYSIMBDP_SPARK_CONF."
        )


def spikes(messages: DataFrame, thresholds: Mapping[str, float]) -> DataFrame:
    """Kafka messages → `sensor_id, pollution_type, pollution_level, time, threshold` of readings above the threshold.

    Few messages hold one, so the rest of the contract is judged only where there is something to publish.
    """
    read = messages.select("value", F.col("timestamp").alias("broker_time"), parsed(F.col("value")).alias("parsed"))
    above = F.filter(levels_in(F.col("parsed")), lambda reading: _is_above(reading, thresholds))
    noticed = read.select("*", above.alias("readings"))
    is_good = (F.size("readings") > 0) & is_record(F.col("value"), F.col("parsed"))
    judged = noticed.select(
        sensor_in(F.col("parsed")).alias("sensor_id"),
        timestamp_in(F.col("parsed")).alias("timestamp"),
        "broker_time",
        F.explode(F.when(is_good, F.col("readings"))).alias("reading"),
    )
    return judged.select(
        "sensor_id",
        F.col("reading.pollution_type").alias("pollution_type"),
        F.col("reading.level").alias("pollution_level"),
        time_of(F.col("timestamp"), F.col("broker_time")).alias("time"),
        threshold_of(F.col("reading.pollution_type"), thresholds).alias("threshold"),
    ).where(F.col("sensor_id").isNotNull() & F.col("time").isNotNull())


def _is_above(reading: Column, thresholds: Mapping[str, float]) -> Column:
    return reading["level"] > threshold_of(reading["pollution_type"], thresholds)


def _as_json() -> Column:
    time = F.date_format("time", _ISO_UTC).alias("time")
    spike = F.struct("sensor_id", "pollution_type", "pollution_level", time, "threshold")
    return F.to_json(spike).alias("value")
