"""The Spark session of an app: where it runs and the settings every app shares."""

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyspark
from pyspark.sql import SparkSession

from mysimbdp.apps.hadoop import forget_mapreduce_and_yarn


@dataclass(frozen=True)
class Tuning:
    """What makes the same Spark quicker; nothing unless asked for.

    Attributes:
        class_archive: a file of Java's class data sharing for the driver and its executors.
        quick_checkpoint: write checkpoints, which lie on a disk of this machine, without Hadoop's checksums, and send
            executors, which write them, no more of Hadoop's settings than somebody reads.
        late_compiler: have executors compile thoroughly only what runs for every message.
        keeps_state: give executors the heap that rows of state die young in; who keeps none does with half of it.
    """

    class_archive: str | None = None
    quick_checkpoint: bool = False
    late_compiler: bool = False
    keeps_state: bool = True

    def settings(self, master: str) -> dict[str, str]:
        """As settings of Spark, for a driver of this master."""
        return self._java_options(master) | (_QUICK_CHECKPOINT if self.quick_checkpoint else {})

    def _java_options(self, master: str) -> dict[str, str]:
        sharing = class_sharing(self.class_archive)
        driver = [*([] if master.startswith("local") else _LIGHT_DRIVER), *sharing]
        heap = _HEAP_FOR_STATE if self.keeps_state else _SMALL_HEAP
        late = _LATE_COMPILER if self.late_compiler else []
        executor = ["-XX:+UseSerialGC", *heap, *late, *sharing]
        options = {"spark.driver.extraJavaOptions": driver, "spark.executor.extraJavaOptions": executor}
        return {name: " ".join(words) for name, words in options.items() if words}


def class_sharing(archive: str | None) -> list[str]:
    """Options with which Java maps this file of class data sharing; an archive that does not fit is passed over."""
    return [f"-XX:SharedArchiveFile={archive}", *_AS_IT_LIES, "-Xshare:auto", "-Xlog:cds=off"] if archive else []


def open_session(
    name: str,
    master: str,
    jars: Sequence[str],
    extra: dict[str, str],
    partitions: int,
    cores: int = 1,
    tuning: Tuning = Tuning(),
) -> SparkSession:
    """Start Spark for one app; on the standalone master it takes so many cores, with 1 GB each.

    Args:
        name: what Spark's pages call the app.
        master: a Spark master URL.
        jars: paths of the Kafka connector.
        extra: settings of the user (MYSIMBDP_SPARK_CONF); they win.
        partitions: shuffle partitions, which are also the state's.
        cores: how many of the cluster's cores it takes.
    """
    os.environ["PYSPARK_PYTHON"] = os.environ["PYSPARK_DRIVER_PYTHON"] = sys.executable
    os.environ["SPARK_HOME"] = str(Path(pyspark.__file__).parent)  # not another Spark that is installed here
    settings: dict[str, bool | float | int | str | None] = {
        **_ALWAYS,
        "spark.jars": ",".join(jars),
        "spark.cores.max": str(cores),
        "spark.sql.shuffle.partitions": str(partitions),
        **(_LOOPBACK if _is_on_this_machine(master) else {}),
        **tuning.settings(master),
        **extra,
    }
    session = SparkSession.builder.appName(name).master(master).config(map=settings).getOrCreate()
    session.sparkContext.setLogLevel("WARN")
    if tuning.quick_checkpoint:
        forget_mapreduce_and_yarn(session)
    return session


_ALWAYS = {
    "spark.driver.memory": "768m",
    "spark.executor.memory": "1g",
    "spark.executor.cores": "1",
    "spark.executor.syncLogLevel.enabled": "true",
    "spark.sql.session.timeZone": "UTC",
    "spark.ui.showConsoleProgress": "false",
    "spark.ui.port": "0",
    # Where the bytes of an Arrow batch have a limit, Spark adds them up anew after each of its rows
    # (docs/decisions/0021). Few rows bound it as well: 500 of the largest messages that Kafka takes are 500 MB.
    "spark.sql.execution.arrow.maxBytesPerBatch": str(2**31 - 1),
    "spark.sql.execution.arrow.maxRecordsPerBatch": "500",
    # Spark's pages show the latest of these; a thousand of each, which is Spark's measure, make a driver grow for long.
    "spark.ui.retainedJobs": "50",
    "spark.ui.retainedStages": "50",
    "spark.ui.retainedTasks": "500",
    "spark.sql.ui.retainedExecutions": "25",
    # How soon an idle query says so, which is what a stop waits for.
    "spark.sql.streaming.noDataProgressEventInterval": "500",
    # After so many ms an idle query asks the broker again. At Spark's 10 ms two idle apps and the broker kept most of a
    # core busy with that (docs/decisions/0027).
    "spark.sql.streaming.pollingDelay": "100",
}
# Heaps begin with about twice what is kept in them and grow when that is not enough. Left to itself Java begins with a
# part of the machine's memory, and fills it with garbage before it collects any.
# A driver beside its executors only plans: quick to start and sparing with cores matters more than peak speed.
_LIGHT_DRIVER = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xms144m", "-Xmn48m", "-XX:MinHeapFreeRatio=20"]
# An executor has one core: a collector that works beside it would take it away. On a machine, or in a container, of one
# core Java chooses the same by itself. A row of state lives for two or three batches, until its window gets the next
# report: in the young generation of 85 MB, which Java would choose, such rows grew old, and all had to be collected.
_HEAP_FOR_STATE = ["-Xms256m", "-Xmn128m"]
_SMALL_HEAP = ["-Xms128m"]
# At the address for which it was written, JVMs share an archive's pages; elsewhere, where newer ones put it by chance,
# each corrects all pointers in a copy of its own, 130 MB.
# A Java that no longer knows the option passes over it.
_AS_IT_LIES = ["-XX:+IgnoreUnrecognizedVMOptions", "-XX:+UnlockDiagnosticVMOptions", "-XX:ArchiveRelocationMode=0"]
# Java's thorough compiler takes the core from what it compiles for. Ten times Java's thresholds leave it to what runs
# for every message (docs/decisions/0012).
_LATE_COMPILER = [
    "-XX:Tier4InvocationThreshold=50000",
    "-XX:Tier4MinInvocationThreshold=6000",
    "-XX:Tier4CompileThreshold=150000",
    "-XX:Tier4BackEdgeThreshold=400000",
]
# On a local disk Hadoop starts a process (chmod, readlink) for every file it makes, and a second file with checksums
# for each: a tenth of a second in every batch. This way to the same files starts one chmod each (docs/decisions/0012).
_QUICK_CHECKPOINT = {
    "spark.hadoop.fs.file.impl": "org.apache.hadoop.fs.RawLocalFileSystem",
    "spark.sql.streaming.checkpointFileManagerClass": (
        "org.apache.spark.sql.execution.streaming.checkpointing.FileSystemBasedCheckpointFileManager"
    ),
}
_LOOPBACK = {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}


def _is_on_this_machine(master: str) -> bool:
    return master.startswith(("local", "spark://127.0.0.1:", "spark://localhost:"))
