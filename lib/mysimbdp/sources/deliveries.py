"""The messages that were sent and what became of them: counted, bounded in number and in event time."""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from mysimbdp.errors import KitError
from mysimbdp.sources.outgoing import Outgoing
from mysimbdp.sources.transport import Headers, RefusedError, Transport
from mysimbdp.sources.wrong_data import Kind

_LOOK_AGAIN_S = 0.02  # the broker takes some milliseconds


@dataclass
class Deliveries:
    """Sends messages and keeps their account.

    What failed is heard of message by message; all else that is not under way any more was acknowledged.
    """

    transport: Transport
    settle_timeout_s: float  # by then the client has judged every message
    max_span_us: int | None = None  # of event time that is under way at once; None: no bound
    check: Callable[[], None] = lambda: None  # called while waiting; what it raises ends that, and every count is right
    refused: int = 0
    _sent: Counter[Kind] = field(default_factory=Counter)
    _failed: Counter[Kind] = field(default_factory=Counter)
    _room: int = 0
    _since_us: int = 0  # the clock of the first message that may be under way
    _broken: KitError | None = None

    def __post_init__(self) -> None:
        self._failures = {kind: partial(self._note_failure, kind) for kind in Kind}

    @property
    def sent(self) -> int:
        """How many messages the client took."""
        return self._sent.total()

    @property
    def acknowledged(self) -> Counter[Kind]:
        """How many messages of each kind are on the topic, once nothing is under way."""
        return self._sent - self._failed

    @property
    def acknowledged_so_far(self) -> int:
        """How many messages are on the topic by now."""
        return self.sent - self._failed.total() - self.transport.under_way()

    def send(self, message: Outgoing, clock_us: int, headers: Headers) -> None:
        """Hand a message to the client, once there is room for one with this event-time clock.

        Raises:
            KitError: the broker is gone.
        """
        self._room -= 1
        if self._room < 0 or self._spans_too_much(clock_us):
            self._make_room(clock_us)
        try:
            self.transport.send(message.value, message.key, headers, self._failures[message.kind])
        except RefusedError:
            self.refused += 1
        else:
            self._sent[message.kind] += 1

    def look(self) -> None:
        """Hear of failures, without waiting.

        Raises:
            KitError: the broker is gone.
        """
        self.transport.under_way()
        if self._broken:
            raise self._broken

    def drain(self, timeout_s: float | None = None) -> None:
        """Wait until the fate of every message is known.

        Raises:
            KitError: the broker is gone, or `timeout_s` was not enough.
        """
        self._wait_until(lambda: not self.transport.under_way(), self.transport.settle, timeout_s)

    def give_up(self) -> None:
        """Take what is under way for lost."""
        self.transport.give_up()

    def _make_room(self, clock_us: int) -> None:
        if self._spans_too_much(clock_us):
            self.drain()
            self._since_us = clock_us
        most = self.transport.max_under_way
        self._wait_until(lambda: self.transport.under_way() < most, time.sleep, None)
        self._room = most - self.transport.under_way() - 1

    def _spans_too_much(self, clock_us: int) -> bool:
        return self.max_span_us is not None and clock_us - self._since_us > self.max_span_us

    def _wait_until(self, done: Callable[[], bool], wait: Callable[[float], None], timeout_s: float | None) -> None:
        deadline_s = time.monotonic() + (self.settle_timeout_s if timeout_s is None else timeout_s)
        while not done():
            self.look()
            self.check()
            if time.monotonic() > deadline_s:
                raise KitError("Kafka stopped confirming messages (timeout)")
            wait(_LOOK_AGAIN_S)
        self.look()

    def _note_failure(self, kind: Kind, error: Exception) -> None:
        self._failed[kind] += 1
        if isinstance(error, RefusedError):
            self.refused += 1
        elif isinstance(error, KitError):
            self._broken = self._broken or error
