"""When a load has lasted long enough: the warm-up is over, and then some."""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from mysimbdp.apps.progress import finished_batches
from mysimbdp.apps.spec import DriverPhase, last_state
from mysimbdp.errors import KitError

# Counted from before the apps start. A load that has not warmed up by then ends all the same, and its run says what it
# could not measure.
WARM_UP_LIMIT_S = 180.0
LOOK_S = 0.25


class LoadEnd:
    """Watches the batches of a run's apps while a load is on; asked often, it looks a few times a second.

    The warm-up is over when every query that has something to read has finished its first batch and `warm_up_batches`
    batches that read messages, `warm_up_s` have passed since it began to watch, and no other run is at work. What is
    measured starts there and lasts `duration_s`, or longer, until there is enough to measure.

    Args:
        lag: how far the app in a folder is behind, as `apps.lag` tells; it knows whether an app has nothing to read.
        try_quiet: takes the quiet of the instance if no other run is at work, and says whether it is this run's.
        is_enough: whether something could be measured if the load ended now.
    """

    def __init__(
        self,
        folders: Iterable[Path],
        warm_up_s: float,
        warm_up_batches: int,
        duration_s: float,
        lag: Callable[[Path], int | None],
        try_quiet: Callable[[], bool] = lambda: True,
        is_enough: Callable[[], bool] = lambda: True,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._folders = list(folders)
        self._warm_up_s = warm_up_s
        self._warm_up_batches = warm_up_batches
        self._duration_s = duration_s
        self._try_quiet = try_quiet
        self._is_enough = is_enough
        self._lag = lag
        self._clock = clock
        self._began_s = self._looked_s = clock()
        self._warm_s: float | None = None
        self._has_enough = False

    def left_s(self) -> float:
        """How long the load goes on at least; nothing once it has lasted long enough.

        Raises:
            KitError: an app has failed, so that nothing more is to be measured.
        """
        if self._clock() - self._looked_s >= LOOK_S:
            self._looked_s = self._clock()
            self._look()
        if self._warm_s is None:
            return self._duration_s
        left_s = self._warm_s + self._duration_s - self._clock()
        return left_s if left_s > 0 else 0.0 if self._has_enough else LOOK_S

    def _look(self) -> None:
        for folder in self._folders:
            _require_well(folder)
        if self._warm_s is None:
            is_quiet = self._try_quiet()  # asked from the first look on: what is measured begins when it is
            self._warm_s = self._looked_s if is_quiet and self._is_warm() else None
        elif self._looked_s >= self._warm_s + self._duration_s:
            self._has_enough = self._is_enough()

    def _is_warm(self) -> bool:
        if self._clock() - self._began_s < self._warm_up_s:
            return False
        waiting = [folder for folder in self._folders if not self._has_warmed_up(folder)]
        return len(waiting) < len(self._folders) and all(map(self._has_nothing_to_read, waiting))

    def _has_warmed_up(self, folder: Path) -> bool:
        batches = finished_batches(folder)
        finished = {batch["name"] for batch in batches}
        reading = Counter(batch["name"] for batch in batches if batch["numInputRows"])
        return all(name in finished and reading[name] >= self._warm_up_batches for name in _queries(folder))

    def _has_nothing_to_read(self, folder: Path) -> bool:
        """Of several instances, one may have partitions that stay empty."""
        return not any(batch["numInputRows"] for batch in finished_batches(folder)) and self._lag(folder) == 0


def _require_well(folder: Path) -> None:
    state = last_state(folder)
    if state and state.state is DriverPhase.FAILED:
        raise KitError(f"{folder.name} failed while it was measured: {state.reason}")


def _queries(folder: Path) -> Sequence[str]:
    """The queries of an app that runs."""
    state = last_state(folder)
    return state.queries if state else ()
