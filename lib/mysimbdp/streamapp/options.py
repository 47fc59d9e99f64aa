"""The options of tenantstreamapp."""

from pydantic import Field, model_validator
from typing_extensions import override

from mysimbdp.apps.thresholds import ThresholdOptions
from mysimbdp.apps.topics import Share


class Options(ThresholdOptions):
    """What the analytics compute; a mean above its type's threshold is an alert."""

    CHANGEABLE = ThresholdOptions.CHANGEABLE | {
        "watermark_minutes",
        "consumer_group",
        "instances",
    }

    window_minutes: int = Field(default=15, ge=1, le=10_080, description="length of the sliding window")
    slide_minutes: int = Field(default=5, ge=1, le=10_080, description="a window begins every so many minutes")
    watermark_minutes: float = Field(
        default=5, ge=0, le=525_600, description="how late a reading may be and still count"
    )
    instances: int = Field(
        default=1,
        ge=1,
        le=1_000,
        description="how many queries share the topic by its partitions, each on a core of its own",
    )
    instance: int | None = Field(
        default=None, ge=0, description="run only this one of the instances, 0, 1, …; the others are apps of their own"
    )
    consumer_group: str = Field(
        default="", description="kafka.group.id, where a cluster's rules ask for one; it does not split the work"
    )
    deduplicate: bool = Field(
        default=False,
        description="count a measurement that is sent twice only once; every reading is then kept as state until the "
        "watermark has passed it, and catching up took four to eight times as long",
    )

    @model_validator(mode="after")
    def _windows_leave_no_gap(self) -> "Options":
        if self.slide_minutes > self.window_minutes:
            raise ValueError(
                "slide_minutes must not be longer than window_minutes: readings would fall between windows"
            )
        return self

    @model_validator(mode="after")
    def _is_one_of_the_instances(self) -> "Options":
        if self.instance is not None and self.instance >= self.instances:
            raise ValueError(f"instance must be below instances, which is {self.instances}")
        return self

    @property
    def shares(self) -> list[Share]:
        """The parts of the topic that this app reads, one a query."""
        own = range(self.instances) if self.instance is None else [self.instance]
        return [Share(instance, self.instances, self.consumer_group) for instance in own]

    @property
    @override
    def cores(self) -> int:
        return len(self.shares)
