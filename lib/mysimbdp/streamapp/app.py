"""The app around the transforms: from the topic `measurements` to `report` and `alert`."""

from datetime import timedelta

from pyspark.sql.streaming.query import StreamingQuery

from mysimbdp.apps import AppContext
from mysimbdp.apps.handover import Generation, generation
from mysimbdp.apps.topics import Share, read_topics, write_topics
from mysimbdp.errors import KitError
from mysimbdp.streamapp.options import Options
from mysimbdp.streamapp.transforms import analyse

QUERY = "analytics"


def build(context: AppContext[Options]) -> list[StreamingQuery]:
    """Start a query for each instance; results of a window are published again whenever they change.

    Raises:
        KitError: the number of instances has changed since a fresh start, and batches are to be cut.
    """
    options = context.options
    window, has_all = timedelta(minutes=options.window_minutes), options.instance is None
    sharing = generation(context.folder, QUERY, options.instances, window, has_all)
    if sharing.number and options.max_batch_messages:
        raise KitError(
            f"The number of instances of {context.name} has changed, and open windows are told again from batches that "
            "must be whole: leave out max_batch_messages, or begin anew with --fresh."
        )
    return [_query(context, share, sharing) for share in options.shares]


def _query(context: AppContext[Options], share: Share, sharing: Generation) -> StreamingQuery:
    options, topics = context.options, context.options.topics
    messages = read_topics(context, topics.measurements, share=share, starting=sharing.offsets)
    messages = messages.coalesce(options.state_partitions)
    results = analyse(messages, options, topics, sharing.not_before)
    return write_topics(context, results, sharing.query(QUERY, share.instance)).outputMode("update").start()
