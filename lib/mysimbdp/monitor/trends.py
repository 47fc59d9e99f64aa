"""Numbers that change with time: what came last, how fast they change, and where they are heading."""

from collections import deque
from statistics import linear_regression

# Batches make the lag of a healthy app a saw: over less than this a line through it says nothing.
SHORTEST_TREND_S = 20.0


class Series:
    """The values of the last `span_s` seconds."""

    def __init__(self, span_s: float) -> None:
        self._span_s = span_s
        self._samples: deque[tuple[float, float]] = deque()

    def add(self, at_s: float, value: float) -> None:
        """Append a value; times ascend."""
        self._samples.append((at_s, value))
        while self._samples[0][0] < at_s - self._span_s:
            self._samples.popleft()

    @property
    def rate_per_s(self) -> float | None:
        """The change from the first value to the last, by the time between them; None of fewer than two."""
        covered_s = self._covered_s
        return (self._samples[-1][1] - self._samples[0][1]) / covered_s if covered_s else None

    @property
    def trend_per_s(self) -> float | None:
        """The slope of the line of least squares; None while the values cover less than 20 seconds."""
        if self._covered_s < SHORTEST_TREND_S:
            return None
        return linear_regression(*zip(*self._samples, strict=True)).slope

    @property
    def _covered_s(self) -> float:
        return self._samples[-1][0] - self._samples[0][0] if self._samples else 0.0
