"""Python's garbage collector in Spark's workers."""

import gc

from mysimbdp.garbage import collect_less
from mysimbdp.streamapp.parsing import _parser


def test_a_worker_does_not_look_at_its_modules_after_every_task() -> None:
    """Spark has a Python worker collect garbage after each task."""
    thresholds = gc.get_threshold()
    gc.set_threshold(700)  # an app that ran in this process may have been here before
    gc.unfreeze()
    collect_less.cache_clear()
    try:
        list(_parser(0, None)([]))
        assert gc.get_freeze_count() > 10_000
        assert gc.get_threshold()[0] > 700
    finally:
        gc.unfreeze()
        gc.set_threshold(*thresholds)
