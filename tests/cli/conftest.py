"""What the tests of the command share: running a command line in this process, and what it left behind."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from mysimbdp.cli.main import run


class Outcome(NamedTuple):
    exit_code: int
    stdout: str
    stderr: str


Command = Callable[..., Outcome]


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Command:
    """Runs `mysimbdp` with the given arguments."""

    def run_command(*arguments: str | Path) -> Outcome:
        capsys.readouterr()
        exit_code = run([str(argument) for argument in arguments])
        return Outcome(exit_code, *capsys.readouterr())

    return run_command


@pytest.fixture
def no_instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The home of an instance that was never up."""
    home = tmp_path / "home"
    monkeypatch.setenv("MYSIMBDP_HOME", str(home))
    return home
