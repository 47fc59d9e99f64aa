"""The stream app as it was published, kept to be measured: what it costs is what the experiments explain.

Spark's 200 shuffle partitions, output mode `complete`, a query of its own for reports and another for alerts, one
consumer group for both, JSON parsed by `from_json`. Three things are the kit's: which readings are plausible and what a
report looks like, so that its results can be checked, and how Java is started, heaps and garbage collector, as for
every app.

Its own options are the factors of the experiment `ablation`, which turns it into tenantstreamapp step by step.
"""

from functools import reduce
from operator import or_
from typing import Literal

from pydantic import Field, model_validator
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql.streaming.query import StreamingQuery

from mysimbdp.apps import AppContext
from mysimbdp.apps.observed import observe_counts
from mysimbdp.apps.topics import QUICK_FETCHES, read_topics, write_topics
from mysimbdp.contracts import PLAUSIBLE_BELOW
from mysimbdp.streamapp import transforms
from mysimbdp.streamapp.options import Options as StreamOptions
from mysimbdp.streamapp.parsing import parse

MEASUREMENT = (
    "timestamp string, sensor struct<id: string>, sensordatavalues array<struct<value_type: string, value: string>>"
)


class Options(StreamOptions):
    """The options of tenantstreamapp, with the published values."""

    CHANGEABLE = StreamOptions.CHANGEABLE - {"instances"}

    state_partitions: int = Field(default=200, ge=1, description="partitions of shuffles and state; Spark's default")
    quick_checkpoint: bool = Field(default=False, description="Spark's own way of writing checkpoints")
    late_compiler: bool = Field(default=False, description="Java's own thresholds")
    consumer_group: str = Field(default="mysimbdp-shared", description="kafka.group.id of both queries")

    queries: Literal[1, 2] = Field(default=2, description="2: one for reports and one for alerts; 1: one for both")
    output_mode: Literal["complete", "update"] = Field(
        default="complete", description="complete: every window in every batch, for ever; update: those that changed"
    )
    quick_fetches: bool = Field(
        default=False, description="fetch as the kit does: empty answers at once, and a buffer that grows"
    )
    parser: Literal["from_json", "decoder", "sums"] = Field(
        default="from_json", description="who reads the JSON: Spark; the kit, a row a reading; the kit, rows of sums"
    )
    one_stage: bool = Field(default=False, description="the kit's parser and the state in one stage, without a shuffle")

    @model_validator(mode="after")
    def _is_one_instance(self) -> "Options":
        if len(self.shares) > 1:
            raise ValueError("the published app runs one instance: give `instance` as well, and start it for each")
        return self

    @model_validator(mode="after")
    def _has_the_parser(self) -> "Options":
        if self.parser == "from_json" and (self.deduplicate or self.one_stage):
            raise ValueError("deduplicate and one_stage need the kit's parser: set parser to decoder or sums")
        return self


def build(context: AppContext[Options]) -> list[StreamingQuery]:
    """Start the queries; each reads, parses and aggregates everything for itself."""
    topics = context.options.topics
    if context.options.queries == 1:
        return [_query(context, "analytics", [topics.report, topics.alert])]
    return [_query(context, "report", [topics.report]), _query(context, "alert", [topics.alert])]


def _query(context: AppContext[Options], name: str, serves: list[str]) -> StreamingQuery:
    options, topics = context.options, context.options.topics
    (share,) = options.shares
    fetches = QUICK_FETCHES if options.quick_fetches else {}
    messages = read_topics(context, topics.measurements, share=share, fetches=fetches)
    results = transforms.route(window_means_of(messages, options), options.thresholds, topics)
    results = results.where(F.col("topic").isin(serves))
    return write_topics(context, results, name).outputMode(options.output_mode).start()


def window_means_of(messages: DataFrame, options: Options) -> DataFrame:
    """Kafka messages → the mean of each sensor, type and window, by the parser and the stages of the options."""
    if options.parser == "from_json":
        timely = readings(messages).withWatermark("time", f"{round(options.watermark_minutes * 60)} seconds")
        return window_means(timely, options)
    if options.one_stage:
        messages = messages.coalesce(options.state_partitions)
    slice_us = transforms.slice_us(options) if options.parser == "sums" else None
    parsed = observe_counts(parse(messages, options.watermark_minutes, slice_us))
    partials = transforms.accepted_partials(parsed, options)
    return transforms.window_means(partials, options, options.one_stage)


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
