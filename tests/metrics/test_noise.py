"""What repetitions differ by, and which differences are more than that."""

from math import nan

import pandas as pd
import pytest

from mysimbdp.metrics import Noise, exceeds_noise, noise


def runs(*rows: tuple[str, float, bool]) -> pd.DataFrame:
    """Runs of the kit's arm: point, value, valid."""
    frame = pd.DataFrame(rows, columns=["point", "batch_duration_ms", "valid"])
    return frame.assign(experiment="speed", arm="kit").astype({"batch_duration_ms": float, "valid": bool})


@pytest.mark.parametrize(
    ("summary", "expected"),
    [
        (runs(("p", 90, True), ("p", 110, True)), (0.2, 0.2, 1)),
        (runs(("p", 100, True), ("p", 100, True)), (0.0, 0.0, 1)),
        # 90 and 110: 20 of 100; 95 and 105: 10 of 100.
        (runs(("p", 90, True), ("q", 95, True), ("q", 105, True), ("p", 110, True)), (0.15, 0.2, 2)),
        # 1 and 2: 1 ÷ 1.5; 2 and 3: 1 ÷ 2.5; 1 and 3: 2 ÷ 2.
        (runs(("p", 1, True), ("p", 2, True), ("p", 3, True)), (2 / 3, 1.0, 3)),
        (runs(("p", 90, True), ("q", 110, True)), (nan, nan, 0)),
        (runs(("p", 90, True), ("p", 110, False)), (nan, nan, 0)),
        (runs(("p", 90, True), ("p", nan, True)), (nan, nan, 0)),
        (runs(), (nan, nan, 0)),
    ],
    ids=["pair", "equal", "two-points", "three-runs", "no-pair", "invalid", "not-measured", "nothing"],
)
def test_noise_is_the_relative_difference_of_runs_of_one_point(
    summary: pd.DataFrame, expected: tuple[float, float, int]
) -> None:
    assert noise(summary, "batch_duration_ms") == pytest.approx(expected, nan_ok=True)


def test_runs_of_two_arms_are_no_pair() -> None:
    summary = runs(("p", 90, True), ("p", 110, True)).assign(arm=["kit", "published"])
    assert noise(summary, "batch_duration_ms").pairs == 0


@pytest.mark.parametrize(
    ("a", "b", "largest", "claimed"),
    [
        (90, 110, 0.09, True),
        (110, 90, 0.09, True),
        (90, 110, 0.1, False),
        (90, 110, 0.2, False),
        (100, 100, 0.0, False),
        (90, 110, nan, False),
        (nan, 110, 0.01, False),
    ],
)
def test_only_more_than_twice_the_largest_noise_is_claimed(a: float, b: float, largest: float, claimed: bool) -> None:
    assert exceeds_noise(a, b, Noise(largest / 2, largest, 8)) is claimed
