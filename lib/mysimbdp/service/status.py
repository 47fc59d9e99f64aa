"""What is true of an instance now: which services answer, which have died and of what, and where they are."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel

from mysimbdp import coredms, messaging
from mysimbdp.errors import KitError
from mysimbdp.service import kafka, mongodb, monitor, spark
from mysimbdp.service.home import Home
from mysimbdp.service.ports import read_ports
from mysimbdp.service.supervision.client import SupervisorClient
from mysimbdp.settings import Settings

PING_TIMEOUT_S = 3.0
START_AGAIN = "`mysimbdp up` starts it again"
RESTART = "`mysimbdp down`, then `mysimbdp up`"

# "external" is a Spark that the settings place elsewhere: it is there when an app asks for it.
State = Literal["running", "unreachable", "stopping", "stopped", "dead", "external"]


class ServiceStatus(BaseModel):
    """One service. An embedded one has a process and a log; an external one is only asked."""

    name: str
    state: State
    pid: int | None = None
    since: datetime | None = None
    reason: str | None = None
    fix: str | None = None
    log: Path | None = None


def embedded_endpoint(home: Home, name: str) -> str:
    """Where an embedded service answers while it runs; its port and password stay the same."""
    ports = read_ports(home)
    if name == kafka.NAME:
        return kafka.endpoint(ports)
    if name == mongodb.NAME:
        return mongodb.endpoint(ports, home.read_instance().mongodb_password)
    return spark.endpoint(ports)


def service_states(settings: Settings, home: Home, supervisor: SupervisorClient) -> list[ServiceStatus]:
    """The state of every service, each asked now, side by side."""
    children = supervisor.children()
    workers = sorted(name for name in children if name.startswith(spark.WORKER_PREFIX))
    asked_for = [name for name in children if name == monitor.NAME and children[name]["state"] != "stopped"]
    lost = supervisor.was_killed

    def state(name: str) -> ServiceStatus:
        if external := getattr(settings, name, None):
            return _external(name, external)
        if child := children.get(name):
            found = _supervised(home, child)
            # If it does not answer, it may have ended since the supervisor was asked, and that is why.
            now = supervisor.children().get(name, child) if found.state == "unreachable" else child
            return found if now["state"] == child["state"] else _supervised(home, now)
        return _unsupervised(name, lost)

    with ThreadPoolExecutor() as pool:
        return list(pool.map(state, [kafka.NAME, mongodb.NAME, spark.NAME, *workers, *asked_for]))


def _external(name: str, endpoint: str) -> ServiceStatus:
    if name == spark.NAME:
        return ServiceStatus(name=name, state="external")
    reason = _complaint(ping, name, endpoint)
    fix = f"check MYSIMBDP_{name.upper()}" if reason else None
    return ServiceStatus(name=name, state="unreachable" if reason else "running", reason=reason, fix=fix)


def _supervised(home: Home, child: dict[str, Any]) -> ServiceStatus:
    state, reason, fix = child["state"], child["reason"], None
    if state == "running" and (reason := _complaint(_ping_embedded, home, child)):
        state, fix = "unreachable", RESTART
    elif state == "dead":
        fix = START_AGAIN
    known = {key: child[key] for key in ("name", "pid", "since", "log")}
    return ServiceStatus(state=state, reason=reason, fix=fix, **known)


def _unsupervised(name: str, supervisor_was_killed: bool) -> ServiceStatus:
    if supervisor_was_killed:
        return ServiceStatus(name=name, state="dead", reason="its supervisor was killed", fix=START_AGAIN)
    return ServiceStatus(name=name, state="stopped", fix="`mysimbdp up` starts it")


def ping(name: str, endpoint: str) -> None:
    """Return once Kafka or MongoDB answers at `endpoint`, raise KitError otherwise."""
    ask = messaging.ping if name == kafka.NAME else coredms.ping
    ask(endpoint, PING_TIMEOUT_S)


def _ping_embedded(home: Home, child: dict[str, Any]) -> None:
    name = child["name"]
    if name.startswith(spark.WORKER_PREFIX):
        spark.require_worker(read_ports(home), name, PING_TIMEOUT_S)
    elif name == spark.NAME:
        spark.alive_workers(read_ports(home), PING_TIMEOUT_S)
    elif name == monitor.NAME:
        monitor.require_recent_look(home, datetime.fromtimestamp(child["since"], UTC))
    else:
        ping(name, embedded_endpoint(home, name))


def _complaint(ask: Callable[..., None], *arguments: object) -> str | None:
    """What is wrong, or None."""
    try:
        ask(*arguments)
    except KitError as error:
        return str(error)
    return None
