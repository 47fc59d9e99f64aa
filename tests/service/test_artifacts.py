"""What the kit downloads is locked."""

import re
from pathlib import Path

import pyspark
import pytest

from mysimbdp.service.artifacts import CONNECTOR, KAFKA, Jar, is_complete, jar_paths, locked_jars

LOCKED = [*locked_jars(KAFKA), *locked_jars(CONNECTOR)]


def test_every_jar_is_locked_by_checksum_and_size() -> None:
    assert all(re.fullmatch("[0-9a-f]{64}", jar.sha256) and jar.size_bytes > 0 for jar in LOCKED)


def test_no_jar_is_locked_twice_for_one_purpose() -> None:
    names = [(jar.set, jar.organisation, jar.module) for jar in LOCKED]
    assert len(set(names)) == len(names)


def test_the_connector_is_the_one_of_the_installed_spark() -> None:
    versions = {jar.version for jar in locked_jars(CONNECTOR) if jar.organisation == "org.apache.spark"}
    assert versions == {pyspark.__version__}


def test_a_jar_that_pyspark_ships_is_not_downloaded_for_the_connector() -> None:
    shipped = {path.name for path in (Path(pyspark.__file__).parent / "jars").glob("*.jar")}
    assert not shipped & {jar.file_name for jar in locked_jars(CONNECTOR)}


@pytest.mark.parametrize(("content", "fits"), [(b"jar", True), (b"JAR", False)])
def test_a_jar_fits_by_its_checksum(tmp_path: Path, content: bytes, fits: bool) -> None:
    jar = Jar("kafka", "org", "module", "1", 3, "0163f1eea7894350060624d315234d40c508ab251ba121714e234503045faadd")
    file = tmp_path / jar.file_name
    file.write_bytes(content)
    assert jar.matches(file) is fits


def test_a_missing_or_shortened_jar_makes_the_set_incomplete(tmp_path: Path) -> None:
    paths = jar_paths(tmp_path, CONNECTOR)
    paths[0].parent.mkdir()
    for path, jar in zip(paths, locked_jars(CONNECTOR), strict=True):
        path.write_bytes(b"")
        with path.open("r+b") as file:
            file.truncate(jar.size_bytes)
    assert is_complete(tmp_path, CONNECTOR)
    paths[0].write_bytes(b"half")
    assert not is_complete(tmp_path, CONNECTOR)
    paths[0].unlink()
    assert not is_complete(tmp_path, CONNECTOR)
