"""Ctrl-C, noticed between two steps: an exception in the middle of one would leave a message half counted."""

import signal
import threading
from types import FrameType
from typing import Self


class Interrupts:
    """Within this context SIGINT is noted and raised by the next `check`; a second one before that is raised at once.

    In a thread other than the main one there are no interrupts, and `check` does nothing.
    """

    def __init__(self) -> None:
        self._noted = False

    def __enter__(self) -> Self:
        self._hears = threading.current_thread() is threading.main_thread()
        if self._hears:
            self._before = signal.signal(signal.SIGINT, self._note)
        return self

    def __exit__(self, *_: object) -> None:
        if self._hears:
            signal.signal(signal.SIGINT, self._before)

    def check(self) -> None:
        """Raise KeyboardInterrupt if there was a SIGINT that was not raised yet."""
        if self._noted:
            self._noted = False
            raise KeyboardInterrupt

    def _note(self, _number: int, _frame: FrameType | None) -> None:
        if self._noted:
            raise KeyboardInterrupt
        self._noted = True
