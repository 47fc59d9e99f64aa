"""How fast a stopped app catches up, on a core of its own."""

from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, nullcontext
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

import pandas as pd

from mysimbdp import coredms
from mysimbdp.apps.progress import ProgressTail
from mysimbdp.documents import Drain, ProgressDocument, RunDocument, SmallBatch, Verification
from mysimbdp.experiments.checking import verify_in_pieces
from mysimbdp.experiments.measured_run import MeasuredRun, Setup
from mysimbdp.experiments.offering import wait_until_enough
from mysimbdp.experiments.own_cores import OwnCores
from mysimbdp.experiments.progress import progress_documents
from mysimbdp.experiments.recording import record_drains
from mysimbdp.messaging import end_offsets
from mysimbdp.metrics import batches_frame, drained_s
from mysimbdp.service.platform import Platform
from mysimbdp.sources import Generator, ProduceOptions, Summary

BACKLOG_RATE_PER_S = 1e6  # faster than any producer: a backlog is laid ready as fast as that can be done
# Short beside a slide of the windows: while readings lie on both sides of a window's edge a batch has a third more
# results, so that what a load costs would depend on the clock (docs/decisions/0031).
MAX_DELAY_S = 10.0
_NOTHING = nullcontext()


class DrainTrial(MeasuredRun):
    """A run of an experiment with backlogs. Its steps in their order, some of which an experiment leaves out: `start`,
    `follow`, `drain`, `trickle`, `finish`.

    Once it has started the app has a core of the machine to itself, driver and executor, and two apps have two;
    everything else shares the others, and where none are left, all of them.
    """

    def __init__(
        self,
        platform: Platform,
        experiment: str,
        setup: Setup,
        sensors: int,
        seed: int,
        parameters: Mapping[str, Any] = {},
        run_id: str = "",
    ) -> None:
        """As `MeasuredRun`; messages are those of so many emulated sensors, and no load repeats an earlier one.

        Raises:
            KitError: as `OwnCores`.
        """
        super().__init__(platform, experiment, setup, {"sensors": sensors, "seed": seed, **parameters}, run_id)
        self._sensors, self._seed = sensors, seed
        self._sent: Counter[str] = Counter()  # by kind of wrong data
        self._loads = 0
        self._backlog: dict[int, int] = {}  # the offsets where the last one begins
        self._backlog_messages = 0  # how many it has
        self._tails: dict[str, ProgressTail] = {}  # by app
        self._progress_so_far: list[ProgressDocument] = []
        with self._or_failed():
            self._cores = OwnCores(platform, setup.apps)
            self._ends.append(self._cores.give_back)
        self.run["drains"] = []

    def start(self, warm_up_messages: int) -> None:
        """Start the app, which catches up with a first backlog to warm up on (0: none), and keep it to its cores.

        The backlog is sent while the app starts. Until it has caught up it may run on every core: Java compiles
        meanwhile, and the run before may be checked. It returns when no other run of the instance is measured or
        checked any more.

        Raises:
            KitError: the app did not catch up, or another run does not end.
        """
        with self._or_failed():
            self.run["parameters"]["warm_up_messages"] = warm_up_messages
            self._create_topics()
            with ThreadPoolExecutor() as starting:
                started = starting.submit(self._start_apps)
                if warm_up_messages:
                    self._send(warm_up_messages)
                started.result()
            self._catch_up()
            self._quiet.wait()
            self._cores.take()

    def follow(self, rate_per_s: float, duration_s: float, time_factor: int = 1) -> None:
        """Offer a load for a while, so that what runs once in a batch becomes warm, too.

        Event time of a first load may run faster than the clock, and ends with the load; later it would begin before
        what was sent already, and be too late.
        """
        with self._or_failed():
            self._send(round(rate_per_s * duration_s), rate_per_s, time_factor)
            self._catch_up()

    def drain(self, messages: int, times: int = 1) -> list[Drain]:
        """Stop the app where it stands, lay so many messages ready, and let it go on; return all drains so far."""
        with self._or_failed():
            for _ in range(times):
                self.run["drains"].append(self._drain(messages))
            return self.run["drains"]

    def trickle(self, rate_per_s: float, duration_s: float, settle_s: float) -> list[SmallBatch]:
        """Offer a small rate for a while, and return the batches that began in it, after a time to settle."""
        with self._or_failed():
            settled = datetime.now(UTC) + timedelta(seconds=settle_s)
            self._send(round(rate_per_s * (settle_s + duration_s)), rate_per_s)
            self._catch_up()
            batches = self._batches(since=settled)
            small = batches[(batches["started"] >= settled) & (batches["rows"] > 0)]
            self.run["small_batches"] = [
                SmallBatch(messages=int(rows), seconds=duration_ms / 1000)
                for rows, duration_ms in small[["rows", "duration_ms"]].to_numpy()
            ]
            return self.run["small_batches"]

    def _drain(self, messages: int, beside: AbstractContextManager[None] = _NOTHING) -> Drain:
        """A drain, within what else is to go on from when the messages lie ready until they are read."""
        used_before_s = self._cores.used_s()
        self._backlog = end_offsets(self._endpoints.kafka, self._topics.measurements)
        self._backlog_messages = messages
        with ExitStack() as going_on:
            with self._cores.stopped():
                laid_ready = self._send(messages)
                going_on.enter_context(beside)
            began = datetime.now(UTC)
            self._catch_up()
            used_s = self._cores.used_s() - used_before_s
        seconds = drained_s(self._batches(since=began), began)
        return Drain(
            messages=messages,
            seconds=seconds,
            rate_per_s=messages / seconds,
            core_s_per_million=1e6 * used_s / messages,
            load_ceiling_per_s=laid_ready.achieved_rate_per_s,
        )

    def finish(self) -> RunDocument:
        """Stop the app, check every result of all that was sent, record everything, and delete the topics."""
        with self._or_failed():
            self._say_that_it_is_checked()
            self._generator.close()
            self._stop_apps()
            self._cores.give_back()
            self.run["verification"] = self._verified()
            with coredms.connect(self._endpoints.mongodb) as database:
                record_drains(database, self.run, self._progress())
            self._tidy_up()
        return self.run

    def _verified(self) -> Verification:
        """What a comparison of all results with an independent computation gives."""
        options, counts = self._parsed_options(), self._counts()
        return verify_in_pieces(self._endpoints.kafka, self._topics, options, self._sent, counts)

    def _send(
        self,
        count: int,
        rate_per_s: float = BACKLOG_RATE_PER_S,
        time_factor: int = 1,
        enough: Callable[[], bool] = lambda: False,
    ) -> Summary:
        """Send messages, and return what the producer says of it; it is stopped once it is `enough`."""
        self._loads += 1
        seed = 1000 * self._seed + self._loads
        load = ProduceOptions(
            count=count,
            rate_per_s=rate_per_s,
            sensors=self._sensors,
            max_delay_s=MAX_DELAY_S,
            time_factor=time_factor,
            topic_suffix=self._topics.suffix,
            transport="confluent",
            seed=seed,
        )
        self._generator.offer(load)
        summary = wait_until_enough(self._generator, rate_per_s, enough)
        self._sent.update(summary.delivered.model_dump())
        return summary

    @cached_property
    def _generator(self) -> Generator:
        """One process sends all loads of the run, off the cores of the apps."""
        generator = Generator.start(self._endpoints.kafka)
        self._ends.append(generator.close)
        self._cores.keep_off(generator.pid)
        return generator

    def _stop_apps(self) -> None:
        for app in self._platform.app_states():
            if app.pid and app.name in self._folders:
                self._platform.stop_app(app.name)

    def _progress(self) -> list[ProgressDocument]:
        """Of all batches so far; each is read once, since a load under way is looked at again and again."""
        for app, folder in self._folders.items():
            new = self._tails.setdefault(app, ProgressTail(folder)).new_batches()
            self._progress_so_far += progress_documents(self.run["_id"], app, new)
        return self._progress_so_far

    def _batches(self, since: datetime) -> pd.DataFrame:
        """Those of all apps that have ended since then."""
        batches = batches_frame(self._progress())
        return batches[batches["ended"] > since]
