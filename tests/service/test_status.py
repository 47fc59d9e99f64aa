"""What is told of a service that ends while it is asked."""

from typing import Any

import pytest
from typing_extensions import override

from mysimbdp.service.home import Home
from mysimbdp.service.kafka import NAME
from mysimbdp.service.ports import remember_ports
from mysimbdp.service.status import service_states
from mysimbdp.service.supervision.client import SupervisorClient
from mysimbdp.settings import load_settings


class Seen(SupervisorClient):
    """Sees one state of Kafka after the other, and then the last one."""

    def __init__(self, home: Home, *states: str) -> None:
        super().__init__(home)
        self._states = list(states)

    @override
    def children(self) -> dict[str, dict[str, Any]]:
        state = self._states.pop(0) if len(self._states) > 1 else self._states[0]
        reason = "killed by SIGKILL" if state == "dead" else None
        return {NAME: {"name": NAME, "state": state, "reason": reason, "pid": 7, "since": 0.0, "log": "kafka.txt"}}


@pytest.mark.parametrize(
    ("states", "told"),
    [(["running", "dead"], "dead"), (["running", "running"], "unreachable"), (["dead"], "dead")],
)
def test_a_service_that_ended_meanwhile_is_dead_and_not_unreachable(home: Home, states: list[str], told: str) -> None:
    remember_ports(home, [NAME])  # where nobody answers
    settings = load_settings(home=home.path, mongodb="mongodb://127.0.0.1:9", spark="local[1]")
    kafka = next(one for one in service_states(settings, home, Seen(home, *states)) if one.name == NAME)
    assert kafka.state == told
    assert (kafka.reason == "killed by SIGKILL") == (told == "dead")
