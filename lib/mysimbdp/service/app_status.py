"""What is true of an app now, from what its supervisor sees and what its driver said last."""

from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel, computed_field

from mysimbdp.apps.counts import alert_for, observed_counts
from mysimbdp.apps.spec import DriverPhase, DriverState
from mysimbdp.service.app_folder import AppFolder, app_folders
from mysimbdp.service.home import Home
from mysimbdp.service.supervision.client import SupervisorClient


class AppStatus(BaseModel):
    """One app; `reason` is one sentence when it failed, and `log` has the rest.

    `counts` has what each of its queries counted since the app began anew. Only the list of apps has them: they are in
    the progress of all batches, too much to read at every look at a state.
    """

    name: str
    state: DriverPhase
    pid: int | None = None
    since: datetime | None = None
    reason: str | None = None
    log: Path
    counts: dict[str, dict[str, int]] = {}

    @computed_field  # type: ignore[prop-decorator]  # pydantic's own way
    @property
    def alerts(self) -> list[str]:
        """What somebody should look at although the app runs."""
        return [alert for counts in self.counts.values() if (alert := alert_for(counts))]


def app_states(home: Home, supervisor: SupervisorClient) -> list[AppStatus]:
    """The state of every app of the instance that was ever started, without its counts."""
    children = supervisor.children()
    return [describe(folder, children.get(folder.child), supervisor.was_killed) for folder in app_folders(home)]


def with_counts(status: AppStatus) -> AppStatus:
    """The same with what each query has counted."""
    counts = {query: dict(found) for query, found in observed_counts(status.log.parent).items()}
    return status.model_copy(update={"counts": counts})


def describe(folder: AppFolder, child: dict[str, Any] | None, supervisor_was_killed: bool) -> AppStatus:
    """The state of one app, without its counts. `child` is what the supervisor sees of its driver, if it does."""
    said = folder.last_words()
    if child is None:
        state, reason = _after_its_instance(said, supervisor_was_killed)
        return AppStatus(name=folder.name, state=state, reason=reason, log=folder.log)
    state, reason = _supervised(said, child)
    return AppStatus(
        name=folder.name,
        state=state,
        reason=reason,
        log=folder.log,
        pid=child["pid"],
        since=child["since"],
    )


def _supervised(said: DriverState | None, child: dict[str, Any]) -> tuple[DriverPhase, str | None]:
    if child["state"] == "running":
        return (said.state, said.reason) if said else (DriverPhase.STARTING, None)
    if child["state"] == "dead":
        return DriverPhase.FAILED, said.reason if said and said.state is DriverPhase.FAILED else child["reason"]
    return DriverPhase(child["state"]), child["reason"]


def _after_its_instance(said: DriverState | None, supervisor_was_killed: bool) -> tuple[DriverPhase, str | None]:
    """The instance went down since, so a driver that did not say goodbye was ended before it could."""
    if said and said.state in (DriverPhase.STOPPED, DriverPhase.FAILED):
        return said.state, said.reason
    how = "its supervisor was killed" if supervisor_was_killed else "its instance went down before it could stop"
    return DriverPhase.FAILED, how
