"""The app around the writers: two queries, raw measurements and results, each with its own checkpoint."""

from typing import Literal

from pydantic import Field
from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql.streaming.query import StreamingQuery

from mysimbdp import coredms
from mysimbdp.apps import AppContext, AppOptions
from mysimbdp.apps.observed import observe_counts
from mysimbdp.apps.topics import read_topics, write_topics
from mysimbdp.ingestapp.writing import store_measurements, store_results


class Options(AppOptions):
    """Ingest has no state, so that its batches can be cut anywhere."""

    CHANGEABLE = AppOptions.CHANGEABLE | {"tasks"}
    KEEPS_STATE = False

    tasks: int = Field(default=1, ge=1, le=10_000, description="tasks that a batch is done in; match the cores")
    state_partitions: Literal[1] = Field(default=1, description="always 1: it has no state")
    max_batch_messages: int = Field(
        default=50_000,
        ge=0,
        le=10**9,
        description="cut batches at so many messages of a query, which a kill makes it write again; 0 takes all",
    )


def build(context: AppContext[Options]) -> list[StreamingQuery]:
    """Prepare coredms and start the two queries; what they refuse goes to the topic `quarantine`."""
    mongodb = context.endpoints.mongodb
    with coredms.connect(mongodb) as database:
        coredms.prepare(database)
    topics = context.options.topics
    measurements = store_measurements(_read(context, topics.measurements), mongodb)
    results = _read(context, topics.report, topics.alert, topics.quarantine)
    return [
        _start(context, measurements, "measurements"),
        _start(context, store_results(results, mongodb, topics), "results"),
    ]


def _read(context: AppContext[Options], *topics: str) -> DataFrame:
    """Messages of all partitions in few tasks: at the ends of each, app and database wait for each other."""
    return read_topics(context, *topics).coalesce(context.options.tasks)


def _start(context: AppContext[Options], written: DataFrame, query: str) -> StreamingQuery:
    refused = observe_counts(written).where(F.col("value").isNotNull())
    messages = refused.select(F.lit(context.options.topics.quarantine).alias("topic"), "key", "value")
    return write_topics(context, messages, query).start()
