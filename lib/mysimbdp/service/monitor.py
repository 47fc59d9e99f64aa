"""The monitor's process, started on request beside the services, and what it said last."""

import os
import sys
from datetime import UTC, datetime, timedelta

from pydantic import BaseModel

from mysimbdp.documents import PlatformAlert
from mysimbdp.errors import KitError
from mysimbdp.service.home import Home, write_json
from mysimbdp.service.services import STOP_APPS
from mysimbdp.service.supervision.child import Command
from mysimbdp.settings import Settings, as_environment

NAME = "monitor"
# A look takes seconds where several services hang.
OVERDUE_S = 30.0


class LastLook(BaseModel):
    """When the monitor looked last, and the alerts that stood then (monitor.json); there also without a database."""

    at: datetime
    alerts: list[PlatformAlert]


def last_look(home: Home) -> LastLook | None:
    """What the monitor said last, or None where there never was one."""
    return LastLook.model_validate_json(home.monitor.read_text()) if home.monitor.exists() else None


def say(home: Home, look: LastLook) -> None:
    """Leave what was seen last for `status`, and for the next monitor."""
    write_json(home.monitor, look.model_dump(mode="json"))


def require_recent_look(home: Home, started: datetime) -> None:
    """Return if the monitor, which was started then, does its work.

    Raises:
        KitError: it has not looked for too long.
    """
    overdue = datetime.now(UTC) - timedelta(seconds=OVERDUE_S)
    if started < overdue:
        require_look_since(home, overdue)


def require_look_since(home: Home, since: datetime) -> None:
    """Return if the monitor has looked since then, raise KitError otherwise."""
    look = last_look(home)
    if look is None or look.at < since:
        raise KitError(f"The monitor has not looked since {since:%H:%M:%S} UTC; see {home.log(NAME)}.")


class Monitor:
    """The monitor as a service of the instance; it serves once it has looked."""

    name = NAME
    needs: str | None = None

    def __init__(self, settings: Settings, home: Home) -> None:
        self._settings = settings
        self._home = home
        self._began = datetime.now(UTC)

    def command(self) -> Command:
        argv = [sys.executable, "-m", "mysimbdp.monitor"]
        env = os.environ | as_environment(self._settings)
        return Command(NAME, argv, env, str(self._home.path), str(self._home.log(NAME)), STOP_APPS)

    def become_ready(self, timeout_s: float) -> None:  # noqa: ARG002 # a file tells, without delay
        require_look_since(self._home, self._began)
