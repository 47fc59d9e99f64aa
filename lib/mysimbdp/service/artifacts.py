"""What the kit downloads: jars by lock file and programs by wheel, and where they are in the cache."""

import csv
import hashlib
from dataclasses import dataclass
from functools import cache as memoised
from pathlib import Path

LOCK_FILE = Path(__file__).with_name("jars.lock")

KAFKA = "kafka"
CONNECTOR = "connector"


@dataclass(frozen=True)
class Jar:
    """One locked jar; `set` says what it is for: the broker, or Spark's Kafka connector."""

    set: str
    organisation: str
    module: str
    version: str
    size_bytes: int
    sha256: str

    @property
    def file_name(self) -> str:
        return f"{self.module}-{self.version}.jar"

    def matches(self, file: Path) -> bool:
        return file.is_file() and hashlib.sha256(file.read_bytes()).hexdigest() == self.sha256


@dataclass(frozen=True)
class Wheel:
    """A program that comes inside a wheel of the package index."""

    name: str
    requirement: str
    size_bytes: int
    sha256: str

    def folder(self, cache: Path) -> Path:
        return cache / self.requirement.replace("==", "-")


@memoised
def locked_jars(jar_set: str) -> tuple[Jar, ...]:
    with LOCK_FILE.open(newline="") as lines:
        return tuple(
            Jar(**row | {"size_bytes": int(row["size_bytes"])})  # type: ignore[arg-type]  # the row's other fields are text
            for row in csv.DictReader(lines)
            if row["set"] == jar_set
        )


def jar_folder(cache: Path, jar_set: str) -> Path:
    """Where the set is in the cache; another lock means another folder."""
    locked = "".join(jar.sha256 for jar in locked_jars(jar_set))
    return cache / f"{jar_set}-jars-{hashlib.sha256(locked.encode()).hexdigest()[:8]}"


def jar_paths(cache: Path, jar_set: str) -> list[Path]:
    return [jar_folder(cache, jar_set) / jar.file_name for jar in locked_jars(jar_set)]


def is_complete(cache: Path, jar_set: str) -> bool:
    """Whether every jar is there in its locked size; checksums were compared when it was downloaded."""
    files = zip(jar_paths(cache, jar_set), locked_jars(jar_set), strict=True)
    return all(path.is_file() and path.stat().st_size == jar.size_bytes for path, jar in files)
