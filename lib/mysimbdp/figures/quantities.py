"""What the axes of figures show, as data: column, label, unit, scale."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Quantity:
    """A column of a frame as an axis; values are divided by `per_unit` to get the unit shown."""

    field: str
    label: str
    unit: str = ""
    scale: Literal["linear", "log"] = "linear"
    per_unit: float = 1.0

    @property
    def title(self) -> str:
        return f"{self.label} ({self.unit})" if self.unit else self.label


OFFERED_RATE = Quantity("rate_per_s", "offered rate", "messages/s", "log")
INPUT_RATE = Quantity("input_rate_per_s", "input rate", "messages/s")
PROCESSED_RATE = Quantity("processed_rate_per_s", "processed rate", "messages/s")
BATCH_DURATION = Quantity("batch_duration_ms", "batch duration", "s", "log", per_unit=1000)
SENSORS = Quantity("sensors", "sensors", scale="log")
WRONG_SHARE = Quantity("share", "share of wrong messages", "%", per_unit=0.01)
