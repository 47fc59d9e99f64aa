"""Cores of the embedded cluster that an app can still have, from what the master says."""

from typing import Any

import pytest

from mysimbdp.service.spark import unclaimed_cores

ALIVE, DEAD = {"cores": 1, "state": "ALIVE"}, {"cores": 1, "state": "DEAD"}


def app(name: str, cores: int = 1) -> dict[str, Any]:
    return {"name": name, "cores": cores}


@pytest.mark.parametrize(
    ("workers", "active", "starting", "unclaimed"),
    [
        ([], [], {}, 0),
        ([ALIVE, ALIVE, DEAD], [], {}, 2),
        ([ALIVE, ALIVE], [app("a")], {}, 1),
        ([ALIVE, ALIVE], [], {"a": 1}, 1),
        ([ALIVE, ALIVE], [app("a")], {"a": 1}, 1),  # it is known already
        ([ALIVE, ALIVE], [app("a")], {"b": 1}, 0),
        ([ALIVE], [app("a", cores=0)], {}, 1),  # it waits for a core, or has just ended
        ([ALIVE], [app("a")], {"b": 2}, -2),
    ],
)
def test_a_core_is_claimed_once(
    workers: list[dict[str, Any]], active: list[dict[str, Any]], starting: dict[str, int], unclaimed: int
) -> None:
    assert unclaimed_cores({"workers": workers, "activeapps": active}, starting) == unclaimed
