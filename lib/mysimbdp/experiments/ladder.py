"""What the machine can do at most: the app's drain rate beside less work, and beside the same work without Spark."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from pyspark.sql import DataFrame, SparkSession

from mysimbdp import verification
from mysimbdp.apps.session import Tuning, open_session
from mysimbdp.documents import Rung
from mysimbdp.errors import KitError
from mysimbdp.experiments import columnar
from mysimbdp.experiments.checking import expected_and_found
from mysimbdp.experiments.columnar import Account, Request
from mysimbdp.experiments.drain_trial import DrainTrial
from mysimbdp.experiments.measured_run import Setup
from mysimbdp.experiments.rungs import RUNGS, climb, messages_of
from mysimbdp.leash import leashed
from mysimbdp.messaging import end_offsets
from mysimbdp.metrics import until_settled
from mysimbdp.metrics.ladder import COLUMNAR
from mysimbdp.service.home import Home
from mysimbdp.service.platform import Platform
from mysimbdp.service.ports import LOOPBACK
from mysimbdp.service.processes import describe_exit
from mysimbdp.service.provision import provide_java

COLUMNAR_TIMEOUT_S = 300.0
TO_WAKE = 0.5  # of a backlog, before one that counts


class LadderTrial(DrainTrial):
    """A run of the experiment ladder: `start`, `follow`, `climb` and `finish`."""

    def __init__(self, platform: Platform, setup: Setup, sensors: int, seed: int, run_id: str = "") -> None:
        """As `DrainTrial`."""
        super().__init__(platform, "ladder", setup, sensors, seed, run_id=run_id)
        self.run["rungs"] = self._rungs = list[Rung]()

    def climb(self, messages: int, passes: int) -> list[Rung]:
        """Have the app drain a backlog, then compute each rung from it, so many times, once that gets no quicker.

        They take turns, so that a machine that gets faster or slower meanwhile does so for all of them. A rung has the
        core of the app, whose driver stands still. What does not count yet has all cores.

        Raises:
            KitError: there is no memory for a second Spark worker, or a report without Spark is wrong.
        """
        with self._or_failed():
            self._platform.have_free_cores(1)
            with self._batch_spark() as spark:
                seconds = self.run["warm_up_climbs_s"] = list[float]()
                with self._cores.shared():
                    until_settled(lambda: self._drain(messages)["seconds"] + self._climbed_s(spark), seconds)
                for _ in range(passes):
                    # Spark ends a Python worker after an idle minute: the next begins cold
                    self._drain(round(messages * TO_WAKE))
                    self.run["drains"].append(self._drain(messages))
                    before = end_offsets(self._endpoints.kafka, self._topics.spike)
                    self._rungs += [*self._climb(spark), self._without_spark()]
                    self._compare(before)
            return self._rungs

    @contextmanager
    def _batch_spark(self) -> Iterator[SparkSession]:
        """Spark as the app has it, with an executor of its own, driven from this process, on the app's core."""
        spec = self._platform.app_folder(self.run["apps"][0]).begun_with()
        settings = self._platform.settings
        os.environ |= provide_java(settings.cache.absolute()).environment()
        os.environ |= {"SPARK_LOCAL_DIRS": str(Home(settings.home).scratch), "SPARK_LOCAL_IP": LOOPBACK}
        tuning = Tuning(class_archive=spec.class_archive, late_compiler=True)
        spark = open_session("ladder", spec.endpoints.spark, spec.jars, spec.spark_conf, 1, tuning=tuning)
        try:
            self._cores.keep_on(spark.sparkContext._gateway.proc.pid)  # type: ignore[union-attr]  # Java, the driver
            spark.range(1).count()  # its executor is there when this is
            self._cores.take()
            yield spark
        finally:
            spark.stop()

    def _climbed_s(self, spark: SparkSession) -> float:
        return sum(rung["seconds"] for rung in self._climb(spark))

    def _climb(self, spark: SparkSession) -> list[Rung]:
        """Every rung once, over the last backlog."""
        messages = messages_of(spark, self._endpoints.kafka, self._topics.measurements, self._backlog)
        climb("kit_parse", messages.limit(round(self._backlog_messages * TO_WAKE)))  # its Python worker was idle, too
        return [self._timed(rung, messages) for rung in RUNGS]

    def _timed(self, rung: str, messages: DataFrame) -> Rung:
        used_s = self._cores.used_s()
        with self._cores.at_rest():
            began_s = time.monotonic()
            climb(rung, messages)
            seconds = time.monotonic() - began_s
        return self._rung(rung, seconds, self._cores.used_s() - used_s)

    def _without_spark(self) -> Rung:
        """The reports of the last backlog by polars, on a topic where nothing else of the run writes."""
        options = self._parsed_options()
        request = Request(
            kafka=self._endpoints.kafka,
            measurements=self._topics.measurements,
            since=self._backlog,
            report=self._topics.spike,
            window_minutes=options.window_minutes,
            slide_minutes=options.slide_minutes,
        )
        command = leashed([sys.executable, "-P", "-m", columnar.__name__])
        with (
            self._cores.at_rest(),
            subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
            ) as process,
        ):
            self._cores.keep_on(process.pid)
            try:
                said, complained = process.communicate(request.model_dump_json(), COLUMNAR_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                process.kill()
                raise KitError(
                    f"The columnar pipeline was not done after {COLUMNAR_TIMEOUT_S:g} s; see `mysimbdp status`."
                ) from None
            except BaseException:  # leaving the block would wait for it
                process.kill()
                raise
        if process.returncode:
            *_, last = ["", *complained.splitlines()]
            raise KitError(f"The columnar pipeline failed ({last or describe_exit(process.returncode)}).")
        account = Account.model_validate_json(said.splitlines()[-1])
        return self._rung(COLUMNAR, account.seconds, account.cpu_s)

    def _compare(self, before: Mapping[int, int]) -> None:
        """Raise a KitError if the reports without Spark that lie beyond these offsets are wrong."""
        kafka, topics = self._endpoints.kafka, self._topics
        options = self._parsed_options()
        expected, found = expected_and_found(kafka, topics.measurements, topics.spike, options, self._backlog, before)
        if wrong := len(verification.differences(expected, found)):
            raise KitError(f"The columnar pipeline has {wrong} reports that are wrong.")

    def _rung(self, rung: str, seconds: float, cpu_s: float) -> Rung:
        messages = self._backlog_messages
        return Rung(
            rung=rung,
            messages=messages,
            seconds=seconds,
            rate_per_s=messages / seconds,
            core_s_per_million=1e6 * cpu_s / messages,
        )
