"""The ceiling of the load generator on this machine: how much it can send, and how punctual it is at half of that."""

import os
from typing import Any, get_args

from pydantic import BaseModel, ConfigDict, Field

from mysimbdp.contracts import Topics
from mysimbdp.errors import UsageError
from mysimbdp.messaging import create_topics, delete_topics
from mysimbdp.sources.generator import Generator
from mysimbdp.sources.options import ProduceOptions
from mysimbdp.sources.summary import Summary
from mysimbdp.sources.transport import Client

FASTER_THAN_ANY_PER_S = 1e6
COUNTS = {"kafka-python": 30_000, "confluent": 300_000}  # a few seconds each
HALF_DURATION_S = 3.0

_FOUND_OR_FIXED = ("mode", "rate_per_s", "duration_s", "count", "transport", "topic_suffix")


class Ceiling(BaseModel):
    """What one transport reached."""

    model_config = ConfigDict(frozen=True)

    transport: Client
    ceiling_per_s: float = Field(description="messages acknowledged a second, as fast as it could")
    half_rate_per_s: float = Field(description="the rate of the second run: half of the ceiling")
    half_achieved_per_s: float
    half_p99_lateness_ms: float
    half_max_lateness_ms: float
    one_core: bool = Field(description="whether the generator was held on one core")


def self_test(kafka: str, options: ProduceOptions, partitions: int | None = None) -> list[Ceiling]:
    """Send messages as `options` describe them to a topic of its own, which is deleted again; takes about 15 s.

    Raises:
        UsageError: the options say what the test finds or fixes by itself; nothing was started.
        KitError: the broker does not answer, or went away.
    """
    _refuse(options)
    topics = Topics(f"selftest-{os.getpid()}")
    create_topics(kafka, topics, partitions)
    try:
        shape = options.model_copy(update={"topic_suffix": topics.suffix})
        return [_ceiling(kafka, shape, client) for client in get_args(Client)]
    finally:
        delete_topics(kafka, topics.all())


def _refuse(options: ProduceOptions) -> None:
    for name in _FOUND_OR_FIXED:
        if getattr(options, name) != ProduceOptions.model_fields[name].default:
            raise UsageError(f"A self-test finds or fixes {', '.join(_FOUND_OR_FIXED)} by itself: leave out {name}.")


def _ceiling(kafka: str, shape: ProduceOptions, client: Client) -> Ceiling:
    with Generator.start(kafka) as generator:

        def run(**pace: Any) -> Summary:
            generator.offer(shape.model_copy(update={"transport": client, **pace}))
            return generator.wait()

        pinned = _pin(generator.pid)
        fast = run(rate_per_s=FASTER_THAN_ANY_PER_S, count=COUNTS[client])
        half_per_s = fast.achieved_rate_per_s / 2
        half = run(rate_per_s=half_per_s, duration_s=HALF_DURATION_S)
    return Ceiling(
        transport=client,
        ceiling_per_s=fast.achieved_rate_per_s,
        half_rate_per_s=half_per_s,
        half_achieved_per_s=half.achieved_rate_per_s,
        half_p99_lateness_ms=half.p99_lateness_ms or 0.0,
        half_max_lateness_ms=half.max_lateness_ms or 0.0,
        one_core=pinned,
    )


def _pin(pid: int) -> bool:
    """Hold a process, and the threads that it will start, on one of our cores; False where the system cannot."""
    if not hasattr(os, "sched_setaffinity"):
        return False
    os.sched_setaffinity(pid, {max(os.sched_getaffinity(0))})
    return True
