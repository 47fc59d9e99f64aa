"""An app of your own: the mean level of P1 and P2 in each country and hour, to a topic of its own.

mysimbdp app start notebooks/country_means.py --set window_minutes=60
"""

from pydantic import Field
from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql.streaming.query import StreamingQuery

from mysimbdp.apps import AppContext, AppOptions
from mysimbdp.apps.topics import read_topics, write_topics
from mysimbdp.contracts import PLAUSIBLE_BELOW, Topics

MEASUREMENT = """
    timestamp string,
    location struct<country string>,
    sensordatavalues array<struct<value_type string, value string>>
"""


class CountryTopics(Topics):
    """The topics of every pipeline, and one more for the results of this app."""

    @property
    def country_means(self) -> str:
        return self._named("country-means")

    def all(self) -> tuple[str, ...]:
        return (*super().all(), self.country_means)


class Options(AppOptions):
    """What can be chosen when the app is started."""

    window_minutes: int = Field(default=60, ge=1, description="length of the tumbling window")
    watermark_minutes: float = Field(default=10, ge=0, description="how late a reading may be and still count")

    @property
    def topics(self) -> CountryTopics:
        return CountryTopics(self.topic_suffix)


def build(context: AppContext[Options]) -> list[StreamingQuery]:
    """Start the one query of the app; a mean is published again whenever it changes."""
    topics = context.options.topics
    means = country_means(read_topics(context, topics.measurements), context.options)
    messages = means.select(
        F.lit(topics.country_means).alias("topic"),
        F.col("country").alias("key"),
        F.to_json(F.struct("country", "pollution_type", "pollution_level", "window", "readings")).alias("value"),
    )
    return [write_topics(context, messages, "country_means").outputMode("update").start()]


def country_means(messages: DataFrame, options: Options) -> DataFrame:
    """Kafka messages → `country, pollution_type, pollution_level, window, readings`, one row a window."""
    readings = plausible_readings(messages).withWatermark("time", f"{round(options.watermark_minutes * 60)} seconds")
    window = F.window("time", f"{options.window_minutes} minutes")
    means = readings.groupBy(window, "country", "pollution_type").agg(
        F.avg("level").alias("pollution_level"), F.count("level").alias("readings")
    )
    return means.select("country", "pollution_type", "pollution_level", "window", "readings")


def plausible_readings(messages: DataFrame) -> DataFrame:
    """Kafka messages → `country, pollution_type, time, level`; what cannot be read or cannot be right is left out."""
    record = F.from_json(F.col("value").cast("string"), MEASUREMENT)
    records = messages.select(F.col("timestamp").alias("broker_time"), record.alias("record"))
    readings = records.select(
        "broker_time",
        F.col("record.location.country").alias("country"),
        F.try_to_timestamp("record.timestamp").alias("time"),
        F.explode("record.sensordatavalues").alias("reading"),
    )
    levels = readings.select(
        "broker_time",
        "country",
        "time",
        F.col("reading.value_type").alias("pollution_type"),
        F.col("reading.value").try_cast("double").alias("level"),
    )
    is_dust = F.col("pollution_type").isin(*PLAUSIBLE_BELOW)
    limit = F.when(F.col("pollution_type") == "P1", PLAUSIBLE_BELOW["P1"]).otherwise(PLAUSIBLE_BELOW["P2"])
    in_range = (F.col("level") >= 0) & (F.col("level") < limit)
    not_ahead = F.col("time") <= F.col("broker_time") + F.expr("INTERVAL 5 MINUTES")
    return levels.where(is_dust & in_range & not_ahead).select("country", "pollution_type", "time", "level")
