"""Apps have cores to themselves and stand still on request, and nothing else does."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import psutil
import pytest

from mysimbdp.experiments.own_cores import OwnCores
from mysimbdp.service.pinning import split_cores
from tests.service.conftest import wait_until

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or (os.cpu_count() or 1) < 2, reason="kept to cores are processes on Linux, on two or more"
)

# What a worker of Spark does: it starts a process that works.
EXECUTOR = "sum(map(abs, range(5_000_000))); print(1, flush=True); input()"
WORKER = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {EXECUTOR!r}])"
# The supervisor still knows apps that have ended, without a pid; to psutil no pid is the asking process itself.
STOPPING = """
from types import SimpleNamespace
from mysimbdp.experiments.own_cores import OwnCores
ended = {"app-ended": {"pid": None}}
platform = SimpleNamespace(settings=SimpleNamespace(spark=None), processes=lambda: ended)
with OwnCores(platform).stopped():
    print("went on")
"""


@pytest.fixture
def children() -> Iterator[dict[str, psutil.Process]]:
    """An app's driver, a worker of Spark and a broker, as the supervisor has them; the worker has an executor."""
    codes = {
        "app-a": "print(1, flush=True); input()",
        "spark-worker-1": WORKER,
        "kafka": "print(1, flush=True); input()",
    }
    started = {
        name: subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        for name, code in codes.items()
    }
    for process in started.values():
        assert process.stdout
        assert process.stdout.readline() == b"1\n"
    yield {name: psutil.Process(process.pid) for name, process in started.items()}
    for process in started.values():
        for child in psutil.Process(process.pid).children():
            child.kill()
        process.kill()
        process.communicate()


def own_cores(children: dict[str, psutil.Process]) -> OwnCores:
    processes = {name: {"pid": process.pid} for name, process in children.items()}
    platform: Any = SimpleNamespace(settings=SimpleNamespace(spark=None), processes=lambda: processes)
    return OwnCores(platform)


def test_drivers_and_executors_stand_still_and_services_do_not(children: dict[str, psutil.Process]) -> None:
    (executor,) = children["spark-worker-1"].children()
    apps, services = (children["app-a"], executor), (children["kafka"], children["spark-worker-1"])
    with own_cores(children).stopped():
        wait_until(lambda: {process.status() for process in apps} == {psutil.STATUS_STOPPED}, "the apps stand still")
        assert psutil.STATUS_STOPPED not in {process.status() for process in services}
    wait_until(lambda: psutil.STATUS_STOPPED not in {process.status() for process in apps}, "the apps go on")


def test_at_rest_a_driver_stands_still_and_an_executor_does_not(children: dict[str, psutil.Process]) -> None:
    (executor,) = children["spark-worker-1"].children()
    driver = children["app-a"]
    with own_cores(children).at_rest():
        wait_until(lambda: driver.status() == psutil.STATUS_STOPPED, "the driver stands still")
        assert executor.status() != psutil.STATUS_STOPPED
    wait_until(lambda: driver.status() != psutil.STATUS_STOPPED, "the driver goes on")


def test_the_time_of_a_process_that_ended_stays(children: dict[str, psutil.Process]) -> None:
    cores = own_cores(children)
    before_s = cores.used_s()
    (executor,) = children["spark-worker-1"].children()
    assert before_s >= sum(executor.cpu_times()[:2]) > 0
    executor.kill()
    wait_until(lambda: children["spark-worker-1"].children() == [], "the executor has ended")
    assert cores.used_s() >= before_s


def test_an_app_is_kept_to_its_core_and_all_else_off_it(children: dict[str, psutil.Process]) -> None:
    own, others = split_cores(1)
    app = (children["app-a"], *children["spark-worker-1"].children())
    services = (children["kafka"], children["spark-worker-1"])
    mine = os.sched_getaffinity(0)
    cores = own_cores(children)
    try:
        cores.take()
        assert os.sched_getaffinity(0) == others
        assert {frozenset(process.cpu_affinity()) for process in app} == {frozenset(own)}
        assert {frozenset(process.cpu_affinity()) for process in services} == {frozenset(others)}
    finally:
        cores.give_back()
    assert {frozenset(process.cpu_affinity()) for process in children.values()} == {frozenset(own | others)}
    assert os.sched_getaffinity(0) == mine


def test_after_a_while_on_all_cores_everything_is_kept_where_it_was(children: dict[str, psutil.Process]) -> None:
    own, others = split_cores(1)
    cores = own_cores(children)
    with idle_process() as producer, idle_process() as driver:
        off, on = (children["kafka"], producer, psutil.Process()), (children["app-a"], driver)
        try:
            cores.keep_off(producer.pid)
            cores.keep_on(driver.pid)
            with cores.shared():
                assert {frozenset(process.cpu_affinity()) for process in (*off, *on)} == {frozenset(own | others)}
            assert {frozenset(process.cpu_affinity()) for process in off} == {frozenset(others)}
            assert {frozenset(process.cpu_affinity()) for process in on} == {frozenset(own)}
        finally:
            cores.give_back()


@contextmanager
def idle_process() -> Iterator[psutil.Process]:
    """One that this process started, which does nothing."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        yield psutil.Process(process.pid)


def test_an_app_that_has_ended_is_passed_over() -> None:
    done = subprocess.run([sys.executable, "-c", STOPPING], capture_output=True, text=True, timeout=60)
    assert done.stdout == "went on\n", done.stderr
