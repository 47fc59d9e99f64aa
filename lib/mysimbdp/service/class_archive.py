"""The classes of Spark's processes, loaded and verified once for all: an archive that every JVM of Spark maps.

A JVM that starts Spark reads more than ten thousand classes out of jars and verifies each. Java's class data sharing
keeps the outcome in a file. It belongs to one Java and one installation of Spark; a JVM that it does not fit goes on
without.
"""

import subprocess
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
from filelock import FileLock

from mysimbdp.contracts import Topics
from mysimbdp.errors import KitError
from mysimbdp.messaging import create_topics, delete_topics
from mysimbdp.service.display import CONSOLE, status_line
from mysimbdp.service.java import Java
from mysimbdp.service.launch import Tell
from mysimbdp.service.platform import Platform
from mysimbdp.service.provision import provide_java
from mysimbdp.service.spark import class_archive
from mysimbdp.sources import ProduceOptions, produce

NAME = "class-archive"
MESSAGES = ProduceOptions(count=200, rate_per_s=200, sensors=10, topic_suffix=NAME)
CATCH_UP_TIMEOUT_S = 120.0
DUMP_TIMEOUT_S = 300.0
_DOING = "archiving the classes of Spark, once (about a minute)"


def archive_classes(platform: Platform) -> None:
    """Make the archive of this Java and this Spark, unless it is there; what starts from now on uses it.

    Only for the embedded Spark. It takes a minute, once: an app is run to see what its processes load. Where another
    process is at it, that one is waited for. A Java that cannot write an archive is told of, and apps start as they
    did.

    Raises:
        KitError: the app did not start.
    """
    settings = platform.settings
    java = provide_java(settings.cache.absolute())
    archive = class_archive(settings.cache.absolute(), java)
    if settings.spark or archive.exists():
        return
    with status_line(_DOING) as show, FileLock(archive.with_suffix(".lock")):
        if archive.exists():  # another process was faster
            return
        _make(platform, java, archive, tell=lambda step: show(f"{_DOING}: {step}"))


def _make(platform: Platform, java: Java, archive: Path, tell: Tell) -> None:
    with TemporaryDirectory() as scratch:
        classes, classpath = _classes_of_an_app(platform, Path(scratch), tell)
        tell("writing them")
        try:
            _dump(java, classes, classpath, archive)
        except KitError as error:
            CONSOLE.print(f"{error} Apps start without it.", highlight=False, markup=False, soft_wrap=True)


def _classes_of_an_app(platform: Platform, scratch: Path, tell: Tell) -> tuple[Path, str]:
    """What an app's driver and executor load, as a list for Java, and the class path they share."""
    driver, executor, both = scratch / "driver", scratch / "executor", scratch / "both"
    listing = {
        "spark.driver.extraJavaOptions": f"-XX:DumpLoadedClassList={driver}",
        "spark.executor.extraJavaOptions": f"-XX:DumpLoadedClassList={executor}",
    }
    settings = platform.settings.model_copy(update={"spark_conf": {**platform.settings.spark_conf, **listing}})
    with _app_at_work(Platform(settings), tell):
        classpath = _class_path_of_process_with(listing["spark.executor.extraJavaOptions"])
    both.write_text("\n".join(merged(file.read_text().splitlines() for file in (driver, executor))))
    return both, classpath


def merged(lists: Iterable[Iterable[str]]) -> list[str]:
    """Lists of classes as one, each class once, by its name alone.

    A newer Java numbers the classes of a list, and two lists use the same numbers. It also lists classes that a
    program reads by itself (`source:`), for an app from a folder that goes with it, and what it has resolved (`@cp`),
    whose last line may be half of one, since it writes them while it ends.
    """
    kept = (line for one in lists for line in one if not line.startswith(("#", "@cp")) and " source: " not in line)
    return list(dict.fromkeys(line.partition(" id: ")[0] for line in kept))


@contextmanager
def _app_at_work(platform: Platform, tell: Tell) -> Iterator[None]:
    """The stream app, once it has computed something."""
    kafka, topics = platform.endpoints().kafka, Topics(NAME)
    with ExitStack() as left:
        left.callback(_undone, partial(delete_topics, kafka, topics.all()))
        create_topics(kafka, topics, 1)
        produce(kafka, MESSAGES)
        left.callback(_undone, partial(platform.forget_app, NAME))
        left.callback(_undone, partial(platform.stop_app, NAME))
        platform.start_app("tenantstreamapp", {"topic_suffix": topics.suffix}, name=NAME, fresh=True, tell=tell)
        platform.wait_until_caught_up(NAME, CATCH_UP_TIMEOUT_S, tell)
        yield


def _undone(undo: Callable[[], object]) -> None:
    """As far as there is something to undo; why the app failed matters more."""
    with suppress(KitError):
        undo()


def _class_path_of_process_with(argument: str) -> str:
    for process in psutil.process_iter(["cmdline"]):
        command = process.info["cmdline"] or []
        if argument in command:
            return str(command[command.index("-cp") + 1])
    raise KitError("No executor of the app was found, so its classes could not be archived.")


def _dump(java: Java, classes: Path, classpath: str, archive: Path) -> None:
    unfinished = archive.with_suffix(".unfinished")
    options = ["-Xshare:dump", f"-XX:SharedClassListFile={classes}", f"-XX:SharedArchiveFile={unfinished}"]
    dump = [java.executable, *options, "-cp", classpath]
    try:
        done = subprocess.run(dump, capture_output=True, text=True, timeout=DUMP_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        raise KitError("Java did not archive the classes of Spark in time.") from None
    if done.returncode or not unfinished.exists():
        *_, last = ["", *(done.stderr or done.stdout).splitlines()]
        raise KitError(f"Java could not archive the classes of Spark ({last or f'exit code {done.returncode}'}).")
    for outdated in archive.parent.glob(f"{archive.stem.rpartition('-')[0]}-*.jsa"):
        outdated.unlink()
    unfinished.rename(archive)
