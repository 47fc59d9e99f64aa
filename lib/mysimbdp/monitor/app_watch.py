"""One start of an app, looked at again and again from outside."""

from collections import deque
from collections.abc import Sequence

from mysimbdp.apps.lag import EndsOf
from mysimbdp.apps.progress import ProgressTail
from mysimbdp.documents import Flow
from mysimbdp.errors import KitError
from mysimbdp.monitor.batches import Batch, bad_share, processed_rate_per_s
from mysimbdp.monitor.trends import Series
from mysimbdp.service.app_folder import AppFolder

RECENT_S = 60.0


class AppWatch:
    """Remembers what rates and trends are made of.

    Args:
        since_s: when the app was started; times are seconds since 1970.
    """

    def __init__(self, folder: AppFolder, since_s: float) -> None:
        self._progress = ProgressTail(folder.path)
        self._trigger_interval_s = float(folder.begun_with().options["trigger_interval_s"])
        self._recent: deque[Batch] = deque()
        self._last: dict[str, Batch] = {}  # by query
        self._lag, self._arrived = Series(RECENT_S), Series(RECENT_S)
        self._waiting_since_s = since_s

    def look(self, at_s: float, queries: Sequence[str], ends_of: EndsOf) -> Flow:
        """How messages go through the app now.

        Args:
            queries: those that it runs.
            ends_of: gives the end offsets of a topic, or raises KitError.
        """
        self._read_progress(at_s)
        lag = self._look_at_lag(at_s, queries, ends_of)
        last_s = max((batch.ended_s for batch in self._last.values()), default=None)
        return Flow(
            lag=lag,
            lag_trend_per_s=None if lag is None else self._lag.trend_per_s,
            input_rate_per_s=None if lag is None else self._arrived.rate_per_s,
            processed_rate_per_s=processed_rate_per_s(self._recent),
            batch_s=max((batch.duration_s for batch in self._last.values()), default=None),
            trigger_interval_s=self._trigger_interval_s,
            recent_messages=sum(batch.rows for batch in self._recent),
            bad_share=bad_share(self._recent),
            progress_age_s=None if last_s is None else max(0.0, at_s - last_s),
            waiting_s=max(0.0, at_s - self._waiting_since_s),
        )

    def _read_progress(self, at_s: float) -> None:
        for progress in self._progress.new_batches():
            batch = Batch.of(progress)
            self._last[batch.query] = batch
            self._recent.append(batch)
            self._waiting_since_s = max(self._waiting_since_s, batch.ended_s)
        while self._recent and self._recent[0].ended_s < at_s - RECENT_S:
            self._recent.popleft()

    def _look_at_lag(self, at_s: float, queries: Sequence[str], ends_of: EndsOf) -> int | None:
        """The lag, unless a query has not finished a batch yet or the broker does not tell.

        Only an app that is known to have messages waits.
        """
        if not queries or not self._last.keys() >= set(queries):
            return None
        try:
            arrived = sum(_ends(self._last[query], ends_of) for query in queries)
        except KitError:
            self._waiting_since_s = at_s
            return None
        lag = arrived - sum(self._last[query].position for query in queries)
        self._arrived.add(at_s, arrived)
        self._lag.add(at_s, lag)
        if lag == 0:
            self._waiting_since_s = at_s
        return lag


def _ends(batch: Batch, ends_of: EndsOf) -> int:
    """Where the partitions that a batch read end, added up."""
    ends = {topic: ends_of(topic) for topic in batch.covered}
    return sum(ends[topic].get(int(partition), 0) for topic, offsets in batch.covered.items() for partition in offsets)
