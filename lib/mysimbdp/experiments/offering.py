"""A load that is offered to its end, or until there is enough of it."""

import time
from collections.abc import Callable

from mysimbdp.sources import Generator, Summary

ASK_EVERY_S = 2.0


def wait_until_enough(generator: Generator, rate_per_s: float, enough: Callable[[], bool]) -> Summary:
    """Wait for a generator that sends so many messages a second, and stop it once it is `enough`, asked now and then.

    One that is nearly done is left to end by itself: it could no longer say what it has sent.

    Raises:
        UsageError, ProduceError, KitError: as `Generator.wait`.
    """
    asked_s = time.monotonic()

    def ask(acknowledged: int, total: int) -> None:
        nonlocal asked_s
        is_nearly_done = total - acknowledged < rate_per_s * ASK_EVERY_S
        if is_nearly_done or time.monotonic() - asked_s < ASK_EVERY_S:
            return
        if enough():
            generator.stop()
        asked_s = time.monotonic()

    return generator.wait(ask)
