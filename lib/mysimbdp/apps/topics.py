"""How apps read from and write to Kafka through Spark."""

from pyspark.sql import DataFrame
from pyspark.sql.streaming.readwriter import DataStreamWriter

from mysimbdp import messaging
from mysimbdp.apps.checkpoint import TopicIds
from mysimbdp.apps.contract import AppContext, AppOptions
from mysimbdp.errors import KitError


def read_topics(context: AppContext[AppOptions], *topics: str) -> DataFrame:
    """A stream of all messages of `topics` from their beginning, with headers; the topics are made if missing.

    Batches take what lies in the topics and are not cut by a number of offsets: Spark's watermark is one for
    all partitions, and a cut lets one partition run ahead of another (docs/decisions).

    Raises:
        KitError: a topic was deleted and made again since the app's checkpoint was begun.
    """
    messaging.create_topics(context.endpoints.kafka, context.options.topics)
    _refuse_remade_topics(context, topics)
    return (
        context.spark.readStream.format("kafka")
        .option("kafka.bootstrap.servers", context.endpoints.kafka)
        .option("subscribe", ",".join(topics))
        .option("startingOffsets", "earliest")
        .option("includeHeaders", "true")
        .load()
    )


def write_topics(context: AppContext[AppOptions], messages: DataFrame, query: str) -> DataStreamWriter:
    """A writer of rows `topic, key, value` to Kafka, checkpointed under the app's name; call `start()` on it."""
    writer = (
        messages.writeStream.format("kafka")
        .queryName(query)
        .option("kafka.bootstrap.servers", context.endpoints.kafka)
        .option("kafka.max.request.size", messaging.QUARANTINE_MAX_BYTES)
        .option("checkpointLocation", context.checkpoint_for(query))
    )
    return paced(context, writer)


def paced(context: AppContext[AppOptions], writer: DataStreamWriter) -> DataStreamWriter:
    """The writer with the app's pause between batches."""
    pause_s = context.options.trigger_interval_s
    return writer.trigger(processingTime=f"{round(pause_s * 1000)} milliseconds") if pause_s else writer


def _refuse_remade_topics(context: AppContext[AppOptions], topics: tuple[str, ...]) -> None:
    """Compare topic ids with those of the first start: Spark's offset check passes on a remade topic."""
    ids = {topic: messaging.topic_id(context.endpoints.kafka, topic) for topic in topics}
    known_ids = TopicIds(context.folder)
    for topic, remembered in known_ids.read().items():
        if ids.get(topic, remembered) != remembered:
            raise KitError(
                f"The topic {topic} was deleted and made again since {context.name} last read it: "
                f"begin anew with `mysimbdp app start {context.name} --fresh`."
            )
    known_ids.write(ids)
