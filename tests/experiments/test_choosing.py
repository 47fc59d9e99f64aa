"""Which runs of an experiment a figure is made of."""

from typing import Any

import pytest

from mysimbdp.documents import RunDocument, RunStatus
from mysimbdp.experiments.choosing import chosen
from tests.metrics.made import at, run


def sweep(
    name: str | None, began_s: float, rates: tuple[float, ...] = (1, 10), profile: str = "quick", **fields: Any
) -> list[RunDocument]:
    """A run for each rate, in an order of its own."""
    return [
        run(
            f"{name}-{order}",
            {"rate_per_s": rate, "seed": order},
            **{"sweep": name, "profile": profile, "order": order, "started_at": at(began_s + order)} | fields,
        )
        for order, rate in enumerate(rates, start=1)
    ]


A, B, C = sweep("a", 0), sweep("b", 100, (10, 1)), sweep("c", 200, (1, 10))
FULL = sweep("f", 150, profile="full")


@pytest.mark.parametrize(
    ("runs", "asked", "expected"),
    [
        (A, {}, "a-1 a-2"),
        (A + B, {}, "b-1 b-2 a-1 a-2"),
        (C + A + B, {}, "c-1 c-2 b-1 b-2"),
        (B + sweep("more", 200, (1, 10, 100)), {}, "more-1 more-2 more-3"),
        (B + sweep("arm", 200, arm="published"), {}, "arm-1 arm-2"),
        (B + sweep("later", 200, git_revision="abc"), {}, "later-1 later-2"),
        (B + sweep("half", 200)[:1] + sweep("half", 200, git_revision="abc")[1:], {}, "half-1 half-2"),
        (B + sweep("newer", 200, versions={"mysimbdp": "0.2.0"}), {}, "newer-1 newer-2"),
        (B + sweep("else", 200, machine=run()["machine"] | {"cores": 4}), {}, "else-1 else-2"),
        (A + FULL, {}, "f-1 f-2"),
        (A + FULL + B, {"profile": "full"}, "f-1 f-2"),
        (A + FULL + C, {"profile": "quick"}, "c-1 c-2 a-1 a-2"),
        (A + B, {"sweep": "a"}, "a-1 a-2"),
        (A + B, {"sweep": "z"}, ""),
        (A + sweep(None, 200), {}, "a-1 a-2"),
        (A + sweep("now", 200, status=RunStatus.RUNNING), {}, "a-1 a-2"),
        ([], {}, ""),
    ],
    ids=[
        "one-sweep",
        "pair",
        "newest-pair-of-three",
        "other-points",
        "other-arm",
        "other-revision",
        "other-revision-half-way",
        "other-versions",
        "other-machine",
        "other-profile",
        "profile-without-pair",
        "profile-with-pair",
        "named",
        "unknown",
        "by-hand",
        "under-way",
        "nothing",
    ],
)
def test_the_newest_sweep_and_the_one_before_it_that_measured_the_same(
    runs: list[RunDocument], asked: dict[str, str], expected: str
) -> None:
    assert " ".join(run["_id"] for run in chosen(runs, **asked)) == expected


def test_a_run_that_was_made_again_counts_once_as_it_was_made_last() -> None:
    failed = run("a-failed", order=1, sweep="a", started_at=at(0), status=RunStatus.FAILED)
    again = run("a-again", order=1, sweep="a", started_at=at(50))
    other = run("a-other", order=2, sweep="a", started_at=at(20), status=RunStatus.FAILED)
    assert [kept["_id"] for kept in chosen([again, failed, other])] == ["a-again", "a-other"]
