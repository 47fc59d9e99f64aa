"""Drains as frames, from run documents made by hand."""

import pytest

from mysimbdp.documents import ProgressDocument, RunDocument
from mysimbdp.metrics import batches_frame, drain_medians, drained_s, drains_frame
from tests.metrics.made import VERIFIED, at, batch, run


def drained(run_id: str, rates: list[float], sensors: int = 1000, **of_point: int) -> RunDocument:
    """A run with a drain of each of these rates."""
    document = run(run_id, parameters={"sensors": sensors, **of_point})
    document["drains"] = [
        {"messages": 2000, "seconds": 2000 / rate, "rate_per_s": rate, "core_s_per_million": 1e6 / rate}
        for rate in rates
    ]
    return document


def test_a_point_is_the_medians_of_its_drains_and_the_least_is_first() -> None:
    many = drained("many", [50, 40], sensors=100_000)
    two, one, again = drained("two", [160], apps=2), drained("one", [100, 80, 120]), drained("again", [90])
    medians = drain_medians(drains_frame([two, many, one, again]))
    assert medians[["apps", "sensors", "drain_rate_per_s", "drains"]].to_numpy().tolist() == [
        [1, 1000, 95, 4],
        [1, 100_000, 45, 2],
        [2, 1000, 160, 1],
    ]


def test_a_drain_is_a_row_with_what_could_be_offered_where_that_is_known() -> None:
    older, newer = drained("older", [100]), drained("newer", [100])
    newer["drains"][0]["load_ceiling_per_s"] = 300.0
    frame = drains_frame([older, newer])
    assert frame["duration_ms"].tolist() == [20_000, 20_000]
    assert frame["load_ceiling_per_s"].fillna(0).tolist() == [0, 300]


def test_drains_whose_results_were_wrong_count_nowhere() -> None:
    wrong = drained("wrong", [100])
    wrong["verification"] = {**VERIFIED, "passed": False}
    assert drains_frame([wrong]).empty


@pytest.mark.parametrize(
    ("batches", "seconds"),
    [
        pytest.param([batch(1, 0.1, 4000)], 4.1, id="one batch"),
        pytest.param([batch(1, 0.1, 3000), batch(2, 3.1, 2000)], 5.1, id="two, of which one has what came too late"),
        pytest.param([batch(1, -1, 3000, rows=0), batch(2, 2, 4000)], 4.0, id="stopped in a batch without messages"),
        pytest.param([batch(1, -1, 3000), batch(2, 2, 4000)], 6.0, id="stopped when it had asked what there is"),
        pytest.param(
            [batch(1, -1, 3000, rows=0), batch(2, 2, 4000), batch(1, 0, 5000, query="other")],
            6.0,
            id="one of two queries stopped in a batch without messages",
        ),
    ],
)
def test_a_backlog_takes_from_where_a_query_is_free_for_it_to_the_end_of_the_last_batch(
    batches: list[ProgressDocument], seconds: float
) -> None:
    assert drained_s(batches_frame(batches), at(0)) == seconds
