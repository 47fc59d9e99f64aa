"""The options of tenantalertapp."""

from pydantic import Field

from mysimbdp.apps import AppOptions
from mysimbdp.contracts import DEFAULT_THRESHOLD


class Options(AppOptions):
    """What is a spike; levels are in µg/m³."""

    CHANGEABLE = AppOptions.CHANGEABLE | {"threshold_p1", "threshold_p2", "checkpoint_interval_s"}

    REAL_TIME = True

    threshold_p1: float = Field(default=DEFAULT_THRESHOLD, gt=0, description="a reading of P1 above it is a spike")
    threshold_p2: float = Field(default=DEFAULT_THRESHOLD, gt=0, description="a reading of P2 above it is a spike")
    checkpoint_interval_s: int = Field(
        default=300, ge=5, description="how often offsets are kept; after a restart, spikes since then come again"
    )

    @property
    def thresholds(self) -> dict[str, float]:
        return {"P1": self.threshold_p1, "P2": self.threshold_p2}
