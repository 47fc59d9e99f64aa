"""The open-loop schedule: message i is due at start + i ÷ rate, whatever happened to those before it."""

import math
import time
from collections.abc import Callable, Iterator

MAX_CHUNK = 1000  # messages handed out at once, so that lateness is noted near the sending
LONGEST_WAIT_S = 0.5  # so that a slow schedule still notices what happens meanwhile
SHORTEST_WAIT_S = 1e-3  # to wake up for each of ten thousand messages a second costs more than to send them


class Schedule:
    """Hands out the indices of messages as they fall due; never re-anchored to when the last one was sent."""

    def __init__(
        self,
        rate_per_s: float,
        clock: Callable[[], float] = time.monotonic,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        self.rate_per_s = rate_per_s
        self._clock = clock
        self._wait = wait
        self._start_s = clock()

    def due_s(self, index: int) -> float:
        """When message `index` is due, in seconds after the start."""
        return index / self.rate_per_s

    def lateness_s(self, index: int) -> float:
        """How late it is now for message `index`."""
        return self._clock() - self._start_s - self.due_s(index)

    def due(self, count: int) -> Iterator[range]:
        """Yield ranges of due indices until `count` are handed out; empty ones while nothing is due."""
        handed_out = 0
        while handed_out < count:
            due_in_s = -self.lateness_s(handed_out)
            if due_in_s > 0:
                yield range(0)
                self._wait(min(max(due_in_s, SHORTEST_WAIT_S), LONGEST_WAIT_S))
                continue
            until = min(count, handed_out + MAX_CHUNK, self._due_by_now())
            until = max(until, handed_out + 1)
            yield range(handed_out, until)
            handed_out = until

    def _due_by_now(self) -> int:
        return math.floor((self._clock() - self._start_s) * self.rate_per_s) + 1


class Lateness:
    """Collects how late messages were sent, in constant memory: a histogram with steps of one per cent."""

    _STEP = math.log(1.01)
    _UNIT_S = 1e-6

    def __init__(self) -> None:
        self.max_s = 0.0
        self._counts: dict[int, int] = {}

    def add(self, lateness_s: float, messages: int = 1) -> None:
        self.max_s = max(self.max_s, lateness_s)
        bucket = math.ceil(math.log(max(lateness_s / self._UNIT_S, 1.0)) / self._STEP)
        self._counts[bucket] = self._counts.get(bucket, 0) + messages

    def quantile_s(self, q: float) -> float:
        """The lateness that a share `q` of the messages did not exceed, at most one per cent too high."""
        rank = q * sum(self._counts.values())
        seen = 0
        for bucket in sorted(self._counts):
            seen += self._counts[bucket]
            if seen >= rank:
                return min(math.exp(bucket * self._STEP) * self._UNIT_S, self.max_s)
        return 0.0
