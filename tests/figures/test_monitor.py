"""What the monitor saw: a line for each app and number, a band for each alert."""

from typing import Any

import pandas as pd
import pytest

from mysimbdp import figures, frames
from tests.monitor.observations import BEGAN, app, observation

LOOKS = [
    observation(apps=[app("one", lag=10 * number, bad_share=0.1 * number), app("two", state="failed")], after_s=number)
    for number in range(5)
]
SEEN = frames.seen_apps_frame(LOOKS)


def at(second: int) -> pd.Timestamp:
    return pd.Timestamp(BEGAN) + pd.Timedelta(seconds=second)


def alerts(**changes: Any) -> pd.DataFrame:
    raised = {"subject": "one", "kind": "bad data", "reason": "so", "raised_at": at(1), "cleared_at": at(3)}
    return frames.platform_alerts_frame([raised | changes])


def test_every_app_has_its_lag_and_its_share_in_per_cent() -> None:
    drawn = figures.watched(SEEN, alerts()).data
    assert [trace.name for trace in drawn] == [
        f"{name}, {label}" for name in ("one", "two") for label in ("lag", "bad messages of the last minute")
    ]
    assert list(drawn[0].y) == [0, 10, 20, 30, 40]
    assert list(drawn[1].y) == pytest.approx([0, 10, 20, 30, 40])
    assert pd.isna(drawn[2].y).all()


@pytest.mark.parametrize(("cleared_at", "until"), [(at(3), at(3)), (None, at(4))])
def test_an_alert_is_a_band_until_it_was_cleared_or_to_the_end(cleared_at: Any, until: pd.Timestamp) -> None:
    bands = figures.watched(SEEN, alerts(cleared_at=cleared_at)).layout.shapes
    assert {(pd.Timestamp(band.x0), pd.Timestamp(band.x1)) for band in bands} == {(at(1), until)}


def test_without_alerts_there_is_no_band() -> None:
    assert not figures.watched(SEEN, frames.platform_alerts_frame([])).layout.shapes
