"""Lateness is made without touching a record, and judged by nothing but times and their order."""

import pandas as pd
import pytest

from mysimbdp import lateness

RECORDS = [b'{"timestamp": "2019-05-18 21:%02d:00", "id": %d}' % (minute, minute) for minute in range(60)]


def readings(*minutes: int) -> pd.DataFrame:
    times = [pd.Timestamp("2019-05-18 21:00", tz="UTC") + pd.Timedelta(minutes=minute) for minute in minutes]
    return pd.DataFrame({"time": times, "sensor_id": [str(number % 9) for number in range(len(times))]})


def test_holding_back_changes_the_order_and_nothing_else() -> None:
    disturbed = lateness.hold_back(RECORDS, share=0.3, max_delay_s=1200, seed=1)
    assert disturbed != RECORDS
    assert sorted(disturbed) == RECORDS


def test_the_seed_alone_decides_what_is_held_back() -> None:
    first, again, other = (lateness.hold_back(RECORDS, 0.3, 1200, seed) for seed in (1, 1, 2))
    assert first == again != other


@pytest.mark.parametrize(("share", "max_delay_s"), [(0.0, 1200), (1.0, 0)])
def test_where_nothing_is_held_back_the_order_stays(share: float, max_delay_s: float) -> None:
    assert lateness.hold_back(RECORDS, share, max_delay_s, seed=1) == RECORDS


@pytest.mark.parametrize(
    ("minutes", "late"),
    [
        ((0, 5, 10), [False, False, False]),
        ((10, 5), [False, False]),  # on the watermark is not below it
        ((10, 4), [False, True]),
        ((10, 4, 0, 20, 14), [False, True, True, False, True]),
    ],
)
def test_late_is_what_lies_more_than_the_watermark_behind_all_before_it(
    minutes: tuple[int, ...], late: list[bool]
) -> None:
    assert lateness.judge(readings(*minutes), watermark_minutes=5)["late"].tolist() == late


@pytest.mark.parametrize(("partitions", "chunk"), [(1, 7), (3, 1), (4, 7), (16, 100)])
def test_partitions_are_read_completely_and_each_in_its_order(partitions: int, chunk: int) -> None:
    in_order = readings(*range(60))
    as_read = lateness.read_by_partition(in_order, partitions, chunk, seed=1)
    assert sorted(as_read.index) == list(in_order.index)
    assert all(part.index.is_monotonic_increasing for _, part in as_read.groupby("partition"))
    assert (as_read.groupby("sensor_id")["partition"].nunique() == 1).all()


def test_one_partition_is_read_in_the_order_of_sending() -> None:
    in_order = readings(*range(60))
    assert lateness.read_by_partition(in_order, 1, 7, seed=1).index.tolist() == in_order.index.tolist()
