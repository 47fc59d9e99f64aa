"""`up` lasts longer than its command, `up --foreground` exactly as long, and `down` leaves nothing."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mysimbdp.cli import INTERRUPTED
from mysimbdp.service.home import Home
from mysimbdp.service.platform import Platform
from mysimbdp.service.processes import find_by_token
from mysimbdp.settings import load_settings
from tests.cli.conftest import Command

MYSIMBDP = str(Path(sys.executable).with_name("mysimbdp"))


@pytest.fixture
def small_instance(no_instance: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The home of an instance of Kafka and MongoDB alone; whatever a test did, it is down in the end."""
    monkeypatch.setenv("MYSIMBDP_SPARK", "local[1]")
    yield no_instance
    Platform(load_settings()).down()


def test_up_lasts_until_down_and_down_leaves_nothing(command: Command, small_instance: Path) -> None:
    subprocess.run([MYSIMBDP, "up"], check=True, capture_output=True)
    token = Home(small_instance).read_instance().token
    status = json.loads(command("status", "--json").stdout)
    assert {service["name"]: service["state"] for service in status["services"]} == {
        "kafka": "running",
        "mongodb": "running",
        "spark": "external",
    }
    again = command("up")
    assert again.exit_code == 0
    assert status["kafka"] in again.stdout
    assert command("down", "--purge").exit_code == 0
    assert find_by_token(token) == []
    assert not small_instance.exists()
    assert command("down").exit_code == 0


def test_up_in_the_foreground_ends_with_ctrl_c(small_instance: Path) -> None:
    foreground = [MYSIMBDP, "up", "--foreground"]
    environment = os.environ | {"PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(foreground, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout
        assert any("Ctrl-C" in line for line in process.stdout)
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=90) == INTERRUPTED
    assert find_by_token(Home(small_instance).read_instance().token) == []
