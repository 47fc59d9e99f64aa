"""The fixed cost of a batch and the cost of a message, from lines that are known."""

from math import nan

import pandas as pd
import pytest

from mysimbdp.metrics import fit_batch_cost


def batches(points: list[tuple[int, float]], arm: str = "kit", run_id: str = "r1") -> pd.DataFrame:
    return pd.DataFrame(points, columns=["rows", "duration_ms"]).assign(arm=arm, run_id=run_id)


@pytest.mark.parametrize(
    ("points", "t0_ms", "c_us", "r2"),
    [
        ([(0, 200), (100, 210), (200, 220)], 200.0, 100.0, 1.0),
        # Means 1 and 2; Σ(n−1)(T−2) ÷ Σ(n−1)² = 1 ÷ 2, so T0 = 1.5; r² = 1² ÷ (2 · 2) … of 1, 3, 2.
        ([(0, 1), (1, 3), (2, 2)], 1.5, 500.0, 0.25),
        ([(0, 20_000), (500, 20_000), (1000, 20_000)], 20_000.0, 0.0, nan),
        ([(100, 210), (100, 220), (100, 230)], nan, nan, nan),
        ([(0, 200), (100, 210)], nan, nan, nan),
        ([(0, 200)], nan, nan, nan),
    ],
    ids=["exact", "scattered", "fixed-cost-only", "no-spread", "two", "one"],
)
def test_a_batch_costs_a_fixed_time_and_so_much_a_message(
    points: list[tuple[int, float]], t0_ms: float, c_us: float, r2: float
) -> None:
    row = fit_batch_cost(batches(points)).iloc[0]
    assert row["n"] == len(points)
    assert row[["t0_ms", "c_us", "r2"]].tolist() == pytest.approx([t0_ms, c_us, r2], nan_ok=True)


def test_the_intervals_are_those_of_students_t() -> None:
    # Residuals −0.5, 1, −0.5: s² = 1.5; error of c √(1.5 ÷ 2), of T0 √(1.5 (1/3 + 1/2)); t(0.975, 1) = 12.7062.
    row = fit_batch_cost(batches([(0, 1), (1, 3), (2, 2)])).iloc[0]
    assert row[["c_low_us", "c_high_us"]].tolist() == pytest.approx([500 - 11_003.9, 500 + 11_003.9], rel=1e-5)
    assert row[["t0_low_ms", "t0_high_ms"]].tolist() == pytest.approx([1.5 - 14.2059, 1.5 + 14.2059], rel=1e-5)


def test_each_group_has_a_line_of_its_own() -> None:
    both = pd.concat(
        [
            batches([(0, 200), (100, 210), (200, 220)], "kit", "r1"),
            batches([(0, 20_000), (100, 20_100), (200, 20_200)], "published", "r2"),
        ]
    )
    assert fit_batch_cost(both)[["arm", "t0_ms"]].to_numpy().tolist() == [["kit", 200.0], ["published", 20_000.0]]
    assert fit_batch_cost(both, ["run_id", "arm"])["run_id"].tolist() == ["r1", "r2"]


def test_no_batch_has_no_line() -> None:
    assert fit_batch_cost(batches([])).empty
