"""Apps stand still on request, and nobody else does."""

import subprocess
import sys

import pytest

# The supervisor still knows apps that have ended, without a pid; to psutil no pid is the asking process itself.
STOPPING = """
from types import SimpleNamespace
from mysimbdp.experiments.own_cores import OwnCores
ended = {"app-ended": {"pid": None}}
platform = SimpleNamespace(settings=SimpleNamespace(spark=None), processes=lambda: ended)
with OwnCores(platform).stopped():
    print("went on")
"""


@pytest.mark.skipif(sys.platform != "linux", reason="processes are kept to cores on Linux alone")
def test_an_app_that_has_ended_is_passed_over() -> None:
    done = subprocess.run([sys.executable, "-c", STOPPING], capture_output=True, text=True, timeout=60)
    assert done.stdout == "went on\n", done.stderr
