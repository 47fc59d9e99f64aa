"""What people read of sweeps: every number under its head."""

import pytest

from mysimbdp.cli.experiment_tables import show_limits
from mysimbdp.metrics import limits_by_arm, limits_frame
from tests.figures import recorded


def test_the_limits_of_each_arm_have_a_head_for_every_number(capsys: pytest.CaptureFixture[str]) -> None:
    runs = recorded.capacity().runs
    capacity = runs[0]["capacity"]
    capacity["prompt"] = {**capacity["probes"][0], "offered_rate_per_s": 250.0, "processing_p99_ms": None}
    show_limits(limits_by_arm(limits_frame(runs)))
    heads, kit, published = capsys.readouterr().out.splitlines()
    assert heads.split()[-4:] == ["p50", "ms", "p99", "ms"]
    assert kit.split() == ["kit", "60,000", "45,000", "49,500", "18", "250", "440"]
    assert published.split() == ["published", "6,000", "0.00", "1.00", "18"]


def test_without_a_search_nothing_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    show_limits({})
    assert capsys.readouterr().out == ""
