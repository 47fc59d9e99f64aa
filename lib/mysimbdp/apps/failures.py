"""A failure of Spark or of an app, in one sentence."""

import re

from pyspark.errors import PySparkException, StreamingQueryException

from mysimbdp.errors import KitError

_CAUSE = re.compile(r"(?:^|Caused by: |\s)([\w.$]+(?:Exception|Error)): ([^\n]+)")
_NOISE = re.compile(r"\s+")
_MOST_CHARACTERS = 300

# What users cause most often, in the words they need; the first pattern that fits wins.
_KNOWN = [
    (r"(mysimbdp\.errors\.\w+): ([^\n]+)", "{1}"),
    (
        r"(org\.apache\.kafka\.[\w.]*(?:Timeout|Disconnect)Exception|Failed to .*metadata)[^\n]*",
        "Kafka did not answer: see `mysimbdp status`.",
    ),
    (
        r"(Some data may have been lost|data loss)[^\n]*",
        "Messages the app has not read are gone from Kafka: begin anew with `mysimbdp app start … --fresh`.",
    ),
    (
        r"OutOfMemoryError[^\n]*",
        "The app ran out of memory: cut its batches (`--set max_batch_messages=…`), or give it more by "
        "spark.executor.memory in MYSIMBDP_SPARK_CONF.",
    ),
]


def sentence_for(error: BaseException) -> str:
    """The reason of a failure: the kit's own sentence, else the innermost cause that Spark names."""
    if isinstance(error, KitError):
        return str(error)
    text = _full_text(error)
    for pattern, sentence in _KNOWN:
        match = re.search(pattern, text)
        if match:
            return sentence.format(*match.groups())
    return _innermost_cause(text) if isinstance(error, PySparkException) else f"{type(error).__name__}: {_short(text)}"


def _full_text(error: BaseException) -> str:
    text = str(error)
    cause = getattr(error, "_cause", None) if isinstance(error, StreamingQueryException) else None
    return f"{text}\n{cause}" if cause else text


def _innermost_cause(text: str) -> str:
    causes = _CAUSE.findall(text)
    if not causes:
        return _short(text)
    name, message = causes[-1]
    return f"{name.rsplit('.', 1)[-1]}: {_short(message)}"


def _short(text: str) -> str:
    return _NOISE.sub(" ", text).strip()[:_MOST_CHARACTERS]
