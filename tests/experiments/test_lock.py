"""One run is measured at a time on an instance."""

from pathlib import Path

from mysimbdp.experiments.lock import Quiet
from mysimbdp.service.home import Home


def test_the_quiet_of_an_instance_is_one_runs_until_that_gives_it_back(tmp_path: Path) -> None:
    Home(tmp_path).create()
    first, second = Quiet(tmp_path), Quiet(tmp_path)
    assert first.is_mine()
    assert not second.is_mine()
    assert first.is_mine()
    first.give_back()
    assert second.is_mine()
    second.give_back()
