"""How far an app is behind its topics, seen from outside: end offsets minus those of its last finished batches."""

import time
from collections.abc import Callable, Mapping
from pathlib import Path

from mysimbdp.apps.progress import Offsets, ProgressTail, covered
from mysimbdp.apps.spec import last_state
from mysimbdp.errors import KitError
from mysimbdp.messaging import EndOffsets

_POLL_S = 0.2


EndsOf = Callable[[str], Mapping[int, int]]  # the end offsets of a topic, by partition


class LagWatch:
    """How far one app is behind, at one look after the other; of its progress each reads only what is new."""

    def __init__(self, app_dir: Path) -> None:
        self._app_dir = app_dir
        self._progress = ProgressTail(app_dir)
        self._covered: dict[str, Offsets] = {}  # the end offsets of the last finished batch, by query

    def look(self, ends_of: EndsOf) -> int | None:
        """Messages in the topics of the app that no finished batch of it has covered; None before each query has one.

        Counted are the partitions that the app reads, which one of several instances shares with the others. A batch
        that a kill left without its progress counts as unfinished until the next one.
        """
        self._covered |= {batch["name"]: covered(batch) for batch in self._progress.new_batches()}
        driver = last_state(self._app_dir)
        if driver is None or not driver.queries or not self._covered.keys() >= set(driver.queries):
            return None
        total = 0
        for query in driver.queries:
            for topic, offsets in self._covered[query].items():
                ends = ends_of(topic)
                total += sum(ends[int(partition)] - offset for partition, offset in offsets.items())
        return total


def lag(ends_of: EndsOf, app_dir: Path) -> int | None:
    """What one look of a `LagWatch` says."""
    return LagWatch(app_dir).look(ends_of)


def in_words(behind: int | None) -> str:
    """A lag as a clause."""
    return "has not finished a batch yet" if behind is None else f"is {behind:,} messages behind"


def wait_until_caught_up(kafka: str, app_dir: Path, timeout_s: float, look: Callable[[int | None], None]) -> None:
    """Return once the app's finished batches cover all that lies in its topics.

    Args:
        look: is told the lag at every look, and may raise to end the wait.

    Raises:
        KitError: it is still behind after `timeout_s`.
    """
    deadline = time.monotonic() + timeout_s
    watch = LagWatch(app_dir)
    with EndOffsets(kafka) as ends:
        while (behind := watch.look(ends.of)) != 0:
            look(behind)
            if time.monotonic() > deadline:
                raise KitError(f"{app_dir.name} {in_words(behind)} after {timeout_s:g} s; see its log.")
            time.sleep(_POLL_S)
