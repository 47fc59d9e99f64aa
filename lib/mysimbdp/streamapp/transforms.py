"""The analytics as pure functions from DataFrame to DataFrame: the same on a static frame and on the stream."""

from collections.abc import Mapping

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from mysimbdp.apps.observed import observe_counts
from mysimbdp.contracts import Topics
from mysimbdp.streamapp.options import Options
from mysimbdp.streamapp.parsing import parse

# Readings in flight between producer and broker may span this much event time in a replay; Spark's watermark,
# which is one for all partitions, trails by it so that it only ever evicts windows that are over for everyone.
EVICTION_SLACK_S = 120
_ISO_UTC = "yyyy-MM-dd'T'HH:mm:ss'Z'"


def analyse(messages: DataFrame, options: Options, topics: Topics) -> DataFrame:
    """Kafka messages → rows `topic, key, value` for `report` and `alert`; counts are observed as `counts`."""
    parsed = observe_counts(parse(messages, options.watermark_minutes))
    readings = accepted_readings(parsed, options)
    return route(window_means(readings, options), options.thresholds, topics)


def accepted_readings(parsed: DataFrame, options: Options) -> DataFrame:
    """The readings alone, `sensor_id, pollution_type, time, level`, watermarked and, if asked for, each once."""
    readings = parsed.where(F.col("sensor_id").isNotNull())
    trailing_s = round(options.watermark_minutes * 60) + EVICTION_SLACK_S
    readings = readings.withWatermark("time", f"{trailing_s} seconds")
    if options.deduplicate:
        readings = readings.dropDuplicates(["sensor_id", "pollution_type", "time", "fingerprint"])
    return readings.select("sensor_id", "pollution_type", "time", "level")


def window_means(readings: DataFrame, options: Options) -> DataFrame:
    """The mean level and the number of readings per sensor, type and sliding window."""
    window = F.window("time", f"{options.window_minutes} minutes", f"{options.slide_minutes} minutes")
    means = readings.groupBy(window, "sensor_id", "pollution_type").agg(
        F.avg("level").alias("pollution_level"),
        F.count("level").alias("readings"),
    )
    return means.select("sensor_id", "pollution_type", "pollution_level", "window", "readings")


def route(reports: DataFrame, thresholds: Mapping[str, float], topics: Topics) -> DataFrame:
    """Every report to the topic `report`, those above their type's threshold to `alert` as well.

    One query serves both topics, by the `topic` column of Kafka's sink: one read, one parse, one state.
    """
    threshold = _threshold_of(thresholds)
    above = F.col("pollution_level") > threshold
    to_report = F.struct(F.lit(topics.report).alias("topic"), _as_json().alias("value"))
    to_alert = F.struct(F.lit(topics.alert).alias("topic"), _as_json(threshold.alias("threshold")).alias("value"))
    messages = F.when(above, F.array(to_report, to_alert)).otherwise(F.array(to_report))
    return reports.select(F.col("sensor_id").alias("key"), F.explode(messages).alias("message")).select(
        "message.topic", "key", "message.value"
    )


def _threshold_of(thresholds: Mapping[str, float]) -> Column:
    pairs = [part for pair in thresholds.items() for part in map(F.lit, pair)]
    return F.create_map(*pairs)[F.col("pollution_type")]


def _as_json(*more: Column) -> Column:
    window = F.struct(
        F.date_format("window.start", _ISO_UTC).alias("start"),
        F.date_format("window.end", _ISO_UTC).alias("end"),
    )
    return F.to_json(
        F.struct("sensor_id", "pollution_type", "pollution_level", window.alias("window"), "readings", *more)
    )
