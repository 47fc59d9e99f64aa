"""When a load has lasted long enough: the warm-up is over, and then some."""

import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from mysimbdp.apps.progress import finished_batches
from mysimbdp.apps.spec import last_state

# A load that has not warmed up by then ends all the same, and its run says what it could not measure.
WARM_UP_LIMIT_S = 180.0
LOOK_S = 0.25


class LoadEnd:
    """Watches the batches of a run's apps while a load is on; asked often, it looks a few times a second.

    The warm-up is over when every query has finished `warm_up_batches` batches that read messages, or at least one
    batch, and `warm_up_s` have passed since the load began. What is measured starts there and lasts `duration_s`.
    """

    def __init__(
        self,
        folders: Iterable[Path],
        warm_up_s: float,
        warm_up_batches: int,
        duration_s: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._folders = list(folders)
        self._warm_up_s = warm_up_s
        self._warm_up_batches = warm_up_batches
        self._duration_s = duration_s
        self._clock = clock
        self._began_s = self._looked_s = clock()
        self._warm_s: float | None = None

    def left_s(self) -> float:
        """How long the load goes on at least; nothing once it has lasted long enough."""
        if self._warm_s is None and self._clock() - self._looked_s >= LOOK_S:
            self._looked_s = self._clock()
            self._warm_s = self._looked_s if self._is_warm() else None
        if self._warm_s is None:
            return self._duration_s
        return max(0.0, self._warm_s + self._duration_s - self._clock())

    def _is_warm(self) -> bool:
        if self._clock() - self._began_s < self._warm_up_s:
            return False
        return all(self._has_warmed_up(folder) for folder in self._folders)

    def _has_warmed_up(self, folder: Path) -> bool:
        state, batches = last_state(folder), finished_batches(folder)
        return state is not None and all(self._is_past(query, batches) for query in state.queries)

    def _is_past(self, query: str, batches: Iterable[dict[str, Any]]) -> bool:
        """An app whose partitions stay empty has nothing to warm up with: its first batch will do."""
        of_query = [batch for batch in batches if batch["name"] == query]
        reading = sum(batch["numInputRows"] > 0 for batch in of_query)
        return bool(of_query) and (reading >= self._warm_up_batches or not reading)
