"""What is seen reaches coredms, if later; what is given up is counted."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from mysimbdp import coredms
from mysimbdp.contracts import Collection
from mysimbdp.documents import PlatformAlert
from mysimbdp.errors import KitError
from mysimbdp.monitor.recorder import MOST_WAITING, Recorder
from mysimbdp.service.platform import Platform
from mysimbdp.settings import load_settings
from tests.monitor.observations import BEGAN, app, observation

ELSEWHERE = {"kafka": "127.0.0.1:1", "spark": "local[1]"}  # so that the instance is a database only


def alert(**changes: object) -> PlatformAlert:
    raised = PlatformAlert(
        _id="stream/app failed/1",
        subject="stream",
        kind="app failed",
        reason="it ended",
        raised_at=BEGAN,
        cleared_at=None,
    )
    return raised | changes  # type: ignore[return-value]  # mypy knows no `|` with a plain dictionary


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Platform]:
    """A database of the test's own, which it may take down."""
    with Platform(load_settings(home=tmp_path / "home", **ELSEWHERE)) as platform:
        yield platform


def test_what_is_seen_while_the_database_is_away_is_written_when_it_is_back(database: Platform) -> None:
    mongodb = database.endpoints().mongodb
    recorder = Recorder(mongodb)
    recorder.keep(observation(apps=[app()]), [])
    recorder.write()
    database.down()
    recorder.keep(observation(after_s=2), [alert()])
    with pytest.raises(KitError, match="MongoDB at"):
        recorder.write()
    recorder.keep(observation(after_s=4), [alert(cleared_at=BEGAN)])
    assert recorder.waiting == 2
    database.up()
    recorder.write()
    assert recorder.waiting == 0
    with coredms.connect(mongodb) as there:
        seen = list(there[Collection.OBSERVATIONS].find().sort("at"))
        assert [(look["at"] - BEGAN).total_seconds() for look in seen] == [0, 2, 4]
        assert seen[0]["apps"] == [app()]
        assert [found["cleared_at"] for found in there[Collection.PLATFORM_ALERTS].find()] == [BEGAN]


def test_what_is_written_goes_after_a_week(platform: Platform) -> None:
    recorder = Recorder(platform.endpoints().mongodb)
    recorder.keep(observation(), [])
    recorder.write()
    with coredms.connect(platform.endpoints().mongodb) as there:
        for collection, field in ((Collection.OBSERVATIONS, "at"), (Collection.PLATFORM_ALERTS, "cleared_at")):
            index = there[collection].index_information()[f"{field}_1"]
            assert index["expireAfterSeconds"] == 7 * 24 * 3600


def test_observations_that_wait_too_long_are_dropped_and_counted(platform: Platform) -> None:
    recorder = Recorder(platform.endpoints().mongodb)
    for number in range(MOST_WAITING + 3):
        recorder.keep(observation(after_s=1000.0 + number), [])
    assert (recorder.waiting, recorder.dropped) == (MOST_WAITING, 3)
    recorder.write()
    with coredms.connect(platform.endpoints().mongodb) as there:
        last = there[Collection.OBSERVATIONS].find_one({"_id": observation(after_s=1000.0 + MOST_WAITING + 2)["_id"]})
        assert last
        assert last["dropped"] == 3
