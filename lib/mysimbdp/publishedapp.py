"""The stream app as it was published, kept to be measured: what it costs is what the experiments explain.

Spark's 200 shuffle partitions, output mode `complete`, a query of its own for reports and another for alerts, one
consumer group for both, JSON parsed by `from_json`. Two things are the kit's, so that its results can be checked: which
readings are plausible, and what a report looks like.
"""

from functools import reduce
from operator import or_

from pydantic import Field, model_validator
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql.streaming.query import StreamingQuery

from mysimbdp.apps import AppContext
from mysimbdp.apps.topics import CLIENT_FETCH_WAIT_MS, Share, read_topics, write_topics
from mysimbdp.contracts import PLAUSIBLE_BELOW
from mysimbdp.streamapp.options import Options as StreamOptions
from mysimbdp.streamapp.transforms import route

MEASUREMENT = (
    "timestamp string, sensor struct<id: string>, sensordatavalues array<struct<value_type: string, value: string>>"
)


class Options(StreamOptions):
    """The options of tenantstreamapp, with the published values."""

    CHANGEABLE = StreamOptions.CHANGEABLE - {"instances"}

    @model_validator(mode="after")
    def _is_one_instance(self) -> "Options":
        if len(self.shares) > 1:
            raise ValueError("the published app runs one instance: give `instance` as well, and start it for each")
        return self

    state_partitions: int = Field(default=200, ge=1, description="partitions of shuffles and state; Spark's default")
    quick_checkpoint: bool = Field(default=False, description="Spark's own way of writing checkpoints")
    late_compiler: bool = Field(default=False, description="Java's own thresholds")
    consumer_group: str = Field(default="mysimbdp-shared", description="kafka.group.id of both queries")


def build(context: AppContext[Options]) -> list[StreamingQuery]:
    """Start the two queries; each reads, parses and aggregates everything for itself."""
    topics = context.options.topics
    (share,) = context.options.shares
    return [_query(context, "report", topics.report, share), _query(context, "alert", topics.alert, share)]


def _query(context: AppContext[Options], name: str, topic: str, share: Share) -> StreamingQuery:
    options, topics = context.options, context.options.topics
    messages = read_topics(context, topics.measurements, share=share, fetch_wait_ms=CLIENT_FETCH_WAIT_MS)
    timely = readings(messages).withWatermark("time", f"{round(options.watermark_minutes * 60)} seconds")
    results = route(window_means(timely, options), options.thresholds, topics).where(F.col("topic") == topic)
    return write_topics(context, results, name).outputMode("complete").start()


def window_means(readings: DataFrame, options: Options) -> DataFrame:
    """The mean level and the number of readings per sensor, type and sliding window, each reading for itself."""
    window = F.window("time", f"{options.window_minutes} minutes", f"{options.slide_minutes} minutes")
    means = readings.groupBy(window, "sensor_id", "pollution_type").agg(
        F.avg("level").alias("pollution_level"),
        F.count("level").alias("readings"),
    )
    return means.select("sensor_id", "pollution_type", "pollution_level", "window", "readings")


def readings(messages: DataFrame) -> DataFrame:
    """Kafka messages → the plausible readings in them; what `from_json` cannot read vanishes, uncounted.

    Returns:
        rows `sensor_id, pollution_type, time, level`.
    """
    record = messages.select(F.from_json(F.col("value").cast("string"), MEASUREMENT).alias("record"))
    each = record.select("record.timestamp", "record.sensor.id", F.explode("record.sensordatavalues").alias("reading"))
    return each.select(
        F.col("id").alias("sensor_id"),
        F.col("reading.value_type").alias("pollution_type"),
        F.try_to_timestamp(F.col("timestamp")).alias("time"),
        F.col("reading.value").try_cast("double").alias("level"),
    ).where(F.col("sensor_id").isNotNull() & F.col("time").isNotNull() & _is_plausible())


def _is_plausible() -> Column:
    of_type = (
        (F.col("pollution_type") == pollution_type) & (F.col("level") >= 0) & (F.col("level") < limit)
        for pollution_type, limit in PLAUSIBLE_BELOW.items()
    )
    return reduce(or_, of_type)
