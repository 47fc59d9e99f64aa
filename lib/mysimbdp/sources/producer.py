"""The producer: measurements from a source, on schedule, to Kafka, and an honest account of it."""

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import islice

from mysimbdp.contracts import MAX_EVENT_TIME_HEADER, Topics
from mysimbdp.errors import KitError
from mysimbdp.messaging import create_topics
from mysimbdp.sources.deliveries import Deliveries
from mysimbdp.sources.interrupts import Interrupts
from mysimbdp.sources.messages import Source, open_source
from mysimbdp.sources.older_recording import warning_of_older_recording
from mysimbdp.sources.options import ProduceOptions
from mysimbdp.sources.outgoing import Outgoing
from mysimbdp.sources.pacing import MAX_CHUNK, Lateness, Schedule
from mysimbdp.sources.summary import Delivered, Summary
from mysimbdp.sources.transport import Headers, Transport, open_transport

# A replay runs through hours of event time in seconds. What lies on the topic at any moment is complete up to
# this much event time, so that no partition is ahead of another by more than a fifth of the watermark.
REPLAY_SPAN_US = 60 * 1_000_000
_INTERRUPTED_FLUSH_S = 3.0
_PROGRESS_INTERVAL_S = 0.05  # telling of every chunk would cost more than sending it

Progress = Callable[[int, int], None]  # acknowledged so far, of how many


class ProduceError(KitError):
    """Sending broke off; `summary` says how far it had got."""

    def __init__(self, message: str, summary: Summary) -> None:
        super().__init__(message)
        self.summary = summary


def produce(kafka: str, options: ProduceOptions, progress: Progress | None = None) -> Summary:
    """Send measurements to the topic of `options` and return what became of them.

    Interrupted by Ctrl-C it stops sending, waits a moment for what is under way, and returns the summary so far.

    Raises:
        UsageError, KitError: the recording cannot be used, or the broker does not answer; nothing was sent.
        ProduceError: the broker went away meanwhile.
    """
    source = open_source(options)
    create_topics(kafka, Topics(options.topic_suffix))
    warning = warning_of_older_recording(kafka, options, source) if options.mode == "replay" else None
    opened = open_transport(kafka, options.topic, options.client, options.delivery_timeout_s)
    with opened as transport, Interrupts() as interrupts:
        run = _Run(transport, options, source, progress or (lambda *_: None), interrupts)
        try:
            run.send_all()
        except KeyboardInterrupt:
            run.stop_early()
        except KitError as error:
            raise run.broken_off(error) from None
        return run.summary().model_copy(update={"warning": warning})


class _Run:
    """One producer at work, and its counts."""

    def __init__(
        self,
        transport: Transport,
        options: ProduceOptions,
        source: Source,
        progress: Progress,
        interrupts: Interrupts,
    ) -> None:
        self._options = options
        self._source = source
        self._progress = progress
        self._interrupts = interrupts
        self._deliveries = Deliveries(
            transport,
            settle_timeout_s=options.delivery_timeout_s * 2,
            max_span_us=REPLAY_SPAN_US if options.mode == "replay" else None,
            check=interrupts.check,
        )
        self._lateness = Lateness()
        self._schedule = Schedule(source.rate_per_s) if source.rate_per_s else None
        self._start_s = self._told_s = time.monotonic()
        self._offered = 0
        self._clock_us = 0
        self._headers: Headers = []
        self._interrupted = False

    def send_all(self) -> None:
        messages = self._source.start()
        for due in self._due():
            self._interrupts.check()
            if due:
                self._send_due(due, messages)
            self._deliveries.look()
            if time.monotonic() - self._told_s > _PROGRESS_INTERVAL_S:
                self._tell()
        self._deliveries.drain()
        self._tell()

    def stop_early(self) -> None:
        self._interrupted = True
        with suppress(KitError):  # what is not confirmed by then is not counted as acknowledged
            self._deliveries.drain(_INTERRUPTED_FLUSH_S)
        self._deliveries.give_up()

    def broken_off(self, error: KitError) -> ProduceError:
        self._deliveries.give_up()
        summary = self.summary()
        reached = (
            f"{summary.acknowledged} of {self._source.total} messages were acknowledged, {summary.refused} refused"
        )
        return ProduceError(f"{str(error).rstrip('.')}: {reached}; see `mysimbdp status`.", summary)

    def _due(self) -> Iterator[range]:
        total = self._source.total
        if self._schedule:
            return self._schedule.due(total)
        return (range(first, min(first + MAX_CHUNK, total)) for first in range(0, total, MAX_CHUNK))

    def _tell(self) -> None:
        self._told_s = time.monotonic()
        self._progress(self._deliveries.acknowledged_so_far, self._source.total)

    def _send_due(self, due: range, messages: Iterator[Outgoing]) -> None:
        """Send a chunk of messages that are due; all count as late as the first or the last, whichever was later.

        Asking the clock for each would cost a tenth of what a fast sender has for it. What that can hide of one in
        the middle is at most the time in which the chunk fell due: `len(due)` ÷ rate.
        """
        self._offered += len(due)
        first_s = self._schedule.lateness_s(due[0]) if self._schedule else 0.0
        for message in islice(messages, len(due)):
            self._advance_clock(message.time_us)
            self._deliveries.send(message, self._clock_us, self._headers)
        if self._schedule:
            self._lateness.add(max(first_s, self._schedule.lateness_s(due[-1])), len(due))

    def _advance_clock(self, time_us: int | None) -> None:
        if time_us is not None and time_us > self._clock_us:
            self._clock_us = time_us
            self._headers = [(MAX_EVENT_TIME_HEADER, b"%d" % (time_us // 1000))]

    def summary(self) -> Summary:
        duration_s = time.monotonic() - self._start_s
        acknowledged = self._deliveries.acknowledged
        return Summary(
            mode=self._options.mode,
            topic=self._options.topic,
            recording=str(self._options.recording),
            seed=self._options.seed,
            transport=self._options.client,
            rate_per_s=self._source.rate_per_s,
            offered=self._offered,
            sent=self._deliveries.sent,
            acknowledged=acknowledged.total(),
            refused=self._deliveries.refused,
            delivered=Delivered(**{kind.value: number for kind, number in acknowledged.items()}),
            duration_s=duration_s,
            achieved_rate_per_s=acknowledged.total() / duration_s,
            max_lateness_ms=self._lateness.max_s * 1000 if self._schedule else None,
            p99_lateness_ms=self._lateness.quantile_s(0.99) * 1000 if self._schedule else None,
            interrupted=self._interrupted,
        )
