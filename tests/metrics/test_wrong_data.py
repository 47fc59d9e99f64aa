"""Runs by kind of wrong data: what was delivered, and what it changed."""

from typing import Any

import pandas as pd
import pytest

from mysimbdp.metrics import delivered_shares, of_series, relative_to_none


def runs(*rows: dict[str, Any]) -> pd.DataFrame:
    usual = {"arm": "kit", "series": "total", "valid": True, "acknowledged": 1000, "cost": 1.0}
    none = {name: 0.0 for kind in ("wrong_type", "missing", "extra") for name in (kind, f"delivered_{kind}")}
    return pd.DataFrame([usual | none | {"run_id": f"r{number}"} | row for number, row in enumerate(rows)])


def test_a_series_begins_with_the_runs_without_wrong_data_of_any_series() -> None:
    several = runs({}, {"missing": 0.5}, {"missing": 0.5, "series": "valid"})
    assert list(of_series(several, "valid")["run_id"]) == ["r0", "r2"]


def test_a_delivered_share_has_the_interval_of_its_sampling() -> None:
    found = delivered_shares(runs({}, {"missing": 0.5, "delivered_missing": 0.48}))
    assert found[["run_id", "kind", "requested", "share"]].values.tolist() == [["r1", "missing", 0.5, 0.48]]
    assert found[["low", "high"]].iloc[0].tolist() == pytest.approx([0.449, 0.511], abs=5e-4)  # Wilson, by hand


def test_a_run_that_sent_nothing_delivered_no_share() -> None:
    assert delivered_shares(runs({"missing": 0.5, "acknowledged": 0})).empty


def test_a_run_that_is_not_valid_delivered_no_share() -> None:
    assert delivered_shares(runs({"missing": 0.5, "valid": False})).empty


def test_a_difference_is_between_medians_and_relative_to_none() -> None:
    base = [{"cost": cost} for cost in (9.0, 10.0, 30.0)]
    wrong = [{"extra": 0.5, "cost": cost} for cost in (14.0, 15.0, 90.0)]
    found = relative_to_none(runs(*base, *wrong), "cost")
    assert found[["kind", "share", "value", "none", "difference"]].values.tolist() == [["extra", 0.5, 15.0, 10.0, 0.5]]


def test_invalid_runs_change_nothing_and_without_a_run_without_wrong_data_there_is_no_difference() -> None:
    wrong = {"extra": 0.5, "cost": 15.0}
    assert relative_to_none(runs({"valid": False}, wrong), "cost").empty
