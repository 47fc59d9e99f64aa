"""Instances of their own for the tests that crash things, and a look at what is left of them."""

import os
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mysimbdp.service.home import Home
from mysimbdp.service.processes import find_by_token
from mysimbdp.service.supervision.client import SupervisorClient

WAIT_S = 30.0


def wait_until(holds: Callable[[], bool], what: str, timeout_s: float = WAIT_S) -> None:
    """Return as soon as it holds; fail the test when it does not within `timeout_s`."""
    deadline = time.monotonic() + timeout_s
    while not holds():
        assert time.monotonic() < deadline, f"not within {timeout_s:.0f} s: {what}"
        time.sleep(0.05)


def processes_of(home: Home) -> list[int]:
    """Every process that carries the token of the instance."""
    return [process.pid for process in find_by_token(home.read_instance().token)]


def python(code: str, *arguments: str) -> subprocess.Popen[str]:
    """Another process that runs `code`; what it prints can be read line by line."""
    command = [sys.executable, "-c", textwrap.dedent(code), *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=dict(os.environ))


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    """The directory of an instance that is ended, whatever the test did to it."""
    home = Home(tmp_path / "home")
    home.create()
    yield home
    if home.exists:
        SupervisorClient(home).end()
