"""How far an app is behind its topics, seen from outside: end offsets minus those of its last finished batches."""

import time
from collections.abc import Callable, Mapping
from pathlib import Path

from mysimbdp.apps.progress import finished_batches
from mysimbdp.apps.spec import last_state
from mysimbdp.errors import KitError
from mysimbdp.messaging import EndOffsets

Offsets = dict[str, dict[str, int]]  # topic → partition → offset
_POLL_S = 0.2


EndsOf = Callable[[str], Mapping[int, int]]  # the end offsets of a topic, by partition


def lag(ends_of: EndsOf, app_dir: Path) -> int | None:
    """Messages in the topics of an app that no finished batch of it has covered; None before each query has one.

    Counted are the partitions that the app reads, which one of several instances shares with the others. A batch that
    a kill left without its progress counts as unfinished until the next one.
    """
    finished = _finished(app_dir)
    driver = last_state(app_dir)
    if driver is None or not driver.queries or not finished.keys() >= set(driver.queries):
        return None
    total = 0
    for query in driver.queries:
        for topic, covered in finished[query].items():
            ends = ends_of(topic)
            total += sum(ends[int(partition)] - offset for partition, offset in covered.items())
    return total


def wait_until_caught_up(kafka: str, app_dir: Path, timeout_s: float, look: Callable[[int | None], None]) -> None:
    """Return once the app's finished batches cover all that lies in its topics.

    Args:
        look: is told the lag at every look, and may raise to end the wait.

    Raises:
        KitError: it is still behind after `timeout_s`.
    """
    deadline = time.monotonic() + timeout_s
    with EndOffsets(kafka) as ends:
        while (behind := lag(ends.of, app_dir)) != 0:
            look(behind)
            if time.monotonic() > deadline:
                raise KitError(f"{app_dir.name} is still {behind} messages behind after {timeout_s:g} s.")
            time.sleep(_POLL_S)


def _finished(app_dir: Path) -> dict[str, Offsets]:
    """The end offsets of the last finished batch, by query."""
    batches = finished_batches(app_dir)
    return {batch["name"]: batch["sources"][0]["endOffset"] for batch in batches}
