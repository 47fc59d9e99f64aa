"""What processes use is found by role, and what was used is never forgotten."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from mysimbdp.service.home import Home
from mysimbdp.service.platform import Platform
from mysimbdp.service.supervision.client import SupervisorClient
from mysimbdp.service.usage import EXECUTORS, WORKER, ProcessMeter, executors_of, use_by_child

BURN = "import time\nwhile time.process_time() < 0.3: pass\n"
BURNT_S = 0.25  # the system counts in hundredths
# A parent that burns, has a child burn and end, has a second one wait, says so, and ends when its input does.
FAMILY = f"""
import subprocess, sys
{BURN}
subprocess.run([sys.executable, "-c", {BURN!r}])
waiting = subprocess.Popen([sys.executable, "-c", "input()", "--app-id", "app-7"], stdin=subprocess.PIPE)
print("ready", flush=True)
sys.stdin.read()
waiting.communicate(b"\\n")
"""


@contextmanager
def family() -> Iterator[dict[str, Any]]:
    """What a supervisor would tell of a child that has used 0.3 s itself and 0.3 s by a child that ended."""
    with subprocess.Popen([sys.executable, "-c", FAMILY], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stdout.readline() == b"ready\n"
        yield {"pid": process.pid, "since": 1.0}


@pytest.mark.parametrize(
    ("child", "role"),
    [
        ("kafka", "broker"),
        ("mongodb", "database"),
        ("spark", "master"),
        ("app-mine", "driver:mine"),
        ("other", "other"),
    ],
)
def test_a_role_has_all_processes_of_a_child_and_the_time_of_those_that_ended(child: str, role: str) -> None:
    with family() as described:
        used = ProcessMeter().process_use({child: described})
    assert list(used) == [role]
    assert used[role]["processes"] == 2
    assert used[role]["cpu_s"] > 2 * BURNT_S
    assert used[role]["memory_mb"] > 5


def test_what_a_worker_starts_and_started_is_the_executors() -> None:
    with family() as described:
        used = ProcessMeter().process_use({"spark-worker-1": described, "spark-worker-2": described})
    assert used[WORKER]["processes"] == used[EXECUTORS]["processes"] == 2
    assert used[WORKER]["cpu_s"] > BURNT_S
    assert used[EXECUTORS]["cpu_s"] > BURNT_S


def test_the_time_of_a_child_stays_when_it_has_ended_and_starts_again() -> None:
    meter = ProcessMeter()
    with family() as first:
        before = meter.process_use({"kafka": first})["broker"]["cpu_s"]
    ended = meter.process_use({"kafka": {"pid": None, "since": 1.0}})["broker"]
    assert ended == {"cpu_s": before, "memory_mb": 0, "processes": 0}
    with family() as second:
        assert meter.process_use({"kafka": second})["broker"]["cpu_s"] > before + 2 * BURNT_S


def test_executors_are_apart_from_their_worker_by_their_application() -> None:
    with family() as described:
        used = use_by_child({"spark-worker-1": described, "spark-worker-2": {"pid": None}, "kafka": described})
    assert {name: use["processes"] for name, use in used.items()} == {
        "spark-worker-1": 1,
        executors_of("app-7"): 1,
        "kafka": 2,
    }
    assert used["kafka"]["cpu_s"] > 2 * BURNT_S > used["spark-worker-1"]["cpu_s"] > BURNT_S


def test_the_roles_of_a_running_instance(platform: Platform) -> None:
    used = ProcessMeter().process_use(SupervisorClient(Home(platform.settings.home)).children())
    assert {"broker", "database", "master", WORKER} <= used.keys()
    assert used["broker"]["cpu_s"] > 0
