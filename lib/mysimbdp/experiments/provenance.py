"""Where a number was measured: machine, versions, revision."""

import os
import platform as this_machine
import subprocess
from functools import cache
from importlib.metadata import version
from pathlib import Path

import psutil

from mysimbdp import coredms
from mysimbdp.documents import Machine
from mysimbdp.service.artifacts import KAFKA, locked_jars
from mysimbdp.service.java import find_java
from mysimbdp.settings import CHECKOUT, load_settings

GIT_TIMEOUT_S = 10
CPU_INFO = Path("/proc/cpuinfo")


def machine() -> Machine:
    """This machine, and how busy it is now."""
    return Machine(
        cpu=_cpu(),
        cores=os.cpu_count() or 1,
        memory_gb=round(psutil.virtual_memory().total / 2**30, 1),
        load_before=round(psutil.getloadavg()[0], 2),
    )


def versions(database: coredms.Coredms) -> dict[str, str]:
    """The versions of all that takes part; the broker's is the embedded one's where the kit runs it."""
    settings = load_settings()
    java = find_java(settings.cache)
    return {
        "python": this_machine.python_version(),
        "mysimbdp": version("mysimbdp"),
        "pyspark": version("pyspark"),
        "kafka": "external" if settings.kafka else _broker_version(),
        "mongodb": str(database.command("buildInfo")["version"]),
        "java": str(java.version) if java else "external",
    }


def git_revision() -> str | None:
    """The commit of the checkout now, with a + where files differ from it; None outside of one."""
    try:
        revision = _git("rev-parse", "HEAD")
        return f"{revision}+" if _git("status", "--porcelain", "--untracked-files=no") else revision
    except (OSError, subprocess.SubprocessError):
        return None


def _git(*arguments: str) -> str:
    command = ["git", "-C", str(CHECKOUT), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=GIT_TIMEOUT_S).stdout.strip()


def _broker_version() -> str:
    return next(jar.version for jar in locked_jars(KAFKA) if jar.module.startswith("kafka_"))


@cache
def _cpu() -> str:
    """The model of the processor as Linux names it, else what Python knows."""
    if CPU_INFO.is_file():
        names = (line.partition(":")[2].strip() for line in CPU_INFO.read_text().splitlines() if "model name" in line)
        return next(names, this_machine.machine())
    return this_machine.processor() or this_machine.machine()
