"""One measured run, step by step: a load from outside on fresh topics, fresh apps, results checked, all recorded."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from typing import Any

from mysimbdp import coredms
from mysimbdp.apps.lag import lag
from mysimbdp.documents import ResourceDocument, RunDocument
from mysimbdp.errors import KitError
from mysimbdp.experiments.checking import Results, read_results, verify
from mysimbdp.experiments.latency import latencies
from mysimbdp.experiments.load_end import WARM_UP_LIMIT_S, LoadEnd
from mysimbdp.experiments.measured_run import MeasuredRun, Setup
from mysimbdp.experiments.recording import can_be_measured, record_run
from mysimbdp.experiments.sampling import Sampler, executors_by_spark
from mysimbdp.messaging import end_offsets
from mysimbdp.service.platform import Platform
from mysimbdp.sources import Generator, ProduceOptions, Summary, progress_bar
from mysimbdp.sources.options import LIVE_DURATION_S, LIVE_RATE_PER_S

__all__ = ["Setup", "Trial"]

Progress = Callable[[int, int], None]  # acknowledged so far, of how many


class Trial(MeasuredRun):
    """A run of an experiment. Its steps are called in order: `offer`, `start_apps`, `measure`, `finish`."""

    def __init__(
        self, platform: Platform, experiment: str, setup: Setup, load: ProduceOptions, run_id: str = ""
    ) -> None:
        """As `MeasuredRun`; the load is measured for its duration, once the warm-up of the setup is over."""
        super().__init__(platform, experiment, setup, _parameters(load), run_id)
        # The client in C at every rate: at 500 messages/s kafka-python takes a third of a core from what is measured.
        client = "confluent" if load.transport == "auto" else load.transport
        self._load = load.model_copy(update={"topic_suffix": self._topics.suffix, "transport": client})
        self._sampler: Sampler | None = None
        self._generator: Generator | None = None
        self._offered: tuple[Summary, datetime] | None = None  # and when the load had ended

    def offer(self) -> None:
        """Create the run's topics and begin to send the load, from a process of its own, which goes on until `measure`.

        It is there before the apps are, so that their first batch, the slowest, has something to read and warms up all
        of an app.
        """
        with self._or_failed():
            self._try_quiet()
            self._create_topics()
            self._generator = Generator.start(self._endpoints.kafka)
            self._ends.append(self._generator.close)
            self._generator.offer(self._load_at_most())
            self._sampler = Sampler(self._platform, self.run["_id"], self._folders, self._generator.pid)
            self._ends.append(self._sampler.stop)

    def start_apps(self) -> None:
        """Start the run's apps on its topics, each with a checkpoint of its own."""
        with self._or_failed():
            self._start_apps()

    def measure(self) -> Summary:
        """Wait until the warm-up is over, and for the load's duration from there; then end the load.

        A progress bar shows it. All the while everything is sampled from outside.
        """
        with self._or_failed():
            if self._generator is None or self._sampler is None or not self._folders:
                raise KitError("There is nothing to measure in this run: call offer() and start_apps() first.")
            self._sampler.start()
            with progress_bar(f"{self._rate_per_s:g} messages/s") as progress:
                summary = self._generator.wait(self._ending(self._generator, progress))
            self._generator.close()
            self._offered = summary, datetime.now(UTC)
            return summary

    def _try_quiet(self) -> bool:
        """Have the instance quiet if it is, and say so; what is measured begins after that."""
        if self._quiet.try_take():
            self.run.setdefault("quiet_since", datetime.now(UTC))
        return "quiet_since" in self.run

    @property
    def _rate_per_s(self) -> float:
        return self._load.rate_per_s or LIVE_RATE_PER_S

    def _load_at_most(self) -> ProduceOptions:
        return self._load.model_copy(update={"duration_s": WARM_UP_LIMIT_S + self._duration_s})

    @property
    def _duration_s(self) -> float:
        return self._load.duration_s or LIVE_DURATION_S

    def _ending(self, generator: Generator, progress: Progress) -> Progress:
        """Hears of the load's progress, and ends it in time."""
        setup = self._setup
        lag_of = partial(lag, partial(end_offsets, self._endpoints.kafka))
        end = LoadEnd(
            self._folders.values(),
            setup.warm_up_s,
            setup.warm_up_batches,
            self._duration_s,
            lag_of,
            self._try_quiet,
            is_enough=partial(can_be_measured, self.run, self._folders),
        )

        def hear(acknowledged: int, _total: int) -> None:
            left_s = end.left_s()
            progress(acknowledged, acknowledged + round(left_s * self._rate_per_s))
            if not left_s:
                generator.stop()

        return hear

    def finish(self) -> RunDocument:
        """Let the apps catch up and stop them, check every result, record everything, and delete the topics."""
        with self._or_failed():
            if self._offered is None or self._sampler is None:
                raise KitError("Nothing was measured in this run: call measure() first.")
            self._catch_up()
            by_spark = [executor for folder in self._folders.values() for executor in executors_by_spark(folder)]
            samples = self._sampler.stop()
            for last in samples[-1:]:  # none of a load that a service was away from
                last["spark"] = by_spark
            self._say_that_it_is_checked()
            with ThreadPoolExecutor() as stopping:
                stopped = stopping.map(self._platform.stop_app, self._folders)
                results = read_results(self._endpoints.kafka, self._topics)
                list(stopped)
            self._check_and_record(results, samples, *self._offered)
            self._tidy_up()
        return self.run

    def _check_and_record(
        self, results: Results, samples: list[ResourceDocument], summary: Summary, load_end: datetime
    ) -> None:
        options = self._parsed_options()
        found = latencies(results.readings, results.reports, options.window_minutes, options.slide_minutes)
        delivered = summary.delivered.model_dump()
        self.run["producer"] = summary.model_dump(exclude={"recording"})
        self.run["verification"] = verify(results, options, delivered, self._counts(), found["t2"].null_count())
        with coredms.connect(self._endpoints.mongodb) as database:
            record_run(database, self.run, self._folders, found, samples, load_end)


def _parameters(load: ProduceOptions) -> dict[str, Any]:
    """All of a load that makes the point of a run, by the names that figures know."""
    chosen = load.model_dump(include={"rate_per_s", "duration_s", "sensors", "time_factor", "seed"})
    return {**chosen, **load.wrong.model_dump()}
