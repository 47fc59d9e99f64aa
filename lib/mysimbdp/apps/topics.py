"""How apps read from and write to Kafka through Spark."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pyspark.sql import DataFrame
from pyspark.sql.streaming.readwriter import DataStreamWriter

from mysimbdp import messaging
from mysimbdp.apps.checkpoint import TopicIds
from mysimbdp.apps.contract import AppContext, AppOptions
from mysimbdp.errors import KitError

# Settings of the Kafka client for apps. Its defaults suit readers that wait for what is to come.
QUICK_FETCHES: Mapping[str, int] = {
    # What a batch asks for is there, so nobody need wait for more. With the client's 500 ms a reader that has all it
    # wants leaves a request waiting at the broker, and its next question queues behind it: half a second for each quiet
    # partition in every batch (docs/decisions/0009).
    "kafka.fetch.max.wait.ms": 1,
    # The system's own buffer grows. The client's 64 KB are full while a task works on what it has, so that the broker
    # has to come back some sixteen times for every megabyte (docs/decisions/0018).
    "kafka.receive.buffer.bytes": -1,
}
_EARLIEST = -2  # Kafka's own word


@dataclass(frozen=True)
class Share:
    """The part of the messages that one of several `instances` of an app reads: every `instances`-th partition.

    A consumer group splits nothing: Spark gives partitions to its tasks itself, and only sends the group's name along.
    """

    instance: int = 0
    instances: int = 1
    consumer_group: str = ""

    def partitions(self, all_partitions: Iterable[int]) -> list[int]:
        return [partition for partition in all_partitions if partition % self.instances == self.instance]


def read_topics(
    context: AppContext[AppOptions],
    *topics: str,
    share: Share = Share(),
    starting: Mapping[int, int] = {},
    fetches: Mapping[str, int] = QUICK_FETCHES,
) -> DataFrame:
    """A stream of the messages of `topics`, from the `starting` offsets of their partitions, else their beginning.

    They come with headers; the topics are made if missing.

    A batch takes all that lies in the topics, or as many messages as the app's options allow.

    Raises:
        KitError: a topic was deleted and made again since the app's checkpoint was begun.
    """
    messaging.create_topics(context.endpoints.kafka, context.options.topics)
    _refuse_remade_topics(context, topics)
    assignment = _assignment(context, topics, share)
    reader = (
        context.spark.readStream.format("kafka")
        .option("kafka.bootstrap.servers", context.endpoints.kafka)
        .option("startingOffsets", _starting(assignment, starting))
        .option("includeHeaders", "true")
        .options(**fetches)
    )
    if context.options.max_batch_messages:
        reader = reader.option("maxOffsetsPerTrigger", context.options.max_batch_messages)
    if share.consumer_group:
        reader = reader.option("kafka.group.id", share.consumer_group)
    if share.instances == 1:
        return reader.option("subscribe", ",".join(topics)).load()
    return reader.option("assign", json.dumps(assignment)).load()


def _assignment(context: AppContext[AppOptions], topics: Iterable[str], share: Share) -> dict[str, list[int]]:
    """The partitions of each topic that this share has.

    Raises:
        KitError: a topic has fewer partitions than there are instances.
    """
    assignment = {}
    for topic in topics:
        there = sorted(messaging.end_offsets(context.endpoints.kafka, topic))
        if len(there) < share.instances:
            raise KitError(f"The topic {topic} has {len(there)} partitions, too few for {share.instances} instances.")
        assignment[topic] = share.partitions(there)
    return assignment


def _starting(assignment: Mapping[str, Iterable[int]], starting: Mapping[int, int]) -> str:
    """Where to begin in each partition, as Spark's Kafka source wants to be told."""
    offsets = {
        topic: {partition: starting.get(partition, _EARLIEST) for partition in partitions}
        for topic, partitions in assignment.items()
    }
    return json.dumps(offsets) if starting else "earliest"


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
