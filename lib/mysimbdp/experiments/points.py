"""From a profile to the runs of a sweep: its points, what their notebook is given, and in which order they come."""

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

from mysimbdp.documents import PlannedRun
from mysimbdp.errors import UsageError
from mysimbdp.execution import check_parameters, own_parameters
from mysimbdp.experiments.arms import arm_named
from mysimbdp.experiments.spec import Group, Parameters, Profile

OF_A_RUN = ("run_id", "seed")  # what the points of a sweep leave open


@dataclass(frozen=True)
class Point:
    """One combination of arm and parameters."""

    label: str  # what sets it apart within its group
    arm: str
    series: str
    parameters: Parameters


def points(profile: Profile) -> list[Point]:
    """All points of a profile, in the order of its file.

    Raises:
        UsageError: there is no such arm.
    """
    return [point for group in profile.points for point in _of_group(group, profile.parameters)]


def _of_group(group: Group, common: Parameters) -> Iterator[Point]:
    for arm in group.arms:
        arm_named(arm)
        for own in _own_parameters(group):
            yield Point(_label(own), arm, group.series, {**common, **group.parameters, **own})


def _own_parameters(group: Group) -> Iterator[Parameters]:
    if group.grid is not None:
        for values in product(*group.grid.values()):
            yield dict(zip(group.grid, values, strict=True))
    yield from group.listed or ()


def _label(parameters: Parameters) -> str:
    return ", ".join(f"{name} {value}" for name, value in parameters.items())


def fitted(found: Iterable[Point], notebook: Path, given: Mapping[str, Any]) -> list[Point]:
    """The points with all that the notebook takes, its own values included, except those `OF_A_RUN`.

    Args:
        given: what every point is given, where the notebook has a parameter of this name.

    Raises:
        UsageError: the notebook is missing, a parameter does not fit it, or two points are the same.
    """
    own = own_parameters(notebook)
    for name in ("arm", *OF_A_RUN):
        if name not in own:
            raise UsageError(f"The notebook {notebook.name} has no parameter {name}, which every sweep gives.")
    shared = {name: value for name, value in given.items() if name in own}
    wanted = [(point, {**shared, **point.parameters, "arm": point.arm}) for point in found]
    check_parameters(notebook, *(parameters for _, parameters in wanted))
    complete = [_complete(point, parameters, own) for point, parameters in wanted]
    _refuse_twins(complete)
    return complete


def _complete(point: Point, parameters: Parameters, own: Mapping[str, Any]) -> Point:
    if named := [name for name in OF_A_RUN if name in parameters]:
        raise UsageError(f"The sweep itself gives {named[0]} to every run: leave it out of the points.")
    whole = {name: parameters.get(name, value) for name, value in own.items() if name not in OF_A_RUN}
    typed = {name: float(value) if isinstance(own[name], float) else value for name, value in whole.items()}
    return Point(point.label, point.arm, point.series, typed)


def _refuse_twins(complete: Sequence[Point]) -> None:
    for number, point in enumerate(complete):
        if any(point.parameters == other.parameters for other in complete[:number]):
            raise UsageError(f"The point {point.arm}, {point.label} is there twice; leave one out.")


def in_order(complete: Sequence[Point], repetitions: int, order_seed: int) -> list[PlannedRun]:
    """Every point once a repetition, each repetition shuffled by itself: what drifts with time meets all points alike.

    The seed of a run is its place in the order, so that every run draws its own random numbers.
    """
    draw = random.Random(order_seed)
    shuffled = [(repetition, draw.sample(complete, len(complete))) for repetition in range(1, repetitions + 1)]
    runs = [(repetition, point) for repetition, several in shuffled for point in several]
    return [_planned(point, repetition, order) for order, (repetition, point) in enumerate(runs, start=1)]


def _planned(point: Point, repetition: int, order: int) -> PlannedRun:
    return PlannedRun(
        point=point.label,
        arm=point.arm,
        series=point.series,
        parameters={**point.parameters, "seed": order},
        repetition=repetition,
        order=order,
    )
