"""Processes are known by pid and start time, and found by token."""

import os
import signal
import subprocess
import sys
from dataclasses import replace

import psutil
import pytest

from mysimbdp.service import processes
from mysimbdp.service.processes import (
    CHILD_VARIABLE,
    TOKEN_VARIABLE,
    ProcessId,
    describe_exit,
    find_by_token,
    kill,
    kill_by_token,
)
from tests.service.conftest import wait_until


@pytest.mark.parametrize(
    ("exit_code", "words"),
    [(0, "exited with code 0"), (3, "exited with code 3"), (-9, "killed by SIGKILL"), (-15, "killed by SIGTERM")],
)
def test_the_end_of_a_process_is_told_in_words(exit_code: int, words: str) -> None:
    assert describe_exit(exit_code) == words


def test_a_later_process_with_the_same_pid_is_not_taken_for_the_first() -> None:
    this = ProcessId.of_this_process()
    assert this.find() is not None
    assert replace(this, started=this.started - 60).find() is None


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere start times are times of the day")
def test_a_process_stays_known_when_the_clock_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    this = ProcessId.of_this_process()
    time_of_day = psutil.Process.create_time
    monkeypatch.setattr(psutil.Process, "create_time", lambda process: time_of_day(process) + 3600)
    assert this.find() is not None


def test_a_process_that_nobody_has_waited_for_counts_as_ended() -> None:
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    known = ProcessId.of(process.pid)
    assert known.find() is not None
    os.kill(process.pid, signal.SIGKILL)
    wait_until(lambda: known.find() is None, "the zombie is seen as ended")
    process.wait()


NEGLIGENT = """
import subprocess, sys
subprocess.Popen([sys.executable, "-c", "print(flush=True); input()"], stdin=subprocess.PIPE, env={"%s": "neglected"})
input()
"""


@pytest.mark.timeout(60)
def test_a_killed_process_that_its_parent_never_looks_at_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "END_TIMEOUT_S", 3600)
    command = [sys.executable, "-c", NEGLIGENT % TOKEN_VARIABLE]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        assert parent.stdout
        parent.stdout.readline()  # the child is there
        assert kill_by_token("neglected") == 1
        (zombie,) = psutil.Process(parent.pid).children()
        assert zombie.status() == psutil.STATUS_ZOMBIE
        parent.kill()


def test_killed_means_ended_also_of_a_process_that_has_much_memory_to_give_back() -> None:
    code = "memory = b'x' * 400_000_000; print(flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as large:
        assert large.stdout
        large.stdout.readline()  # the memory is taken
        known = ProcessId.of(large.pid)
        kill([psutil.Process(large.pid)])
        assert known.find() is None


def test_only_processes_with_the_token_are_killed() -> None:
    marked, other = (
        subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, env={TOKEN_VARIABLE: token})
        for token in ("mine", "other")
    )
    try:
        assert [process.pid for process in find_by_token("mine")] == [marked.pid]
        assert kill_by_token("mine") == 1
        assert other.poll() is None
        assert marked.poll() is not None
    finally:
        other.kill()
        other.wait()


def test_a_child_is_told_from_its_siblings_by_its_name() -> None:
    siblings = [
        subprocess.Popen(
            [sys.executable, "-c", "input()"],
            stdin=subprocess.PIPE,
            env={TOKEN_VARIABLE: "family", CHILD_VARIABLE: name},
        )
        for name in ("elder", "younger")
    ]
    try:
        assert [process.pid for process in find_by_token("family", "younger")] == [siblings[1].pid]
    finally:
        kill_by_token("family")
        for sibling in siblings:
            sibling.wait()
