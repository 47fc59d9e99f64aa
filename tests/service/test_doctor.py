"""Doctor looks at everything, starts nothing, and says how to mend what is missing."""

import socket
from pathlib import Path

import pytest

from mysimbdp.service.checks import Check
from mysimbdp.service.doctor import doctor
from mysimbdp.service.home import Home
from mysimbdp.service.platform import Platform
from mysimbdp.service.ports import LOOPBACK, remember_ports
from mysimbdp.settings import Settings, load_settings


def examine(settings: Settings) -> dict[str, Check]:
    return {check.name: check for check in doctor(settings)}


def test_a_machine_that_runs_the_kit_is_well(platform: Platform) -> None:
    checks = examine(platform.settings)
    assert [check for check in checks.values() if not check.ok] == []
    assert {"Python", "Java", "MongoDB", "Kafka broker", "memory", "disk", "instance", "ports"} <= set(checks)


def test_it_makes_nothing(tmp_path: Path) -> None:
    doctor(load_settings(home=tmp_path / "home", cache=tmp_path / "cache"))
    assert list(tmp_path.iterdir()) == []


def test_what_will_be_downloaded_is_told_with_its_size(tmp_path: Path) -> None:
    checks = examine(load_settings(home=tmp_path / "home", cache=tmp_path / "cache"))
    assert "the first `mysimbdp up` downloads it (45 MB)" in checks["Kafka broker"].found


def test_a_machine_the_kit_has_no_program_for_is_told_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("platform.machine", lambda: "riscv64")
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", "")
    checks = examine(load_settings(home=tmp_path / "home", cache=tmp_path / "cache"))
    assert checks["Java"].fix == "install Java 17 or newer and set JAVA_HOME"
    assert checks["MongoDB"].fix == "install MongoDB 5 or newer, or set MYSIMBDP_MONGODB"


def test_services_elsewhere_are_asked_and_what_they_replace_is_not_needed(tmp_path: Path, platform: Platform) -> None:
    kafka = platform.endpoints().kafka
    settings = load_settings(home=tmp_path / "home", kafka=kafka, mongodb="mongodb://127.0.0.1:9", spark="local[1]")
    checks = examine(settings)
    assert checks["kafka"].ok
    assert checks["mongodb"].fix == "start it, or correct MYSIMBDP_MONGODB"
    assert not {"MongoDB", "Kafka broker"} & set(checks)


def test_a_busy_port_and_a_place_that_cannot_be_used_are_found(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.create()
    port = remember_ports(home, ["kafka"])["kafka"]
    with socket.create_server((LOOPBACK, port)):
        assert f"Port {port}" in examine(load_settings(home=home.path))["ports"].found
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "main.tex").touch()
    assert not examine(load_settings(home=tmp_path / "thesis"))["instance"].ok
    assert not examine(load_settings(home=tmp_path / "thesis" / "main.tex"))["instance"].ok
