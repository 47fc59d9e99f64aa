"""The messages of a source, one after the other, ready to be sent."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from time import time_ns
from typing import Any

import orjson

from mysimbdp.decoding import event_time_us
from mysimbdp.sources.live import Emulation, due_time_us, dust_pool
from mysimbdp.sources.options import LIVE_DURATION_S, LIVE_MAX_DELAY_S, LIVE_RATE_PER_S, ProduceOptions
from mysimbdp.sources.outgoing import Outgoing
from mysimbdp.sources.recordings import check_recording, read_recording
from mysimbdp.sources.wrong_data import Kind, inject, kind_of


@dataclass(frozen=True)
class Source:
    """A source that has been checked: how many messages it gives, how fast (None: unpaced), and how to begin."""

    total: int
    rate_per_s: float | None
    start: Callable[[], Iterator[Outgoing]]


def open_source(options: ProduceOptions) -> Source:
    """Read the recording as far as it will be used, so that nothing is sent of one that is damaged.

    Raises:
        UsageError, KitError: the recording cannot be used.
    """
    return _replay(options) if options.mode == "replay" else _live(options)


def _replay(options: ProduceOptions) -> Source:
    """Records in their order; their bytes are untouched where nothing is injected."""
    total = check_recording(options.recording)
    if options.duration_s and options.rate_per_s:
        total = min(total, math.ceil(options.duration_s * options.rate_per_s))
    total = min(total, options.count or total)

    def start() -> Iterator[Outgoing]:
        for index, (raw, record) in enumerate(islice(read_recording(options.recording), total)):
            yield _recorded(options, index, record, raw)

    return Source(total, options.rate_per_s, start)


def _live(options: ProduceOptions) -> Source:
    """Emulated sensors; message i is taken to be sent at start + i ÷ rate."""
    rate_per_s = options.rate_per_s or LIVE_RATE_PER_S
    total = options.count or math.ceil((options.duration_s or LIVE_DURATION_S) * rate_per_s)
    max_delay_s = LIVE_MAX_DELAY_S if options.max_delay_s is None else options.max_delay_s
    pool = dust_pool(options.recording)
    sensors = Emulation(pool, options.sensors, max_delay_s, options.seed, options.wrong)

    def start() -> Iterator[Outgoing]:
        start_us = time_ns() // 1000
        for index in range(total):
            due_us = start_us + due_time_us(index, total, rate_per_s, options.time_factor)
            yield sensors.message(index, start_us + index, due_us)  # ids are unique also between runs

    return Source(total, rate_per_s, start)


def _recorded(options: ProduceOptions, index: int, record: dict[str, Any], raw: bytes) -> Outgoing:
    kind = kind_of(options.wrong, options.seed, index)
    if kind is not Kind.CLEAN:
        record = inject(record, kind, options.seed, index)
        raw = orjson.dumps(record)
    return Outgoing(raw, _key(record), kind, event_time_us(record, time_ns() // 1000))


def _key(record: dict[str, Any]) -> bytes | None:
    sensor = record.get("sensor")
    sensor_id = sensor.get("id") if isinstance(sensor, dict) else None
    return str(sensor_id).encode() if isinstance(sensor_id, int | str) else None
