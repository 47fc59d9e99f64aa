"""What one core does with the same messages when less is asked of it: the rungs of the ladder, each a Spark batch.

Each rung is a function from the messages of a topic to what is left to compute; nothing is written anywhere.
"""

import json
from collections.abc import Callable, Mapping

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from mysimbdp import publishedapp
from mysimbdp.apps.topics import QUICK_FETCHES
from mysimbdp.contracts import Topics
from mysimbdp.streamapp.options import Options
from mysimbdp.streamapp.parsing import parse
from mysimbdp.streamapp.transforms import analyse, slice_us

_OPTIONS = Options()
_ALWAYS = "1970-01-01"


def read(messages: DataFrame) -> DataFrame:
    """The messages as they are."""
    return messages.select("value")


def from_json(messages: DataFrame) -> DataFrame:
    """And parsed by Spark's own function, which neither refuses nor counts anything."""
    return messages.select(F.from_json(F.col("value").cast("string"), publishedapp.MEASUREMENT).alias("record"))


def explode(messages: DataFrame) -> DataFrame:
    """And a row for each plausible reading."""
    return publishedapp.readings(messages)


def window(messages: DataFrame) -> DataFrame:
    """And a mean for each sensor, type and sliding window, as one would write it down in Spark."""
    return publishedapp.window_means(publishedapp.readings(messages), publishedapp.Options())


def kit_parse(messages: DataFrame) -> DataFrame:
    """Parsed by the kit's decoder with the contract of bad input, and added up by sensor, type and slice of time."""
    return parse(messages, _OPTIONS.watermark_minutes, slice_us(_OPTIONS))


def kit_analyse(messages: DataFrame) -> DataFrame:
    """All that tenantstreamapp computes, up to the reports as JSON."""
    return analyse(messages.coalesce(1), _OPTIONS, Topics(), _ALWAYS)


RUNGS: dict[str, Callable[[DataFrame], DataFrame]] = {
    "read": read,
    "from_json": from_json,
    "explode": explode,
    "window": window,
    "kit_parse": kit_parse,
    "kit_analyse": kit_analyse,
}


def messages_of(spark: SparkSession, kafka: str, topic: str, since: Mapping[int, int]) -> DataFrame:
    """The messages of a topic from these offsets on, as a batch that fetches as the app does."""
    reader = spark.read.format("kafka").option("kafka.bootstrap.servers", kafka).option("subscribe", topic)
    reader = reader.options(**QUICK_FETCHES)
    return reader.option("includeHeaders", "true").option("startingOffsets", json.dumps({topic: since})).load()


def climb(rung: str, messages: DataFrame) -> None:
    """Compute a rung and throw the result away."""
    RUNGS[rung](messages).write.format("noop").mode("overwrite").save()
