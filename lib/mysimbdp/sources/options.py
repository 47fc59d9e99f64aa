"""What a user may ask of a producer, checked as a whole before anything is sent."""

from collections.abc import Mapping
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from mysimbdp.contracts import Topics
from mysimbdp.errors import UsageError
from mysimbdp.sources.live import MAX_SENSORS
from mysimbdp.sources.recordings import DEFAULT_RECORDING
from mysimbdp.sources.transport import Client
from mysimbdp.sources.wrong_data import WrongShares

LIVE_RATE_PER_S = 100.0
LIVE_DURATION_S = 60.0
LIVE_MAX_DELAY_S = 100.0

_LIVE_ONLY = ("sensors", "max_delay_s", "time_factor")

CONFLUENT_FROM_PER_S = 5000  # half of what kafka-python can do


class ProduceOptions(BaseModel):
    """Options of a producer. None means the default of the mode, as the descriptions say."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    mode: Literal["live", "replay"] = Field(
        default="live", description="live: sent as if taken now; replay: recorded timestamps and order kept"
    )
    recording: Path = Field(default=DEFAULT_RECORDING, description="a recording in the network's JSON")
    rate_per_s: float | None = Field(
        default=None, gt=0, le=1e6, allow_inf_nan=False, description="messages a second; live 100, replay unpaced"
    )
    duration_s: float | None = Field(
        default=None, gt=0, allow_inf_nan=False, description="how long to send; live 60 unless count is given"
    )
    count: int | None = Field(default=None, ge=1, description="how many messages to send at most")
    sensors: int | None = Field(
        default=None, ge=1, le=MAX_SENSORS, description="live: sensors to emulate; those recorded unless given"
    )
    max_delay_s: float | None = Field(
        default=None, ge=0, le=86_400, description="live: a timestamp lies up to this before the sending; 100"
    )
    time_factor: int = Field(
        default=1, ge=1, le=3600, description="live: event time runs so many times faster and ends with the sending"
    )
    transport: Literal["auto", Client] = Field(
        default="auto",
        description=f"Kafka client; auto: confluent from {CONFLUENT_FROM_PER_S} messages a second, else kafka-python",
    )
    seed: int = Field(default=1, description="of everything that is random")
    wrong: WrongShares = Field(default_factory=WrongShares, description="shares of wrong data")
    delivery_timeout_s: float = Field(
        default=30.0,
        ge=1,
        le=600,
        description="a broker that is away longer is an error; one back earlier loses nothing",
    )
    topic_suffix: str = Field(default="", pattern=r"^[A-Za-z0-9._-]*$", description="run suffix of the topics")

    @classmethod
    def parse(cls, given: Mapping[str, object]) -> Self:
        """Options from untyped values, as a command line has them.

        Raises:
            UsageError: an option is unknown or does not fit.
        """
        try:
            return cls.model_validate(dict(given))
        except ValidationError as error:
            raise UsageError(_sentence(error)) from None

    @model_validator(mode="after")
    def _fit_together(self) -> Self:
        if self.duration_s is not None and self.count is not None:
            raise ValueError("give a duration or a count, not both")
        if self.mode == "replay":
            for name in _LIVE_ONLY:
                if getattr(self, name) != type(self).model_fields[name].default:
                    raise ValueError(f"{name} belongs to live mode; a replay keeps the recorded sensors and times")
            if self.duration_s is not None and self.rate_per_s is None:
                raise ValueError("a replay with a duration needs a rate; without one it goes as fast as it can")
        return self

    @property
    def topic(self) -> str:
        return Topics(self.topic_suffix).measurements

    @property
    def client(self) -> Client:
        """The Kafka client to send with; kafka-python where nothing is said of a rate."""
        if self.transport != "auto":
            return self.transport
        return "confluent" if (self.rate_per_s or 0) >= CONFLUENT_FROM_PER_S else "kafka-python"


def _sentence(error: ValidationError) -> str:
    first = error.errors()[0]
    option = ".".join(map(str, first["loc"]))
    if first["type"] == "extra_forbidden":
        return f"A producer has no option {option}; it has {', '.join(ProduceOptions.model_fields)}."
    if first["type"] == "value_error":
        return f"The options do not fit together: {first['ctx']['error']}."
    return f"Option {option} does not fit: {first['msg']} (got {first['input']!r})."
