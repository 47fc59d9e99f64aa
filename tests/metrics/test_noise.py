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
        (runs(("p", 100, True), ("p", 120, True)), (0.2, 0.2, 1)),
        (runs(("p", 100, True), ("p", 100, True)), (0.0, 0.0, 1)),
        (runs(("p", 100, True), ("q", 110, True), ("q", 100, True), ("p", 120, True)), (0.15, 0.2, 2)),
        (runs(("p", 1, True), ("p", 2, True), ("p", 3, True)), (1.0, 2.0, 3)),  # 1, 0.5 and 2
        (runs(("p", 100, True), ("q", 120, True)), (nan, nan, 0)),
        (runs(("p", 100, True), ("p", 120, False)), (nan, nan, 0)),
        (runs(("p", 100, True), ("p", nan, True)), (nan, nan, 0)),
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
        (100, 120, 0.09, True),
        (120, 100, 0.09, True),
        (100, 120, 0.11, False),
        (100, 120, 0.2, False),
        (300, 25_000, 2.0, True),
        (100, 100, 0.0, False),
        (100, 120, nan, False),
        (nan, 120, 0.01, False),
        (120, nan, 0.01, False),
    ],
)
def test_only_more_than_twice_the_largest_noise_is_claimed(a: float, b: float, largest: float, claimed: bool) -> None:
    assert exceeds_noise(a, b, Noise(largest / 2, largest, 8)) is claimed
