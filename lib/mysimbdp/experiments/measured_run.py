"""A run with all that begins and ends it: its document, topics and apps; what is measured in between, others say."""

import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, ClassVar, cast

from mysimbdp import coredms
from mysimbdp.apps import AppOptions
from mysimbdp.apps.counts import observed_counts
from mysimbdp.apps.loading import load_app
from mysimbdp.contracts import Topics
from mysimbdp.documents import RunDocument
from mysimbdp.errors import KitError
from mysimbdp.experiments import runs
from mysimbdp.experiments.arms import ResultKind, arm_giving, split_options
from mysimbdp.experiments.ending import uninterrupted
from mysimbdp.experiments.lock import Quiet
from mysimbdp.messaging import create_topics, delete_topics
from mysimbdp.service.platform import Platform
from mysimbdp.streamapp.options import Options

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


class MeasuredRun:
    """A run of an experiment, from RUNNING to COMPLETED or FAILED.

    What is done in `_or_failed` and fails, or is interrupted, ends everything the run has started and leaves a FAILED
    run document.
    """

    RESULTS: ClassVar[ResultKind] = "windows"  # what can be checked

    def __init__(
        self, platform: Platform, experiment: str, setup: Setup, parameters: Mapping[str, Any], run_id: str = ""
    ) -> None:
        """Record the run as RUNNING. A sweep gives its `run_id` and does so itself, when it is the run's turn.

        Raises:
            UsageError: there is no such arm or split, or its app gives what this run cannot check.
            KitError: coredms does not answer.
        """
        self._platform = platform
        self._setup = setup
        self._arm = arm_giving(self.RESULTS, setup.arm, experiment)
        self._endpoints = platform.endpoints()
        options = [split_options(setup.split, app, setup.apps) for app in range(setup.apps)]
        self.run = self._begin(experiment, {**vars(setup), **parameters}, run_id)
        self._topics = Topics(self.run["_id"])
        self._options = [{**self._arm.options, **own, "topic_suffix": self._topics.suffix} for own in options]
        self._folders: dict[str, Path] = {}
        self._quiet = Quiet(platform.settings.home)
        self._ends: list[Callable[[], object]] = []  # of what runs beside the apps, should the run be given up

    def _begin(self, experiment: str, parameters: Mapping[str, Any], run_id: str) -> RunDocument:
        with coredms.connect(self._endpoints.mongodb) as database:
            coredms.prepare(database)
            run = runs.wait_for(database, run_id) if run_id else self._run_by_hand(database, experiment)
            run["parameters"] |= parameters
            run["latency_objective_s"] = self._setup.latency_objective_s
            runs.record(database, run)
        return run

    def _run_by_hand(self, database: coredms.Coredms, experiment: str) -> RunDocument:
        return runs.new_run(database, runs.new_id(experiment), experiment, self._setup.arm, {})

    def _create_topics(self) -> None:
        create_topics(self._endpoints.kafka, self._topics, self._setup.partitions)

    def _start_apps(self) -> None:
        """Start the run's apps on its topics at once, each with a checkpoint of its own."""
        self.run["apps"] = [f"{self.run['_id']}-{number}" for number in range(len(self._options))]
        with ThreadPoolExecutor() as starting:
            list(starting.map(self._start_app, self.run["apps"], self._options))
        self._folders |= {name: self._platform.app_folder(name).path for name in self.run["apps"]}
        self.run["options"] = self._app_options().model_dump(mode="json", exclude={"topic_suffix"})

    def _start_app(self, name: str, options: Mapping[str, Any]) -> None:
        # Only one line on the terminal can tell what is being done, and several apps may start at once.
        self._platform.start_app(self._arm.app, options, name=name, fresh=True, tell=lambda _: None)

    def _require(self, done: object, call: str) -> None:
        """Say what has to be called before, where a step of the run comes too soon."""
        if not done:
            raise KitError(f"There is nothing to go on with in this run: call {call} first.")

    def _catch_up(self) -> None:
        for name in self._folders:
            self._platform.wait_until_caught_up(name, CATCH_UP_TIMEOUT_S)

    def _say_that_it_is_checked(self) -> None:
        """The next run of a sweep begins now."""
        self.run["checking_since"] = datetime.now(UTC)
        with coredms.connect(self._endpoints.mongodb) as database:
            runs.record(database, self.run)

    def _counts(self) -> Counter[str]:
        """What the apps of the run counted together."""
        total: Counter[str] = Counter()
        for folder in self._folders.values():
            for counts in observed_counts(folder).values():
                total.update(counts)
        return total

    def _app_options(self) -> AppOptions:
        return load_app(self._arm.app).options_type.model_validate(self._options[0])

    def _parsed_options(self) -> Options:
        """Those of an app that computes windows."""
        return cast(Options, self._app_options())

    @contextmanager
    def _or_failed(self) -> Iterator[None]:
        try:
            yield
        except BaseException as error:
            self._give_up(error)
            raise

    def _give_up(self, error: BaseException) -> None:
        """End and delete what the run has started, but for the logs of its apps, which the reason may name."""
        reason = str(error) or type(error).__name__
        with uninterrupted():
            with suppress(KitError), coredms.connect(self._endpoints.mongodb) as database:
                # With what was measured until then; what cannot be written must not keep the run from being failed.
                with suppress(Exception):
                    runs.record(database, self.run)
                runs.fail(database, self.run["_id"], reason, traceback.format_exc())
            stops: list[Callable[[], object]] = [partial(self._platform.stop_app, app) for app in self.run["apps"]]
            for end in (*self._ends, *stops):
                with suppress(KitError):  # it may be what went wrong, or an app that has ended
                    end()
            self._tidy_up(keep_logs=True)

    def _tidy_up(self, keep_logs: bool = False) -> None:
        """What a run leaves is in coredms; its topics and checkpoints would only fill the disk.

        No run is failed for what cannot be deleted.
        """
        with suppress(KitError):
            delete_topics(self._endpoints.kafka, self._topics.all())
        for app in self.run["apps"]:
            with suppress(KitError, OSError):
                self._platform.forget_app(app, keep_logs)
        self._quiet.give_back()
