"""What a tuning asks of Java and Spark."""

import pytest
from pyspark.sql import SparkSession

from mysimbdp.apps.session import Tuning

CLUSTER = "spark://127.0.0.1:7077"
EXECUTOR, DRIVER = "spark.executor.extraJavaOptions", "spark.driver.extraJavaOptions"


@pytest.mark.parametrize(("keeps_state", "first_heap"), [(True, "-Xms256m -Xmn128m"), (False, "-Xms128m")])
def test_an_app_without_state_has_the_smaller_heap(keeps_state: bool, first_heap: str) -> None:
    assert Tuning(keeps_state=keeps_state).settings(CLUSTER)[EXECUTOR] == f"-XX:+UseSerialGC {first_heap}"


@pytest.mark.parametrize("late_compiler", [True, False])
def test_only_a_late_compiler_has_thresholds(late_compiler: bool) -> None:
    assert ("-XX:Tier4" in Tuning(late_compiler=late_compiler).settings(CLUSTER)[EXECUTOR]) == late_compiler


def test_a_driver_that_is_its_own_executor_compiles_thoroughly() -> None:
    assert "-XX:TieredStopAtLevel=1" in Tuning().settings(CLUSTER)[DRIVER]
    assert DRIVER not in Tuning().settings("local[2]")


def test_an_archive_is_mapped_where_it_was_written_for_by_driver_and_executor() -> None:
    settings = Tuning(class_archive="/archive.jsa").settings(CLUSTER)
    for options in (settings[DRIVER], settings[EXECUTOR]):
        assert "-XX:SharedArchiveFile=/archive.jsa" in options
        assert "-XX:+UnlockDiagnosticVMOptions -XX:ArchiveRelocationMode=0" in options


@pytest.mark.parametrize("quick", [True, False])
def test_another_way_to_local_files_is_asked_for_alone(quick: bool) -> None:
    assert ("spark.hadoop.fs.file.impl" in Tuning(quick_checkpoint=quick).settings(CLUSTER)) == quick


def test_spark_asks_the_broker_for_more_ten_times_a_second(spark: SparkSession) -> None:
    assert spark._jsparkSession.sessionState().conf().streamingPollingDelay() == 100
