"""What processes use now is what they have used since the look before."""

import subprocess
import sys
from collections.abc import Iterator

import pytest

from mysimbdp.monitor.gauge import Gauge, Use

BURN_ON_REQUEST = """
import time
for _ in iter(input, "end"):
    until = time.process_time() + 0.4
    while time.process_time() < until: pass
    print("burnt", flush=True)
"""


@pytest.fixture
def burner() -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", BURN_ON_REQUEST]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield process
        process.communicate("end\n")


def burn(process: subprocess.Popen[str]) -> None:
    assert process.stdin
    assert process.stdout
    print("go", file=process.stdin, flush=True)
    assert process.stdout.readline() == "burnt\n"


def test_cores_are_cpu_seconds_per_second(burner: subprocess.Popen[str]) -> None:
    gauge = Gauge()
    children = {"kafka": {"pid": burner.pid}}
    burn(burner)
    assert gauge.look(100.0, children)["kafka"].cpu_cores is None  # nothing to compare with
    burn(burner)
    assert gauge.look(102.0, children)["kafka"].cpu_cores == pytest.approx(0.2, abs=0.05)
    assert gauge.look(104.0, children)["kafka"].cpu_cores == pytest.approx(0.0, abs=0.05)


def test_what_has_ended_uses_nothing(burner: subprocess.Popen[str]) -> None:
    gauge = Gauge()
    gauge.look(100.0, {"kafka": {"pid": burner.pid}})
    assert gauge.look(102.0, {"kafka": {"pid": None}}) == {}


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        (Use(), Use(), Use()),
        (Use(0.5, 100.0), Use(), Use(0.5, 100.0)),
        (Use(), Use(0.5, 100.0), Use(0.5, 100.0)),
        (Use(0.5, 100.0), Use(0.25, 50.0), Use(0.75, 150.0)),
        (Use(None, 100.0), Use(0.25, 50.0), Use(0.25, 150.0)),
    ],
)
def test_uses_add_up_where_they_are_known(one: Use, other: Use, both: Use) -> None:
    assert one + other == both
