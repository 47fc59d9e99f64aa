"""Messages that the broker has not confirmed yet: bounded in number and in event time, counted when settled."""

import time
from collections import Counter, deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from mysimbdp.errors import KitError
from mysimbdp.sources.transport import Delivery, RefusedError
from mysimbdp.sources.wrong_data import Kind

_LOOK_AGAIN_S = 0.001  # the broker takes some milliseconds


@dataclass
class Unacknowledged:
    """The messages under way, in the order of sending, and the counts of those that arrived."""

    settle_timeout_s: float  # by then the client has judged every message
    max_messages: int  # under way at once
    max_span_us: int | None = None  # of event time between the oldest message under way and the next; None: no bound
    check: Callable[[], None] = lambda: None  # called while waiting; what it raises ends that, and every count is right
    acknowledged: Counter[Kind] = field(default_factory=Counter)
    refused: int = 0
    _under_way: deque[tuple[int, Kind, Delivery]] = field(default_factory=deque)

    def make_room(self, clock_us: int) -> None:
        """Wait until a message with this event-time clock may be sent.

        Raises:
            KitError: the broker is gone.
        """
        while self._under_way and (len(self._under_way) >= self.max_messages or self._spans_too_much(clock_us)):
            self._settle_oldest(self.settle_timeout_s)

    def add(self, clock_us: int, kind: Kind, delivery: Delivery) -> None:
        self._under_way.append((clock_us, kind, delivery))

    def reap(self) -> None:
        """Count what has been settled, without waiting."""
        while self._under_way and self._under_way[0][2].settled:
            self._count_oldest()

    def drain(self, timeout_s: float | None = None) -> None:
        """Wait until everything is settled.

        Raises:
            KitError: the broker is gone, or `timeout_s` was not enough.
        """
        deadline_s = time.monotonic() + (timeout_s or self.settle_timeout_s)
        while self._under_way:
            self._settle_oldest(deadline_s - time.monotonic())

    def give_up(self) -> None:
        """Count what has arrived behind a message that has not, and forget the rest."""
        arrived = [sent for sent in self._under_way if sent[2].settled]
        self._under_way = deque(arrived)
        while self._under_way:
            with suppress(KitError):
                self._settle_oldest(0)

    def _spans_too_much(self, clock_us: int) -> bool:
        return self.max_span_us is not None and self._under_way[0][0] < clock_us - self.max_span_us

    def _settle_oldest(self, timeout_s: float) -> None:
        self._await_oldest(timeout_s)
        self._count_oldest()

    def _count_oldest(self) -> None:
        _, kind, delivery = self._under_way.popleft()
        try:
            delivery.confirm()
        except RefusedError:
            self.refused += 1
        else:
            self.acknowledged[kind] += 1

    def _await_oldest(self, timeout_s: float) -> None:
        _, _, delivery = self._under_way[0]
        deadline_s = time.monotonic() + timeout_s
        while not delivery.settled and time.monotonic() < deadline_s:
            self.check()
            time.sleep(_LOOK_AGAIN_S)
