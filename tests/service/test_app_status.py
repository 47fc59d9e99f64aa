"""The state of an app follows from what its supervisor sees and what its driver said last."""

import json
from typing import Any

import pytest

from mysimbdp.apps.spec import DriverPhase, DriverState
from mysimbdp.service.app_folder import AppFolder
from mysimbdp.service.app_status import app_states, describe, with_counts
from mysimbdp.service.home import Home
from mysimbdp.service.supervision.client import SupervisorClient

STARTING, RUNNING, STOPPING, STOPPED, FAILED = DriverPhase


def seen(state: str, reason: str | None = None) -> dict[str, Any]:
    return {"state": state, "reason": reason, "pid": 7 if state in ("running", "stopping") else None, "since": 0.0}


@pytest.mark.parametrize(
    ("said", "child", "supervisor_was_killed", "state", "reason"),
    [
        (None, seen("running"), False, STARTING, None),
        (STARTING, seen("running"), False, STARTING, None),
        (RUNNING, seen("running"), False, RUNNING, None),
        (STOPPING, seen("stopping"), False, STOPPING, None),
        (STOPPED, seen("stopped"), False, STOPPED, None),
        (RUNNING, seen("stopped", "was killed"), False, STOPPED, "was killed"),
        (FAILED, seen("dead", "exited with code 1"), False, FAILED, "its own sentence"),
        (FAILED, seen("running"), False, FAILED, "its own sentence"),
        (RUNNING, seen("dead", "killed by SIGKILL"), False, FAILED, "killed by SIGKILL"),
        (None, seen("dead", "exited with code 1"), False, FAILED, "exited with code 1"),
        (STOPPED, None, False, STOPPED, None),
        (FAILED, None, False, FAILED, "its own sentence"),
        (RUNNING, None, False, FAILED, "its instance went down before it could stop"),
        (RUNNING, None, True, FAILED, "its supervisor was killed"),
    ],
)
def test_state_and_reason(
    home: Home,
    said: DriverPhase | None,
    child: dict[str, Any] | None,
    supervisor_was_killed: bool,
    state: DriverPhase,
    reason: str | None,
) -> None:
    folder = AppFolder(home, "app")
    folder.path.mkdir()
    if said:
        DriverState(said, 7, "its own sentence" if said is FAILED else None).write(folder.path)
    status = describe(folder, child, supervisor_was_killed)
    assert (status.state, status.reason) == (state, reason)


def test_what_an_app_counted_is_read_only_when_asked_for(home: Home) -> None:
    folder = AppFolder(home, "app")
    folder.path.mkdir()
    folder.spec.touch()
    progress = {"name": "ticks", "batchId": 0, "numInputRows": 3, "stateOperators": []}
    (folder.path / "progress.jsonl").write_text(json.dumps(progress) + "\n")
    (state,) = app_states(home, SupervisorClient(home))
    assert state.counts == {}
    assert with_counts(state).counts["ticks"]["messages"] == 3
