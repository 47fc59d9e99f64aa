"""One run is measured at a time on an instance."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from mysimbdp.errors import KitError
from mysimbdp.experiments import lock
from mysimbdp.experiments.lock import Quiet
from mysimbdp.service.home import Home


def test_the_quiet_of_an_instance_is_one_runs_until_that_gives_it_back(tmp_path: Path) -> None:
    Home(tmp_path).create()
    first, second = Quiet(tmp_path), Quiet(tmp_path)
    assert first.try_take()
    assert not second.try_take()
    assert first.try_take()
    first.give_back()
    assert second.try_take()
    second.give_back()


def test_the_quiet_of_an_instance_can_be_waited_for(tmp_path: Path) -> None:
    Home(tmp_path).create()
    first, second = Quiet(tmp_path), Quiet(tmp_path)
    first.wait()
    first.wait()  # it has it already
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(second.wait)
        first.give_back()
        waiting.result(timeout=30)
    assert not first.try_take()


def test_a_run_that_keeps_the_quiet_too_long_is_told_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "QUIET_TIMEOUT_S", 0.1)
    Home(tmp_path).create()
    first, second = Quiet(tmp_path), Quiet(tmp_path)
    first.wait()
    with pytest.raises(KitError, match=r"Another run .* for 0\.1 s: wait for its end, or end its notebook"):
        second.wait()
