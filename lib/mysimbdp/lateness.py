"""Late readings: made on purpose, judged by a clock, and what becomes of them when partitions are read in turn."""

import random
from collections.abc import Iterable
from zlib import crc32

import numpy as np
import orjson
import pandas as pd

from mysimbdp.decoding import parse_time


def hold_back(records: Iterable[bytes], share: float, max_delay_s: float, seed: int) -> list[bytes]:
    """The same records in another order: a share of them arrives up to `max_delay_s` after its recorded time.

    Nothing in a record is changed; one that is held back comes after everything that was recorded meanwhile.
    """
    draws = random.Random(seed)

    def arrival_us(record: bytes) -> int:
        time_us = int(parse_time(orjson.loads(record)["timestamp"]))
        held_back, delay_s = draws.random() < share, draws.random() * max_delay_s
        return time_us + round(delay_s * 1e6) * held_back

    return sorted(records, key=arrival_us)


def judge(readings: pd.DataFrame, watermark_minutes: float) -> pd.DataFrame:
    """The readings in their order, with `order`, the `watermark` when each arrived, and whether it is `late`.

    The watermark is the largest time that has arrived so far, less `watermark_minutes`.
    """
    watermark = readings["time"].cummax() - pd.Timedelta(minutes=watermark_minutes)
    return readings.assign(order=np.arange(len(readings)), watermark=watermark, late=readings["time"] < watermark)


def read_by_partition(readings: pd.DataFrame, partitions: int, chunk: int, seed: int) -> pd.DataFrame:
    """The readings in an order in which a topic of several partitions may be read; `partition` says from which.

    A sensor is always in the same partition, and a partition is read in its order, `chunk` readings at a time;
    which partition comes next is drawn at random.
    """
    partition = readings["sensor_id"].map(lambda sensor_id: crc32(sensor_id.encode()) % partitions)
    queues = [group.index.to_numpy() for _, group in readings.groupby(partition, sort=True)]
    turns = [number for number, queue in enumerate(queues) for _ in range(0, len(queue), chunk)]
    return readings.assign(partition=partition).loc[_take_turns(queues, turns, chunk, seed)]


def _take_turns(queues: list[np.ndarray], turns: list[int], chunk: int, seed: int) -> np.ndarray:
    """The positions in the queues, `chunk` at a time, the queues in a shuffled order of their turns."""
    random.Random(seed).shuffle(turns)
    taken = [0] * len(queues)
    parts = []
    for number in turns:
        parts.append(queues[number][taken[number] : taken[number] + chunk])
        taken[number] += chunk
    return np.concatenate(parts)
