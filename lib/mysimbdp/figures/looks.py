"""How arms and the lines within them look: apart in colour, and apart in black and white."""

from dataclasses import dataclass

from mysimbdp.figures.style import BLUE, GREEN, GREY, ORANGE, SKY
from mysimbdp.metrics.names import arm_name


@dataclass(frozen=True)
class ArmLook:
    """An arm's name in legends, its colour, and how its marks are filled."""

    name: str
    colour: str
    fill: str  # ending of plotly's symbol names


ARMS = {
    "kit": ArmLook(arm_name("kit"), BLUE, ""),
    "published": ArmLook(arm_name("published"), ORANGE, "-open"),
    "spikes": ArmLook(arm_name("spikes"), GREEN, ""),
    "ingest": ArmLook(arm_name("ingest"), SKY, ""),
}
PUBLISHED_2024 = ArmLook("published, 2024, 1 core a worker", GREY, "-open-dot")

# By line within an arm.
SHAPES = ("circle", "square", "triangle-up", "diamond")
DASHES = ("solid", "dash", "dot", "dashdot")


def arm_look(arm: str) -> ArmLook:
    """The look of an arm; one that is not known here gets a dark one of its own name."""
    return ARMS.get(arm, ArmLook(arm_name(arm), "#222222", "-open"))


def in_order(names: list[str]) -> list[str]:
    """Known arms first, in their order, then the others by name."""
    return [arm for arm in ARMS if arm in names] + sorted(set(names) - set(ARMS))
