"""Counts on their way through Spark: rows `counted, count` in a stream, numbers in the progress of its batches.

One list carries all of them. A sum for each name would be a plan of fifty aggregates, which Spark plans, compiles and
runs anew in every batch: on one core that was a third of the time of a small batch (docs/decisions/0008).
"""

from collections import Counter
from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

_OBSERVATION = "counts"
_LIST = "counted"


def observe_counts(rows: DataFrame) -> DataFrame:
    """The same rows; those with a name in `counted` are handed on in the progress of the query."""
    counted = F.when(F.col("counted").isNotNull(), F.struct("counted", "count"))
    return rows.observe(_OBSERVATION, F.collect_list(counted).alias(_LIST))


def with_sums(progress: dict[str, Any]) -> dict[str, Any]:
    """The progress of a batch with its counts added up by name."""
    observed = progress.get("observedMetrics", {}).get(_OBSERVATION, {})
    if _LIST in observed:
        sums: Counter[str] = Counter()
        for row in observed[_LIST]:
            sums[row["counted"]] += row["count"]
        progress["observedMetrics"][_OBSERVATION] = dict(sums)
    return progress
