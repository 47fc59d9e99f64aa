"""A Spark standalone cluster: a master, and workers of one core and one gigabyte as in the published platform."""

import hashlib
import json
import os
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyspark

from mysimbdp.apps.session import class_sharing
from mysimbdp.errors import KitError
from mysimbdp.service.java import Java
from mysimbdp.service.ports import LOOPBACK
from mysimbdp.service.services import STOP_SPARK, Ground
from mysimbdp.service.supervision.child import Command

NAME = "spark"
WEB = "spark-web"
PORTS = [NAME, WEB]
WORKER_PREFIX = "spark-worker-"
WORKER_CORES = 1
WORKER_MEMORY = "1g"
MASTER_MEMORY_MB = 300
WORKER_MEMORY_MB = 250 + 1024  # the daemon, and the executor it will start
SPARK_HOME = Path(pyspark.__file__).parent
# What Spark's start scripts would find out; a worker needs both to start executors.
SPARK_PLACE = {"SPARK_HOME": str(SPARK_HOME), "SPARK_SCALA_VERSION": "2.13"}

# Daemons that only pass messages: small, quick to start, sparing with two cores. They keep about 33 MB; Java would
# begin with a part of the machine's memory, and fill it with garbage before it collects any.
DAEMON_OPTIONS = ["-Xmx256m", "-Xms48m", "-Xmn8m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]
# An app takes one core unless its settings say more, so that the next one finds the next worker free.
MASTER_OPTIONS = ["-Dspark.deploy.defaultCores=1", "-Dspark.master.rest.enabled=false"]

# Copies of jars that ended apps leave behind go soon: experiments start many apps.
WORKER_OPTIONS = ["-Dspark.worker.cleanup.interval=300", "-Dspark.worker.cleanup.appDataTtl=600"]


def class_archive(cache: Path, java: Java) -> Path:
    """Where the archive of this Spark's classes is, once `archive_classes` has made it.

    Its name changes with what it was made of: where Spark is, when it was put there, and the Java.
    """
    core = next((SPARK_HOME / "jars").glob("spark-core_*.jar"))
    place, made_of = str(SPARK_HOME), f"{core.stat().st_mtime_ns} {java.home} {java.version}"
    digests = (hashlib.sha256(text.encode()).hexdigest()[:8] for text in (place, made_of))
    return cache / f"spark-classes-{'-'.join(digests)}.jsa"


def existing_archive(cache: Path, java: Java) -> str | None:
    """The archive of classes, where it has been made."""
    archive = class_archive(cache, java)
    return str(archive) if archive.exists() else None


def endpoint(ports: dict[str, int]) -> str:
    return f"spark://{LOOPBACK}:{ports[NAME]}"


def worker_name(number: int) -> str:
    return f"{WORKER_PREFIX}{number}"


def alive_workers(ports: dict[str, int], timeout_s: float) -> list[dict[str, Any]]:
    """What the embedded master says of the workers that serve it.

    Raises:
        KitError: the master does not answer within `timeout_s`, or is not ready.
    """
    return [worker for worker in _ask_master(ports, timeout_s)["workers"] if worker["state"] == "ALIVE"]


def free_cores(ports: dict[str, int], starting: Mapping[str, int], timeout_s: float) -> int:
    """How many cores no app has, nor is to have of those that are `starting` (cores by name).

    Raises:
        KitError: the master does not answer.
    """
    return unclaimed_cores(_ask_master(ports, timeout_s), starting)


def unclaimed_cores(master: Mapping[str, Any], starting: Mapping[str, int]) -> int:
    """The same, of what the master says; it need not know of an app that is starting.

    An app that has just ended has no core, even if its executor is still winding down.
    """
    there: int = sum(worker["cores"] for worker in master["workers"] if worker["state"] == "ALIVE")
    taken: int = sum(app["cores"] for app in master["activeapps"])
    known = {app["name"] for app in master["activeapps"]}
    return there - taken - sum(cores for name, cores in starting.items() if name not in known)


def _ask_master(ports: dict[str, int], timeout_s: float) -> dict[str, Any]:
    try:
        with urllib.request.urlopen(f"http://{LOOPBACK}:{ports[WEB]}/json/", timeout=timeout_s) as page:
            state: dict[str, Any] = json.load(page)
    except (OSError, ValueError) as error:
        raise KitError(
            f"The Spark master {endpoint(ports)} does not answer ({error}); see `mysimbdp status`."
        ) from None
    if state["status"] != "ALIVE":
        raise KitError(f"The Spark master {endpoint(ports)} is {state['status'].lower()}; try again in a moment.")
    return state


def require_worker(ports: dict[str, int], name: str, timeout_s: float) -> None:
    """Return if the worker serves the master.

    Raises:
        KitError: the master does not answer, or does not know the worker.
    """
    if ports[name] not in [worker["port"] for worker in alive_workers(ports, timeout_s)]:
        raise KitError(f"{name} is not known to the Spark master; see `mysimbdp status`.")


class SparkMaster:
    """The embedded master."""

    name = NAME
    needs: str | None = None

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def command(self) -> Command:
        ports = self._ground.ports
        listening = ["--host", LOOPBACK, "--port", str(ports[NAME]), "--webui-port", str(ports[WEB])]
        return _daemon(self._ground, NAME, [*MASTER_OPTIONS, "org.apache.spark.deploy.master.Master", *listening])

    def become_ready(self, timeout_s: float) -> None:
        alive_workers(self._ground.ports, timeout_s)


class SparkWorker:
    """One embedded worker; it serves once the master knows it."""

    needs: str | None = NAME

    def __init__(self, ground: Ground, name: str) -> None:
        self.name = name
        self._ground = ground
        self._port = ground.ports[name]
        self._directory = ground.home.data / NAME / name

    def command(self) -> Command:
        self._directory.mkdir(parents=True, exist_ok=True)
        size = ["--cores", str(WORKER_CORES), "--memory", WORKER_MEMORY]
        listening = ["--host", LOOPBACK, "--port", str(self._port), "--webui-port", "0"]
        place = ["--work-dir", str(self._directory), endpoint(self._ground.ports)]
        arguments = [*WORKER_OPTIONS, "org.apache.spark.deploy.worker.Worker", *size, *listening, *place]
        return _daemon(self._ground, self.name, arguments)

    def become_ready(self, timeout_s: float) -> None:
        require_worker(self._ground.ports, self.name, timeout_s)


def _daemon(ground: Ground, name: str, arguments: list[str]) -> Command:
    sharing = class_sharing(existing_archive(ground.cache, ground.java))
    argv = [ground.java.executable, *DAEMON_OPTIONS, *sharing, "-cp", _class_path(), *arguments]
    local = {"SPARK_LOCAL_IP": LOOPBACK, "SPARK_LOCAL_DIRS": str(ground.home.scratch)}
    env = os.environ | ground.java.environment() | SPARK_PLACE | local
    return Command(name, argv, env, str(ground.home.data), str(ground.home.log(name)), STOP_SPARK)


def _class_path() -> str:
    """As Spark's own launcher builds it for apps: an archive of classes fits only the class path it was made with."""
    jars = SPARK_HOME / "jars"
    return os.pathsep.join(map(str, [SPARK_HOME / "conf", next(jars.glob("slf4j-api-*.jar")), jars / "*"]))
