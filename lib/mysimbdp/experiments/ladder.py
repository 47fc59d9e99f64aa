"""What the machine can do at most: the app's drain rate beside less work, and beside the same work without Spark."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
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
from mysimbdp.metrics import until_settled
from mysimbdp.metrics.ladder import COLUMNAR
from mysimbdp.service.home import Home
from mysimbdp.service.platform import Platform
from mysimbdp.service.ports import LOOPBACK
from mysimbdp.service.provision import provide_java

COLUMNAR_TIMEOUT_S = 300.0


class LadderTrial(DrainTrial):
    """A run of the experiment ladder: `start`, `warm_up`, `drain`, then `climb` and `columnar`, and `finish`."""

    def __init__(self, platform: Platform, setup: Setup, sensors: int, seed: int, run_id: str = "") -> None:
        """As `DrainTrial`."""
        super().__init__(platform, "ladder", setup, sensors, seed, run_id=run_id)
        self.run["rungs"] = self._rungs = list[Rung]()

    def climb(self, passes: int) -> list[Rung]:
        """Compute each rung from the last backlog, so many times, once all of them together get no quicker.

        The app is stopped before, and its core is the rungs'.
        """
        with self._or_failed():
            self._require(self._backlog, "drain()")
            self._stop_apps()
            with self._batch_spark() as spark:
                messages = messages_of(spark, self._endpoints.kafka, self._topics.measurements, self._backlog)
                seconds = self.run["warm_up_climbs_s"] = list[float]()
                until_settled(lambda: sum(self._timed(rung, messages)["seconds"] for rung in RUNGS), seconds)
                for _ in range(passes):
                    self._rungs += [self._timed(rung, messages) for rung in RUNGS]
            return self._rungs

    @contextmanager
    def _batch_spark(self) -> Iterator[SparkSession]:
        """Spark as the app had it, driven from this process, on the app's core."""
        spec = self._platform.app_folder(self.run["apps"][0]).begun_with()
        settings = self._platform.settings
        os.environ |= provide_java(settings.cache.absolute()).environment()
        os.environ |= {"SPARK_LOCAL_DIRS": str(Home(settings.home).scratch), "SPARK_LOCAL_IP": LOOPBACK}
        tuning = Tuning(class_archive=spec.class_archive, late_compiler=True)
        self._cores.keep_on(os.getpid())  # and with it the driver's Java, which it starts
        try:
            spark = open_session("ladder", spec.endpoints.spark, spec.jars, spec.spark_conf, 1, tuning=tuning)
            try:
                spark.range(1).count()  # its executor is there when this is
                self._cores.take()
                yield spark
            finally:
                spark.stop()
        finally:
            self._cores.keep_off(os.getpid())

    def _timed(self, rung: str, messages: DataFrame) -> Rung:
        used_s, began_s = self._cores.used_s(), time.monotonic()
        climb(rung, messages)
        return self._rung(rung, time.monotonic() - began_s, self._cores.used_s() - used_s)

    def columnar(self, passes: int) -> list[Rung]:
        """Have the reports of the last backlog computed by polars, so many times, and compare them in the end.

        Raises:
            KitError: they are wrong.
        """
        measurements, reports = self._topics.measurements, self._topics.spike  # where nothing else of the run writes
        with self._or_failed():
            self._require(self._backlog, "drain()")
            for _ in range(passes):
                account = self._columnar(measurements, reports)
                self._rungs.append(self._rung(COLUMNAR, account.seconds, account.cpu_s))
            kafka, options = self._endpoints.kafka, self._parsed_options()
            expected, found = expected_and_found(kafka, measurements, reports, options, self._backlog)
            if wrong := len(verification.differences(expected, found)):
                raise KitError(f"The columnar pipeline has {wrong} reports that are wrong.")
            return self._rungs

    def _columnar(self, measurements: str, report: str) -> Account:
        options = self._parsed_options()
        request = Request(
            kafka=self._endpoints.kafka,
            measurements=measurements,
            since=self._backlog,
            report=report,
            window_minutes=options.window_minutes,
            slide_minutes=options.slide_minutes,
        )
        command = leashed([sys.executable, "-P", "-m", columnar.__name__])
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
            self._cores.keep_on(process.pid)
            try:
                said, _ = process.communicate(request.model_dump_json(), COLUMNAR_TIMEOUT_S)
            except BaseException:  # too late, or interrupted: leaving the block would wait for it
                process.kill()
                raise
        if process.returncode:
            raise KitError(f"The columnar pipeline ended with exit code {process.returncode}.")
        return Account.model_validate_json(said.splitlines()[-1])

    def _rung(self, rung: str, seconds: float, cpu_s: float) -> Rung:
        messages = self.run["drains"][-1]["messages"]
        return Rung(
            rung=rung,
            messages=messages,
            seconds=seconds,
            rate_per_s=messages / seconds,
            core_s_per_million=1e6 * cpu_s / messages,
        )
