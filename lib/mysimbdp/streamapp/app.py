"""The app around the transforms: from the topic `measurements` to `report` and `alert`."""

from pyspark.sql.streaming.query import StreamingQuery

from mysimbdp.apps import AppContext
from mysimbdp.apps.topics import read_topics, write_topics
from mysimbdp.streamapp.options import Options
from mysimbdp.streamapp.transforms import analyse


def build(context: AppContext[Options]) -> list[StreamingQuery]:
    """Start the one query of the app; results of a window are published again whenever they change."""
    topics = context.options.topics
    messages = read_topics(context, topics.measurements, share=context.options.share)
    messages = messages.coalesce(context.options.state_partitions)
    results = analyse(messages, context.options, topics)
    return [write_topics(context, results, "analytics").outputMode("update").start()]
