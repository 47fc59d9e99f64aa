"""The analytics as pure functions from DataFrame to DataFrame: the same on a static frame and on the stream."""

from collections.abc import Mapping

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from mysimbdp.apps.observed import observe_counts
from mysimbdp.apps.thresholds import threshold_of
from mysimbdp.contracts import Topics
from mysimbdp.streamapp.options import Options
from mysimbdp.streamapp.parsing import parse
from mysimbdp.streamapp.partials import slice_of

# Readings in flight between producer and broker may span this much event time in a replay; Spark's watermark,
# which is one for all partitions, trails by it so that it only ever evicts windows that are over for everyone.
EVICTION_SLACK_S = 120
_ISO_UTC = "yyyy-MM-dd'T'HH:mm:ss'Z'"


def analyse(messages: DataFrame, options: Options, topics: Topics, not_before: str) -> DataFrame:
    """Kafka messages → rows `topic, key, value` for `report` and `alert`; counts are observed as `counts`.

    Windows that begin before `not_before` are not published.
    """
    parsed = observe_counts(parse(messages, options.watermark_minutes, slice_us(options)))
    means = window_means(accepted_partials(parsed, options), options)
    return route(means.where(F.col("window.start") >= F.lit(not_before).cast("timestamp")), options.thresholds, topics)


def slice_us(options: Options) -> int | None:
    """How much of the time of a sensor and type may be one row; None where each reading has to be told apart."""
    return None if options.deduplicate else slice_of(options.window_minutes, options.slide_minutes)


def accepted_partials(parsed: DataFrame, options: Options) -> DataFrame:
    """Partial sums alone, `sensor_id, pollution_type, time, level_sum, readings`, watermarked.

    If asked for, each reading is there once; then every row is one reading.
    """
    partials = parsed.where(F.col("sensor_id").isNotNull())
    trailing_s = round(options.watermark_minutes * 60) + EVICTION_SLACK_S
    partials = partials.withWatermark("time", f"{trailing_s} seconds")
    if options.deduplicate:
        partials = partials.dropDuplicates(["sensor_id", "pollution_type", "time", "fingerprint"])
    return partials.select("sensor_id", "pollution_type", "time", "level_sum", "readings")


def window_means(partials: DataFrame, options: Options, one_stage: bool = True) -> DataFrame:
    """The mean level and the number of readings per sensor, type and sliding window.

    With one partition of state no shuffle is needed, and no second stage. Spark sees that only if the rows are gathered
    after they were laid into their windows, which `one_stage` does (docs/decisions/0012).
    """
    window = F.window("time", f"{options.window_minutes} minutes", f"{options.slide_minutes} minutes")
    placed = partials.withColumn("window", window)
    if one_stage:
        placed = placed.coalesce(options.state_partitions)
    sums = placed.groupBy("window", "sensor_id", "pollution_type").agg(
        F.sum("level_sum").alias("level_sum"),
        F.sum("readings").alias("readings"),
    )
    level = F.col("level_sum") / F.col("readings")
    return sums.select("sensor_id", "pollution_type", level.alias("pollution_level"), "window", "readings")


def route(reports: DataFrame, thresholds: Mapping[str, float], topics: Topics) -> DataFrame:
    """Every report to the topic `report`, those above their type's threshold to `alert` as well, with the threshold.

    One query serves both topics, by the `topic` column of Kafka's sink: one read, one parse, one state.
    """
    threshold = threshold_of(F.col("pollution_type"), thresholds)
    to_report, to_alert = F.lit(topics.report), F.lit(topics.alert)
    above = F.col("pollution_level") > threshold
    serves = F.when(above, F.array(to_report, to_alert)).otherwise(F.array(to_report))
    routed = reports.select("*", threshold.alias("threshold"), F.explode(serves).alias("topic"))
    alert_threshold = F.when(F.col("topic") == to_alert, F.col("threshold")).alias("threshold")
    message = F.struct("sensor_id", "pollution_type", "pollution_level", "window", "readings", alert_threshold)
    value = F.to_json(message, {"timestampFormat": _ISO_UTC, "ignoreNullFields": "true"})
    return routed.select("topic", F.col("sensor_id").alias("key"), value.alias("value"))
