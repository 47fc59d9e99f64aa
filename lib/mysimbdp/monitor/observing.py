"""Look after look at an instance, each judged: for the monitor's process, a terminal, a notebook."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import inf

from mysimbdp.documents import Observation, PlatformAlert
from mysimbdp.monitor.alerts import AlertBook
from mysimbdp.monitor.observer import Observer
from mysimbdp.monitor.rules import findings
from mysimbdp.service.home import Home
from mysimbdp.service.monitor import last_look
from mysimbdp.settings import Settings, load_settings

LOOK_EVERY_S = 2.0


@dataclass(frozen=True)
class Look:
    """What was seen, the alerts that stand, and those that this look has raised or cleared."""

    observation: Observation
    alerts: Sequence[PlatformAlert]
    changed: Sequence[PlatformAlert]


def observe(settings: Settings | None = None, duration_s: float = inf) -> Iterator[Look]:
    """Look at an instance now and then every two seconds; what is seen is written nowhere.

    Raises:
        KitError: the supervisor of the instance does not answer.
    """
    end_s = time.monotonic() + duration_s

    def pause() -> bool:
        time.sleep(LOOK_EVERY_S)
        return time.monotonic() > end_s

    return looks(settings or load_settings(), pause)


def looks(settings: Settings, pause: Callable[[], bool]) -> Iterator[Look]:
    """Look until `pause`, called after each look, returns true; go on with the alerts that the last monitor left.

    Raises:
        KitError: the supervisor of the instance does not answer.
    """
    before = last_look(Home(settings.home))
    book = AlertBook(before.alerts if before else ())
    with Observer(settings) as observer:
        while True:
            observation = observer.look()
            changed = book.update(observation["at"], findings(observation))
            yield Look(observation, book.raised, changed)
            if pause():
                return
