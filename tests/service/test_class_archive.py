"""The JVMs of Spark map the archive of its classes, and one that does not fit keeps no app from starting."""

import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Any

import psutil
import pytest
from filelock import FileLock

from mysimbdp.service import java
from mysimbdp.service.class_archive import archive_classes, merged
from mysimbdp.service.download import fetch_wheel
from mysimbdp.service.launch import Tell
from mysimbdp.service.platform import Platform
from mysimbdp.service.provision import provide_java
from mysimbdp.service.spark import class_archive
from mysimbdp.settings import load_settings
from tests.service.conftest import WAIT_S, wait_until
from tests.service.test_apps import TICKING_APP

NAME = "archived"


@pytest.fixture
def archive(platform: Platform) -> Path:
    cache = platform.settings.cache.absolute()
    return class_archive(cache, provide_java(cache))


@pytest.fixture
def _app(platform: Platform) -> Iterator[None]:
    platform.start_app(TICKING_APP, name=NAME, fresh=True)
    yield
    platform.stop_app(NAME)
    platform.forget_app(NAME)


def mappings_of(archive: Path) -> dict[str, Any]:
    """What the operating system says of the archive in the memory of each JVM, by the JVM's main class."""
    found: dict[str, Any] = {}
    for process in psutil.process_iter(["cmdline"]):
        command = process.info["cmdline"] or [""]
        if Path(command[0]).name == "java":
            main = [word.rpartition(".")[2] for word in command if word.startswith("org.apache.spark.")]
            found |= {name: part for name in main for part in process.memory_maps() if part.path == str(archive)}
    return found


@pytest.mark.usefixtures("_app")
def test_driver_and_executor_of_an_app_map_the_archive_and_share_most_of_its_pages(archive: Path) -> None:
    expected = {"SparkSubmit", "CoarseGrainedExecutorBackend"}
    wait_until(lambda: expected <= set(mappings_of(archive)), "driver and executor are there")
    mappings = mappings_of(archive)
    assert all(part.private_dirty < part.rss / 2 for part in mappings.values())


def test_a_spark_daemon_that_starts_once_it_is_there_maps_it(platform: Platform, archive: Path) -> None:
    worker = psutil.Process(platform.processes()["spark-worker-1"]["pid"])
    worker.kill()
    worker.wait(WAIT_S)
    platform.up()
    daemon = psutil.Process(platform.processes()["spark-worker-1"]["pid"])
    assert str(archive) in {part.path for part in daemon.memory_maps()}


def test_an_archive_that_is_there_is_not_made_again(platform: Platform, archive: Path) -> None:
    before = archive.stat().st_mtime_ns
    archive_classes(platform)
    assert archive.stat().st_mtime_ns == before


def test_an_archive_that_another_process_makes_is_waited_for(
    platform: Platform, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    archive, found_missing = tmp_path / "spark-classes.jsa", Event()

    @contextmanager
    def status_line(_text: str) -> Iterator[Tell]:
        found_missing.set()
        yield lambda _: None

    monkeypatch.setattr("mysimbdp.service.class_archive.class_archive", lambda *_: archive)
    monkeypatch.setattr("mysimbdp.service.class_archive.status_line", status_line)
    with ThreadPoolExecutor() as threads:
        with FileLock(archive.with_suffix(".lock")):
            other = threads.submit(archive_classes, platform)
            assert found_missing.wait(WAIT_S)
            archive.write_bytes(b"made meanwhile")
        other.result()
    assert archive.read_bytes() == b"made meanwhile"


def test_what_is_no_archive_keeps_no_app_from_starting(
    platform: Platform, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.jsa"
    broken.write_bytes(b"no archive")
    monkeypatch.setattr("mysimbdp.service.spark.class_archive", lambda *_: broken)
    platform.start_app(TICKING_APP, name=NAME, fresh=True)
    platform.stop_app(NAME)
    platform.forget_app(NAME)


def test_lists_of_classes_are_one_in_which_each_is_once_and_of_an_archive_s_kind() -> None:
    driver = ["# a comment", "java/lang/Object id: 0", "@lambda-proxy a/B run", "a/B id: 1", "@cp a/B 1 2", "@cp a"]
    executor = [
        "java/lang/Object id: 0",
        "a/C id: 1",
        "a/D id: 2 super: 0 source: /app/some.jar",
        "@lambda-proxy a/B run",
    ]
    older = ["java/lang/Object", "a/E"]
    assert merged([driver, executor, older]) == ["java/lang/Object", "@lambda-proxy a/B run", "a/B", "a/C", "a/E"]


def test_the_newest_java_takes_the_lists_of_two_programs_as_one(tmp_path: Path) -> None:
    cache = load_settings().cache
    fetch_wheel(cache, java.WHEEL, java.arrange_wheel)
    runtime = java.WHEEL.folder(cache) / "runtime" / "bin" / "java"
    lists = []
    for number, program in enumerate(["-version", "--list-modules"]):
        listed = tmp_path / f"{number}"
        subprocess.run([runtime, f"-XX:DumpLoadedClassList={listed}", program], check=True, capture_output=True)
        lists.append(listed.read_text().splitlines())
    both = tmp_path / "both"
    both.write_text("\n".join(merged(lists)))
    dump = ["-Xshare:dump", f"-XX:SharedClassListFile={both}", f"-XX:SharedArchiveFile={tmp_path / 'archive.jsa'}"]
    done = subprocess.run([runtime, *dump], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
