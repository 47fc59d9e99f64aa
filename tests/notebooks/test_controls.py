"""Controls are there where somebody can move them, and draw anew; in batch what they show at first is there without."""

from typing import Any

import pytest

from tests.notebooks.conftest import KERNEL_TIMEOUT_S, Kernel

WIDGET = "application/vnd.jupyter.widget-view+json"
EXPLORE = """
from mysimbdp.controls import explore

def draw(minutes=15):
    return f"{minutes} minutes"

explore(draw, minutes=(5, 60, 5))
"""
MOVE = """
from ipywidgets.widgets.widget import _instances

(slider,) = [widget for widget in _instances.values() if type(widget).__name__ == "IntSlider"]
slider.value = 30
"""


def displayed(kernel: Kernel, code: str, attended: bool) -> list[dict[str, Any]]:
    """What the kernel shows when this is run, by type: what is drawn by a control, and the control itself."""
    _, client = kernel
    messages: list[dict[str, Any]] = []
    reply = client.execute_interactive(
        code, allow_stdin=attended, timeout=KERNEL_TIMEOUT_S, output_hook=messages.append, stdin_hook=print
    )
    assert reply["content"]["status"] == "ok", reply["content"]
    return [message["content"]["data"] for message in messages if message["msg_type"] == "display_data"]


@pytest.mark.parametrize("attended", [True, False])
def test_there_are_controls_only_where_somebody_can_move_them(kernel: Kernel, attended: bool) -> None:
    shown = displayed(kernel, EXPLORE, attended)
    assert any(WIDGET in data for data in shown) == attended
    assert any("15 minutes" in data.get("text/plain", "") for data in shown)


def test_a_control_that_is_moved_draws_anew(kernel: Kernel) -> None:
    displayed(kernel, EXPLORE, attended=True)
    assert "30 minutes" in str(displayed(kernel, MOVE, attended=True))
