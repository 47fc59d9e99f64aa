"""Batches as the monitor sees them, and the formulas over those of the last minute."""

import pytest

from mysimbdp.monitor.batches import Batch, bad_share, processed_rate_per_s


def batch(rows: int, duration_s: float = 1.0, bad: int = 0, query: str = "q") -> Batch:
    return Batch(query=query, ended_s=0.0, duration_s=duration_s, rows=rows, bad=bad, covered={})


def test_a_batch_ends_when_it_started_plus_what_it_took() -> None:
    found = Batch.of(
        {
            "name": "q",
            "timestamp": "1970-01-01T00:01:40.500Z",
            "numInputRows": 7,
            "durationMs": {"triggerExecution": 1500},
            "observedMetrics": {"counts": {"flawed": 2}},
            "sources": [{"endOffset": {"a": {"0": 3, "1": 4}}}, {"endOffset": {"b": {"0": 5}}}, {"endOffset": 99}],
        }
    )
    covered = {"a": {"0": 3, "1": 4}, "b": {"0": 5}}
    assert found == Batch(query="q", ended_s=102.0, duration_s=1.5, rows=7, bad=2, covered=covered)
    assert found.position == 12


@pytest.mark.parametrize(
    ("batches", "rate_per_s"),
    [
        ([], None),
        ([batch(0, duration_s=0.0)], None),
        ([batch(100, 0.5)], 200),
        ([batch(100, 0.5), batch(0, 0.5)], 100),
        ([batch(900, 9.0), batch(200, 1.0)], 110),  # not the mean of 100 and 200
        ([batch(100), batch(300, 2.0, query="p")], 250),  # side by side
    ],
)
def test_the_processed_rate_is_all_rows_by_all_time(batches: list[Batch], rate_per_s: float | None) -> None:
    assert processed_rate_per_s(batches) == rate_per_s


@pytest.mark.parametrize(
    ("batches", "share"),
    [
        ([], None),
        ([batch(0)], None),
        ([batch(10)], 0),
        ([batch(10, bad=10), batch(90)], 0.1),
    ],
)
def test_the_share_of_bad_messages_is_all_bad_by_all(batches: list[Batch], share: float | None) -> None:
    assert bad_share(batches) == share
