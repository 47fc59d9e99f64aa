"""What one core can do: how fast a stopped app catches up, and which rate it sustains; found, not guessed."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from mysimbdp.contracts import Topics
from mysimbdp.documents import Capacity, Drain, ProbeResult
from mysimbdp.experiments.drain_trial import DrainTrial
from mysimbdp.experiments.latency_watch import LatencyWatch
from mysimbdp.experiments.measured_run import CATCH_UP_TIMEOUT_S, Setup
from mysimbdp.experiments.probes import is_lost, judged
from mysimbdp.experiments.search import search
from mysimbdp.messaging import await_messages, create_topics, delete_topics
from mysimbdp.metrics import until_settled
from mysimbdp.metrics.batches import that_read
from mysimbdp.service.platform import Platform
from mysimbdp.sources import Generator, ProduceOptions

PROMPT_RATE_PER_S = 250.0  # above it the published app fell behind


@dataclass(frozen=True)
class SearchPlan:
    """How the latency of an arm is measured, and its sustainable rate looked for.

    Attributes:
        prompt_s: how long a rate far below the limit is offered for the latency of results.
        first_rate_per_s, highest_rate_per_s: where the search begins, and ends at most.
        tolerance, confirmations: as of `search`.
        steady_s: the first rate is offered so long before the search, and again while batches get quicker by that:
            batches of a rate have to warm up, too.
        settle_s, probe_s, confirm_s: how long a rate is offered before it is judged, while it is in a short probe, and
            in a thorough one. A rate is given up sooner where its results have taken too long already.
        search_s: when the search is late, as of `search`.
    """

    prompt_s: float
    first_rate_per_s: float
    highest_rate_per_s: float
    tolerance: float
    confirmations: int
    steady_s: float
    settle_s: float
    probe_s: float
    confirm_s: float
    search_s: float


class CapacityTrial(DrainTrial):
    """A run of the experiment capacity: after `start` come `steady`, `search`, `prompt`, `drain` and `busy_drain`, then
    `finish`."""

    def __init__(
        self, platform: Platform, setup: Setup, how: SearchPlan, sensors: int, seed: int, run_id: str = ""
    ) -> None:
        """As `DrainTrial`."""
        super().__init__(platform, "capacity", setup, sensors, seed, vars(how), run_id)
        self._how = how
        self._latencies = LatencyWatch(self._endpoints.kafka, self._topics, self._parsed_options(), setup.apps)
        self._found = self.run["capacity"] = Capacity(
            steady_batches_ms=[],
            prompt=None,
            probes=[],
            busy_drains=[],
            sustainable_rate_per_s=0.0,
            failed_rate_per_s=None,
        )

    def steady(self) -> list[float]:
        """Offer the first rate, on all cores, until batches get no quicker; return the medians, ms."""
        medians_ms = self._found["steady_batches_ms"]
        with self._or_failed():
            if self._how.steady_s:
                with self._cores.shared():
                    until_settled(self._steady_median_ms, medians_ms)
            return medians_ms

    def _steady_median_ms(self) -> float:
        began, rate_per_s = datetime.now(UTC), self._how.first_rate_per_s
        self._send(round(rate_per_s * self._how.steady_s), rate_per_s)
        self._catch_up()
        return float(that_read(self._batches(since=began))["duration_ms"].median())

    def search(self) -> list[ProbeResult]:
        """Find the sustainable rate; every rate that was tried is returned."""
        with self._or_failed():
            how, begun_s = self._how, time.monotonic()

            def is_late() -> bool:
                return time.monotonic() - begun_s > how.search_s

            rates_per_s = how.first_rate_per_s, how.highest_rate_per_s
            found = search(self._probe, *rates_per_s, how.tolerance, how.confirmations, is_late)
            self._found["sustainable_rate_per_s"] = found.sustained_per_s
            self._found["failed_rate_per_s"] = found.failed_per_s
            return self._found["probes"]

    def prompt(self) -> ProbeResult | None:
        """Offer a rate far below the limit for a while: how prompt results are. None where that is left out."""
        with self._or_failed():
            if self._how.prompt_s:
                self._found["prompt"] = self._offer(PROMPT_RATE_PER_S, self._how.prompt_s)
            return self._found["prompt"]

    def busy_drain(self, messages: int) -> list[Drain]:
        """As `drain`, while producer and broker are as busy as at the sustainable rate, with messages of other topics.

        The app's work is that of a drain, what it shares a machine with is that of the rate. Left out where no rate was
        sustained.

        Raises:
            KitError: the producer broke off.
        """
        with self._or_failed():
            if rate_per_s := self._found["sustainable_rate_per_s"]:
                self._found["busy_drains"].append(self._drain(messages, self._busy(rate_per_s)))
            return self._found["busy_drains"]

    @contextmanager
    def _busy(self, rate_per_s: float) -> Iterator[None]:
        """A load that no app reads, on the cores of the producer, which has begun when this is entered."""
        kafka, topics = self._endpoints.kafka, Topics(f"{self._topics.suffix}-busy")
        load = ProduceOptions(
            rate_per_s=rate_per_s,
            duration_s=CATCH_UP_TIMEOUT_S,
            sensors=self._sensors,
            topic_suffix=topics.suffix,
            transport="confluent",
        )
        create_topics(kafka, topics, self._setup.partitions)
        try:
            with Generator.start(kafka) as generator:
                self._cores.keep_off(generator.pid)
                generator.offer(load)
                await_messages(kafka, topics.measurements, 1)
                yield
                generator.stop()
        finally:
            delete_topics(kafka, topics.all())

    def _probe(self, rate_per_s: float, thorough: bool) -> bool:
        result = self._offer(rate_per_s, self._how.confirm_s if thorough else self._how.probe_s, thorough)
        self._found["probes"].append(result)
        return not result["reason"]

    def _offer(self, rate_per_s: float, measured_s: float, thorough: bool = False) -> ProbeResult:
        began, objective_s = datetime.now(UTC), self._setup.latency_objective_s
        begin = began + timedelta(seconds=self._how.settle_s)

        def lost() -> bool:
            return is_lost(self._batches(since=began), begin, measured_s, objective_s)

        summary = self._send(round(rate_per_s * (self._how.settle_s + measured_s)), rate_per_s, enough=lost)
        ended = datetime.now(UTC)
        self._catch_up()
        batches = self._batches(since=began)
        measured = batches[(batches["started"] >= begin) & (batches["started"] <= ended)]
        latency, achieved_per_s = self._latencies.between(begin, ended), summary.achieved_rate_per_s
        return judged(rate_per_s, achieved_per_s, measured, latency, objective_s, thorough, summary.interrupted)
