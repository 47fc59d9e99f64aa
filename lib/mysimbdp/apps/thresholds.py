"""What is too much: the threshold of each pollution type, for every app that tells of it."""

from collections.abc import Mapping

from pydantic import Field
from pyspark.sql import Column
from pyspark.sql import functions as F

from mysimbdp.apps.contract import AppOptions
from mysimbdp.contracts import DEFAULT_THRESHOLD


class ThresholdOptions(AppOptions):
    """Options with a threshold for each pollution type, in µg/m³; they may change between starts."""

    CHANGEABLE = AppOptions.CHANGEABLE | {"threshold_p1", "threshold_p2"}

    threshold_p1: float = Field(default=DEFAULT_THRESHOLD, gt=0, description="a level of P1 above it is told of")
    threshold_p2: float = Field(default=DEFAULT_THRESHOLD, gt=0, description="a level of P2 above it is told of")

    @property
    def thresholds(self) -> dict[str, float]:
        return {"P1": self.threshold_p1, "P2": self.threshold_p2}


def threshold_of(pollution_type: Column, thresholds: Mapping[str, float]) -> Column:
    """The threshold of a pollution type; null of one that has none."""
    pairs = [part for pair in thresholds.items() for part in map(F.lit, pair)]
    return F.create_map(*pairs)[pollution_type]
