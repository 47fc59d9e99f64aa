"""An app that needs no service: it counts, and fails when it is told to."""

from pyspark.sql import functions as F
from pyspark.sql.streaming.query import StreamingQuery

from mysimbdp.apps import AppContext, AppOptions


class Options(AppOptions):
    """What the tests turn on."""

    CHANGEABLE = AppOptions.CHANGEABLE | {"rows_per_s", "fail_in_build", "fail_in_batch"}

    rows_per_s: int = 10
    fail_in_build: bool = False
    fail_in_batch: bool = False


def build(context: AppContext[Options]) -> list[StreamingQuery]:
    """Count rows into nothing."""
    if context.options.fail_in_build:
        raise ValueError("told to fail")
    ticks = context.spark.readStream.format("rate").option("rowsPerSecond", context.options.rows_per_s).load()
    if context.options.fail_in_batch:
        ticks = ticks.withColumn("never", F.raise_error(F.lit("told to fail in a batch")))
    checkpoint = context.checkpoint_for("ticks")
    return [ticks.writeStream.format("noop").queryName("ticks").option("checkpointLocation", checkpoint).start()]
