"""One measured run, step by step: a load from outside on fresh topics, fresh apps, results checked, all recorded."""

import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, cast

from mysimbdp import coredms
from mysimbdp.apps.counts import observed_counts
from mysimbdp.apps.lag import lag
from mysimbdp.apps.loading import load_app
from mysimbdp.contracts import Topics
from mysimbdp.documents import ResourceDocument, RunDocument
from mysimbdp.errors import KitError
from mysimbdp.experiments import runs
from mysimbdp.experiments.arms import arm_named, split_options
from mysimbdp.experiments.checking import Results, read_results, verify
from mysimbdp.experiments.latency import latencies
from mysimbdp.experiments.load_end import WARM_UP_LIMIT_S, LoadEnd
from mysimbdp.experiments.lock import Quiet
from mysimbdp.experiments.recording import can_be_measured, record_run
from mysimbdp.experiments.sampling import Sampler, executors_by_spark
from mysimbdp.messaging import create_topics, delete_topics, end_offsets
from mysimbdp.service.platform import Platform
from mysimbdp.sources import Generator, ProduceOptions, Summary, progress_bar
from mysimbdp.sources.options import LIVE_DURATION_S, LIVE_RATE_PER_S
from mysimbdp.streamapp.options import Options

Progress = Callable[[int, int], None]  # acknowledged so far, of how many

CATCH_UP_TIMEOUT_S = 600.0


@dataclass(frozen=True)
class Setup:
    """What a run is done with.

    Attributes:
        arm: a name of `ARMS`.
        apps: how many instances of the arm's app run at once.
        split: how they share the work, a name of `SPLITS`.
        partitions: of the run's topics.
        warm_up_s, warm_up_batches: how much is cut off at least; the load's duration counts from there.
        latency_objective_s: what p99 of processing latency must stay below for a rate to be called sustainable.
    """

    arm: str
    apps: int = 1
    split: str = "disjoint"
    partitions: int = 4
    warm_up_s: float = 0.0
    warm_up_batches: int = 2
    latency_objective_s: float = runs.LATENCY_OBJECTIVE_S


class Trial:
    """A run of an experiment. Its steps are called in order: `offer`, `start_apps`, `measure`, `finish`.

    A step that fails, or is interrupted, ends everything the run has started and leaves a FAILED run document.
    """

    def __init__(
        self, platform: Platform, experiment: str, setup: Setup, load: ProduceOptions, run_id: str = ""
    ) -> None:
        """Record the run as RUNNING. A sweep gives its `run_id` and does so itself, when it is the run's turn.

        Raises:
            UsageError: there is no such arm or split.
            KitError: coredms does not answer.
        """
        self._platform = platform
        self._setup = setup
        self._arm = arm_named(setup.arm)
        self._endpoints = platform.endpoints()
        options = [split_options(setup.split, app, setup.apps) for app in range(setup.apps)]
        self.run = self._begin(experiment, load, run_id)
        self._topics = Topics(self.run["_id"])
        self._load = load.model_copy(update={"topic_suffix": self._topics.suffix})
        self._options = [{**self._arm.options, **own, "topic_suffix": self._topics.suffix} for own in options]
        self._folders: dict[str, Path] = {}
        self._quiet = Quiet(platform.settings.home)
        self._sampler: Sampler | None = None
        self._generator: Generator | None = None
        self._offered: tuple[Summary, datetime] | None = None  # and when the load had ended

    def _begin(self, experiment: str, load: ProduceOptions, run_id: str) -> RunDocument:
        with coredms.connect(self._endpoints.mongodb) as database:
            coredms.prepare(database)
            run = runs.wait_for(database, run_id) if run_id else self._run_by_hand(database, experiment)
            run["parameters"] |= _parameters(self._setup, load)
            run["latency_objective_s"] = self._setup.latency_objective_s
            runs.record(database, run)
        return run

    def _run_by_hand(self, database: coredms.Coredms, experiment: str) -> RunDocument:
        return runs.new_run(database, runs.new_id(experiment), experiment, self._setup.arm, {})

    def offer(self) -> None:
        """Create the run's topics and begin to send the load, from a process of its own, which goes on until `measure`.

        It is there before the apps are, so that their first batch, the slowest, has something to read and warms up all
        of an app.
        """
        with self._or_failed():
            create_topics(self._endpoints.kafka, self._topics, self._setup.partitions)
            self._generator = Generator.start(self._endpoints.kafka, self._load_at_most())
            self._sampler = Sampler(self._platform, self.run["_id"], self._folders, self._generator.pid)

    def start_apps(self) -> None:
        """Start the run's apps on its topics, each with a checkpoint of its own."""
        with self._or_failed():
            for number, options in enumerate(self._options):
                name = f"{self.run['_id']}-{number}"
                self.run["apps"].append(name)
                self._platform.start_app(self._arm.app, options, name=name, fresh=True)
                self._folders[name] = self._platform.app_log(name).parent
            self.run["options"] = self._parsed_options().model_dump(mode="json", exclude={"topic_suffix"})

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
            self._offered = summary, datetime.now(UTC)
            return summary

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
            self._quiet.is_mine,
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
            for name in self._folders:
                self._platform.wait_until_caught_up(name, CATCH_UP_TIMEOUT_S)
            by_spark = [executor for folder in self._folders.values() for executor in executors_by_spark(folder)]
            samples = self._sampler.stop()
            samples[-1]["spark"] = by_spark
            self._say_that_it_is_checked()
            with ThreadPoolExecutor() as stopping:
                stopped = stopping.map(self._platform.stop_app, self._folders)
                results = read_results(self._endpoints.kafka, self._topics)
                list(stopped)
            self._check_and_record(results, samples, *self._offered)
            self._tidy_up()
            self._quiet.give_back()
        return self.run

    def _say_that_it_is_checked(self) -> None:
        """The next run of a sweep begins now."""
        self.run["checking_since"] = datetime.now(UTC)
        with coredms.connect(self._endpoints.mongodb) as database:
            runs.record(database, self.run)

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

    def _counts(self) -> Counter[str]:
        """What the apps of the run counted together."""
        total: Counter[str] = Counter()
        for folder in self._folders.values():
            for counts in observed_counts(folder).values():
                total.update(counts)
        return total

    def _parsed_options(self) -> Options:
        return cast(Options, load_app(self._arm.app).options_type.model_validate(self._options[0]))

    @contextmanager
    def _or_failed(self) -> Iterator[None]:
        try:
            yield
        except BaseException as error:
            self._give_up(error)
            raise

    def _give_up(self, error: BaseException) -> None:
        reason = str(error) or type(error).__name__
        with suppress(KitError), coredms.connect(self._endpoints.mongodb) as database:
            runs.fail(database, self.run["_id"], reason, traceback.format_exc())
        if self._generator:
            with suppress(KitError):  # it may be what went wrong
                self._generator.stop()
        if self._sampler:
            self._sampler.stop()
        for app in self._platform.apps():
            if app.pid and app.name in self.run["apps"]:
                self._platform.stop_app(app.name)
        with suppress(KitError):
            self._tidy_up()
        self._quiet.give_back()

    def _tidy_up(self) -> None:
        """What a run leaves is in coredms; its topics and checkpoints would only fill the disk."""
        delete_topics(self._endpoints.kafka, self._topics.all())
        for name in self._folders:
            self._platform.forget_app(name)


def _parameters(setup: Setup, load: ProduceOptions) -> dict[str, Any]:
    """All that makes the point of a run, by the names that figures know."""
    chosen = load.model_dump(include={"rate_per_s", "duration_s", "sensors", "time_factor", "seed"})
    return {**vars(setup), **chosen, **load.wrong.model_dump()}
