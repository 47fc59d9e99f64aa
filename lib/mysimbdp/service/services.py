"""What every embedded service is to the platform: a command to run, and a way to know that it serves."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from mysimbdp.service.home import Home
from mysimbdp.service.java import Java
from mysimbdp.service.supervision.child import Command

# Stopped in this order: apps drain into the stores, Spark ends with them, the stores come last.
STOP_APPS, STOP_SPARK, STOP_STORES = 0, 1, 2


class Service(Protocol):
    """One embedded service of an instance; `needs` names the one that must serve before it is started."""

    name: str
    needs: str | None

    def command(self) -> Command:
        """Write the configuration and make the data directory ready; return what is to be run."""

    def become_ready(self, timeout_s: float) -> None:
        """Return once the service answers; do what its first start needs.

        Raises:
            KitError: it does not answer within `timeout_s`.
        """


@dataclass(frozen=True)
class Ground:
    """What services stand on: the instance directory, the kit's cache, the ports, and Java."""

    home: Home
    cache: Path
    ports: dict[str, int]
    java: Java
