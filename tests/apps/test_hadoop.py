"""Hadoop's settings that executors are sent with every batch."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from mysimbdp.apps.hadoop import forget_mapreduce_and_yarn

MAPREDUCE_AND_YARN = {"mapred-default.xml", "yarn-default.xml"}


def test_only_defaults_of_mapreduce_and_yarn_are_forgotten(spark: SparkSession) -> None:
    settings = spark.sparkContext._jsc.hadoopConfiguration()
    settings.set("yarn.resourcemanager.hostname", "somebody-set-it")
    before = by_origin(spark)
    assert before.keys() >= MAPREDUCE_AND_YARN
    forget_mapreduce_and_yarn(spark)
    assert by_origin(spark) == Counter({origin: n for origin, n in before.items() if origin not in MAPREDUCE_AND_YARN})
    assert before["core-default.xml"] > 300
    assert settings.get("yarn.resourcemanager.hostname") == "somebody-set-it"


def test_they_do_not_come_back_and_nobody_misses_them(spark: SparkSession, tmp_path: Path) -> None:
    forget_mapreduce_and_yarn(spark)
    spark.range(3).write.parquet(str(tmp_path / "numbers"))  # in the way of MapReduce
    numbers = spark.readStream.schema("id bigint").parquet(str(tmp_path / "numbers"))
    counting = numbers.groupBy("id").count().writeStream.format("memory").queryName("counted").outputMode("complete")
    query = counting.option("checkpointLocation", str(tmp_path / "checkpoint")).trigger(availableNow=True).start()
    assert query.awaitTermination(60)
    assert spark.table("counted").count() == 3
    assert not by_origin(spark).keys() & MAPREDUCE_AND_YARN


@pytest.mark.parametrize("quick", [True, False])
def test_sessions_forget_with_quick_checkpoints_alone(quick: bool) -> None:
    script = f"""
from mysimbdp.apps.session import Tuning, open_session
from tests.apps.test_hadoop import by_origin
session = open_session("hadoop", "local[1]", [], {{}}, 1, tuning=Tuning(quick_checkpoint={quick}))
print(*by_origin(session), sep="\\n")
"""
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert MAPREDUCE_AND_YARN.isdisjoint(done.stdout.splitlines()) == quick


def by_origin(spark: SparkSession) -> Counter[str]:
    """How many settings come from where."""
    jvm = spark.sparkContext._jvm
    assert jvm is not None
    text = jvm.java.io.StringWriter()
    jvm.org.apache.hadoop.conf.Configuration.dumpConfiguration(spark.sparkContext._jsc.hadoopConfiguration(), text)
    return Counter(setting["resource"] for setting in json.loads(text.toString())["properties"])
