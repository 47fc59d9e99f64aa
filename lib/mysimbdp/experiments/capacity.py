"""What one core can do: how fast a stopped app catches up, and which rate it sustains; found, not guessed."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import isnan, nan
from statistics import median

import pandas as pd

from mysimbdp import coredms
from mysimbdp.apps.progress import finished_batches
from mysimbdp.documents import Capacity, Drain, ProbeResult, ProgressDocument, RunDocument
from mysimbdp.experiments.checking import verify_in_pieces
from mysimbdp.experiments.latency_watch import LatencyWatch
from mysimbdp.experiments.measured_run import MeasuredRun, Setup
from mysimbdp.experiments.own_core import OwnCore
from mysimbdp.experiments.progress import progress_documents
from mysimbdp.experiments.recording import record_capacity
from mysimbdp.experiments.search import search
from mysimbdp.metrics import batches_frame, lag_trend
from mysimbdp.metrics.lag import TREND
from mysimbdp.metrics.runs import MIN_ACHIEVED_SHARE
from mysimbdp.metrics.summary import MAX_LAG_GROWTH
from mysimbdp.service.platform import Platform
from mysimbdp.sources import Generator, ProduceOptions, Summary

TOP_RATE_PER_S = 100_000.0  # of the load generator


@dataclass(frozen=True)
class SearchPlan:
    """How the limits of an arm are looked for.

    Attributes:
        sensors: emulated sensors.
        warm_up_messages: go through the app first, so that Java has compiled what it runs.
        drain_messages, drains: how many messages lie ready when the stopped app goes on, and how often that is done.
        first_rate_per_s, highest_rate_per_s: where the search for the sustainable rate begins, and ends at most.
        tolerance, confirmations: as of `search`.
        steady_s: how long the first rate is offered before the search: small batches have to warm up, too.
        settle_s, probe_s, confirm_s: how long a rate is offered before it is judged, while it is, and while it is to be
            confirmed.
    """

    sensors: int
    warm_up_messages: int
    drain_messages: int
    drains: int
    first_rate_per_s: float
    highest_rate_per_s: float
    tolerance: float
    confirmations: int
    steady_s: float
    settle_s: float
    probe_s: float
    confirm_s: float
    seed: int


class CapacityTrial(MeasuredRun):
    """A run of the experiment capacity. Its steps are called in order: `start`, `drain`, `search`, `finish`.

    The app's executors have a core of the machine to themselves; everything else shares the others.
    """

    def __init__(self, platform: Platform, setup: Setup, how: SearchPlan, run_id: str = "") -> None:
        """As `MeasuredRun`.

        Raises:
            KitError: as `OwnCore`.
        """
        super().__init__(platform, "capacity", setup, vars(how), run_id)
        self._how = how
        self._sent: Counter[str] = Counter()  # by kind of wrong data
        self._loads = 0
        self._latencies = LatencyWatch(self._endpoints.kafka, self._topics, self._parsed_options())
        with self._or_failed():
            self._core = OwnCore(platform)
            self._ends = [self._core.give_back]
        self._found = Capacity(
            drains=[], probes=[], drain_rate_per_s=0.0, sustainable_rate_per_s=0.0, failed_rate_per_s=None
        )

    def start(self) -> None:
        """Start the app on a core of its own, with a first backlog to warm up on, and let it catch up."""
        with self._or_failed():
            self._create_topics()
            self._send(self._how.warm_up_messages)
            self._start_apps()
            self._core.take()
            self._catch_up()
            self._core.take()  # also from what was started since

    def drain(self) -> list[Drain]:
        """Stop the app's executors, lay messages ready, and let them go on; as often as was said."""
        with self._or_failed():
            self._found["drains"] = [self._drain() for _ in range(self._how.drains)]
            self._found["drain_rate_per_s"] = median(drain["rate_per_s"] for drain in self._found["drains"])
            return self._found["drains"]

    def _drain(self) -> Drain:
        before, used_s = self._finished(), self._core.used_s()
        with self._core.stopped():
            self._send(self._how.drain_messages)
        began = datetime.now(UTC)
        self._catch_up()
        batches = self._batches(since=before)
        seconds = (max(batches["ended"]) - pd.Timestamp(began)).total_seconds()
        return Drain(
            messages=self._how.drain_messages,
            seconds=seconds,
            rate_per_s=self._how.drain_messages / seconds,
            core_s_per_million=1e6 * (self._core.used_s() - used_s) / self._how.drain_messages,
        )

    def search(self) -> list[ProbeResult]:
        """Find the sustainable rate; every rate that was tried is returned."""
        with self._or_failed():
            how = self._how
            if how.steady_s:
                self._send(round(how.first_rate_per_s * how.steady_s), how.first_rate_per_s)
                self._catch_up()
            found = search(self._probe, how.first_rate_per_s, how.highest_rate_per_s, how.tolerance, how.confirmations)
            self._found["sustainable_rate_per_s"] = found.sustained_per_s
            self._found["failed_rate_per_s"] = found.failed_per_s
            return self._found["probes"]

    def _probe(self, rate_per_s: float, confirming: bool) -> bool:
        before, began = self._finished(), datetime.now(UTC)
        lasts_s = self._how.settle_s + (self._how.confirm_s if confirming else self._how.probe_s)
        summary = self._send(round(rate_per_s * lasts_s), rate_per_s)
        ended = datetime.now(UTC)
        self._catch_up()
        begin = began + timedelta(seconds=self._how.settle_s)
        batches = self._batches(since=before)
        measured = batches[(batches["started"] >= begin) & (batches["started"] <= ended)]
        result = self._judged(rate_per_s, summary, measured, self._latencies.p99_ms(begin, ended), confirming)
        self._found["probes"].append(result)
        return not result["reason"]

    def _judged(
        self, rate_per_s: float, summary: Summary, batches: pd.DataFrame, p99_ms: float | None, confirming: bool
    ) -> ProbeResult:
        """Whether the rate was sustained: a short probe fails if the lag grew, a confirmation unless it did not."""
        trend = lag_trend(batches)
        slope, upper = (float(trend[column].iloc[0]) if len(trend) else nan for column in TREND)
        growth = upper if confirming else 2 * slope - upper
        allowed_ms = 1000 * self._setup.latency_objective_s
        reasons = {
            "the producer was too slow": summary.achieved_rate_per_s < MIN_ACHIEVED_SHARE * rate_per_s,
            "readings had no result": p99_ms is None,
            "results took too long": p99_ms is not None and p99_ms > allowed_ms,
            "the lag grew": not confirming and growth > MAX_LAG_GROWTH * rate_per_s,
            "the lag was not shown to stand still": confirming and not growth < MAX_LAG_GROWTH * rate_per_s,
        }
        return ProbeResult(
            offered_rate_per_s=rate_per_s,
            achieved_rate_per_s=summary.achieved_rate_per_s,
            processing_p99_ms=p99_ms,
            lag_slope_per_s=None if isnan(slope) else slope,
            lag_slope_upper_per_s=None if isnan(upper) else upper,
            confirming=confirming,
            batches=len(batches),
            reason=next((reason for reason, holds in reasons.items() if holds), ""),
        )

    def finish(self) -> RunDocument:
        """Stop the app, check every result of all that was sent, record everything, and delete the topics."""
        with self._or_failed():
            self._say_that_it_is_checked()
            for name in self._folders:
                self._platform.stop_app(name)
            self._core.give_back()
            options, counts = self._parsed_options(), self._counts()
            verification = verify_in_pieces(self._endpoints.kafka, self._topics, options, self._sent, counts)
            self.run["verification"], self.run["capacity"] = verification, self._found
            with coredms.connect(self._endpoints.mongodb) as database:
                record_capacity(database, self.run, self._progress(0))
            self._tidy_up()
        return self.run

    def _send(self, count: int, rate_per_s: float = TOP_RATE_PER_S) -> Summary:
        """Send messages, each other than all before, and return what the producer says of it."""
        self._loads += 1
        seed = 1000 * self._how.seed + self._loads
        load = ProduceOptions(
            count=count,
            rate_per_s=rate_per_s,
            sensors=self._how.sensors,
            topic_suffix=self._topics.suffix,
            transport="confluent",
            seed=seed,
        )
        with Generator.start(self._endpoints.kafka, load) as generator:
            self._core.keep_off(generator.pid)
            summary = generator.wait()
        self._sent.update(summary.delivered.model_dump())
        return summary

    def _finished(self) -> int:
        return sum(len(finished_batches(folder)) for folder in self._folders.values())

    def _progress(self, since: int) -> list[ProgressDocument]:
        documents: list[ProgressDocument] = []
        for app, folder in self._folders.items():
            documents += progress_documents(self.run["_id"], app, finished_batches(folder))
        return documents[since:]

    def _batches(self, since: int) -> pd.DataFrame:
        return batches_frame(self._progress(since))
