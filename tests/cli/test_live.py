"""What is drawn at every look: services, apps with their numbers, and the alerts that stand."""

from collections.abc import Sequence
from io import StringIO

import pytest
from rich.console import Console

from mysimbdp.cli.live import show_live
from mysimbdp.documents import AppObservation, PlatformAlert
from mysimbdp.monitor import Look
from tests.monitor.observations import BEGAN, app, observation, service

ALERT = PlatformAlert(
    _id="stream/app failed/1",
    subject="stream",
    kind="app failed",
    reason="it ended: killed by SIGKILL",
    raised_at=BEGAN,
    cleared_at=None,
)


def shown(apps: Sequence[AppObservation] = (), alerts: Sequence[PlatformAlert] = ()) -> str:
    screen = StringIO()
    look = Look(observation([service("kafka")], apps), alerts, [])
    show_live([look], Console(file=screen, width=160))
    return screen.getvalue()


@pytest.mark.parametrize(
    ("seen", "row"),
    [
        (app(), ["stream", "running", "0.50", "900", "50", "+0", "100", "500", "1.0", "0%", "0"]),
        (
            app(lag=12_345, lag_trend_per_s=-67.8, bad_share=0.805, progress_age_s=None),
            ["stream", "running", "0.50", "900", "12,345", "-68", "100", "500", "1.0", "80%"],
        ),
        (app(state="failed"), ["stream", "failed", "0.50", "900"]),
    ],
)
def test_an_app_is_a_row_of_what_is_known_of_it(seen: AppObservation, row: list[str]) -> None:
    assert shown([seen]).splitlines()[-1].split() == row


def test_a_service_is_a_row() -> None:
    assert shown().splitlines()[-1].split() == ["kafka", "running", "0.10", "300"]


def test_an_alert_is_a_sentence() -> None:
    told = f"app failed, stream: it ended: killed by SIGKILL (since {BEGAN:%H:%M:%S} UTC)."
    assert shown(alerts=[ALERT]).splitlines()[-1] == told
