"""Processes kept to some cores, with all that they started and start later."""

import os
import subprocess
import sys

import psutil
import pytest

from mysimbdp.errors import KitError
from mysimbdp.service.pinning import pin, split_cores

PARENT = """
import subprocess, sys
child = subprocess.Popen(["sleep", "60"])
print(child.pid, flush=True)
sys.stdin.readline()
print(subprocess.Popen(["sleep", "60"]).pid, flush=True)
sys.stdin.readline()
"""

needs_two_cores = pytest.mark.skipif(
    sys.platform != "linux" or len(os.sched_getaffinity(0)) < 2, reason="cores cannot be split here"
)


@needs_two_cores
def test_a_process_and_its_children_stay_on_the_cores_they_were_given() -> None:
    measured, others = split_cores()
    assert len(measured) == 1
    assert measured | others == os.sched_getaffinity(0)
    with subprocess.Popen([sys.executable, "-c", PARENT], stdin=-1, stdout=-1, text=True) as parent:
        assert parent.stdin
        assert parent.stdout
        first = int(parent.stdout.readline())
        pin([parent.pid], measured)
        print(file=parent.stdin, flush=True)
        later = int(parent.stdout.readline())
        try:
            assert [os.sched_getaffinity(pid) for pid in (parent.pid, first, later)] == [measured] * 3
        finally:
            for pid in (first, later):
                psutil.Process(pid).kill()
            parent.kill()


@needs_two_cores
def test_where_all_cores_are_measured_everything_else_shares_them() -> None:
    cores = os.sched_getaffinity(0)
    assert split_cores(len(cores)) == (cores, cores)
    with pytest.raises(KitError, match="needs two cores"):
        split_cores(len(cores) + 1)


def test_a_process_that_has_ended_is_passed_over() -> None:
    with subprocess.Popen(["true"]) as ended:
        ended.wait()
    pin([ended.pid], {0})
