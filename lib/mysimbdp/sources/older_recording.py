"""A recording that is older than what its topic carries already, which an app on the topic will mostly drop."""

from datetime import timedelta

from mysimbdp.contracts import MAX_EVENT_TIME_HEADER
from mysimbdp.messaging import Message, last_messages
from mysimbdp.sources.messages import Source
from mysimbdp.sources.options import ProduceOptions

# As long as the stream app waits for stragglers where nothing else is said.
MAX_TOPIC_AHEAD = timedelta(minutes=5)


def warning_of_older_recording(kafka: str, options: ProduceOptions, source: Source) -> str | None:
    """What to know of a replay that begins more than five minutes before the newest time on its topic, else None.

    Spark's watermark never goes back: an app that has read the newer messages drops the windows of older ones
    without a report. Only the last message of each partition is looked at, and only where it has a header.
    """
    times_us = (message.time_us for message in source.start())
    first_us = next((time_us for time_us in times_us if time_us is not None), None)
    newest_ms = max(map(_clock_ms, last_messages(kafka, options.topic)), default=0)
    if first_us is None or timedelta(milliseconds=newest_ms - first_us // 1000) <= MAX_TOPIC_AHEAD:
        return None
    return (
        f"Topic {options.topic} carried newer times than where {options.recording.name} begins: an app that had read "
        "them drops what is older, without a report. A topic suffix with an app on it keeps recordings apart."
    )


def _clock_ms(message: Message) -> int:
    """The largest event time that the producer of a message had sent; 0 where it does not say."""
    header = message.headers.get(MAX_EVENT_TIME_HEADER, b"")
    return int(header) if header.isdigit() else 0
