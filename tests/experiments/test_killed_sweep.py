"""A sweep that is ended in the middle of a point leaves no process and no half run, and can be gone on with."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mysimbdp import coredms
from mysimbdp.documents import RunDocument
from mysimbdp.service.home import Home
from mysimbdp.service.platform import Platform
from mysimbdp.settings import load_settings
from tests.experiments.tiny import tiny_spec
from tests.service.conftest import processes_of, wait_until

MYSIMBDP = str(Path(sys.executable).with_name("mysimbdp"))
TIMEOUT_S = 120.0


@pytest.fixture
def instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    """An instance of Kafka and MongoDB alone, which is not up yet; whatever a test did, it is down in the end."""
    monkeypatch.setenv("MYSIMBDP_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("MYSIMBDP_SPARK", "local[1]")
    yield Home(tmp_path / "home")
    Platform(load_settings()).down()


def sweep(spec: Path, *options: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([MYSIMBDP, "experiment", "run", str(spec), *options], stdout=subprocess.PIPE)


def runs_in_coredms() -> list[RunDocument]:
    database_alone = load_settings(kafka="127.0.0.1:9")
    with Platform(database_alone) as platform, coredms.connect(platform.endpoints().mongodb) as database:
        return list(database.runs.find(sort=[("started_at", 1)]))  # type: ignore[arg-type]


@pytest.mark.parametrize(("how", "exit_code"), [(signal.SIGTERM, 128 + signal.SIGTERM), (signal.SIGKILL, -9)])
def test_a_sweep_ended_in_the_middle_of_a_point_is_gone_on_with(
    instance: Home, tmp_path: Path, how: signal.Signals, exit_code: int
) -> None:
    spec = tiny_spec(tmp_path, "hang once")
    with sweep(spec) as ended:
        wait_until((tmp_path / "hung").exists, "the point is under way", TIMEOUT_S)
        ended.send_signal(how)
        assert ended.wait(TIMEOUT_S) == exit_code
    wait_until(lambda: processes_of(instance) == [], "nothing is left", timeout_s=30)
    with sweep(spec, "--resume") as resumed:
        assert resumed.wait(TIMEOUT_S) == 0
    half, whole = runs_in_coredms()
    assert (half["status"], half["reason"]) == ("FAILED", "The sweep was interrupted.")
    assert whole["status"] == "COMPLETED"
    assert (whole["sweep"], whole["order"]) == (half["sweep"], half["order"])
    assert processes_of(instance) == []
