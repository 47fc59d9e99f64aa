"""Python's garbage collector in Spark's workers."""

import gc
from functools import cache

_FIRST_LOOK_AT = 100_000  # objects made and not freed; Python's own 700 are a few messages


@cache
def collect_less() -> None:
    """Take what is there at the first task of a worker out of the collections of garbage, and have fewer of them.

    Spark has a worker collect after every task, which would look at every object of every module each time. Within a
    task Python would look through the messages in hand again and again, in which there are no cycles.
    """
    gc.freeze()
    gc.set_threshold(_FIRST_LOOK_AT)
