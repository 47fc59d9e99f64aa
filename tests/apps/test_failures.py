"""A failure of Spark is told in one sentence."""

import pytest

from mysimbdp.apps.failures import sentence_for
from mysimbdp.errors import KitError

NESTED = """Job aborted due to stage failure: Task 0 in stage 1.0 failed 4 times
Caused by: org.apache.spark.SparkException: outer
\tat org.apache.spark.Something
Caused by: java.lang.IllegalStateException: the innermost cause
\tat org.apache.spark.Other"""


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (KitError("The topic x was deleted."), "The topic x was deleted."),
        (RuntimeError("mysimbdp.errors.KitError: MongoDB at h failed\nmore"), "MongoDB at h failed"),
        (
            RuntimeError("java.lang.OutOfMemoryError: Java heap space\n\tat x"),
            "The app ran out of memory: cut its batches (`--set max_batch_messages=…`), or give it more by "
            "spark.executor.memory in MYSIMBDP_SPARK_CONF.",
        ),
        (
            RuntimeError("org.apache.kafka.common.errors.TimeoutException: Timed out waiting\n\tat"),
            "Kafka did not answer: see `mysimbdp status`.",
        ),
        (
            RuntimeError("Caused by: java.util.concurrent.TimeoutException: Futures timed out after [120 seconds]"),
            "RuntimeError: Caused by: java.util.concurrent.TimeoutException: Futures timed out after [120 seconds]",
        ),
        (ValueError("two\n  lines"), "ValueError: two lines"),
    ],
)
def test_the_sentence_names_what_a_user_can_act_on(error: Exception, sentence: str) -> None:
    assert sentence_for(error) == sentence


def test_of_a_chain_of_causes_spark_gives_the_innermost() -> None:
    from pyspark.errors import PySparkException

    assert sentence_for(PySparkException(NESTED)) == "IllegalStateException: the innermost cause"
