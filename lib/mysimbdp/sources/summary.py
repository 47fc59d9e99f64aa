"""What a producer did: the numbers it reports at the end."""

from pydantic import BaseModel, ConfigDict, Field


class Delivered(BaseModel):
    """Acknowledged messages by the kind of wrong data in them."""

    clean: int = 0
    wrong_type: int = 0
    missing: int = 0
    extra: int = 0


class Summary(BaseModel):
    """The outcome of one producer; `model_dump_json()` is what scripts read."""

    model_config = ConfigDict(frozen=True)

    mode: str
    topic: str
    recording: str
    seed: int
    transport: str = Field(description="the Kafka client that sent")
    rate_per_s: float | None = Field(description="of the schedule; None where there was none")
    offered: int = Field(description="messages that were due")
    sent: int = Field(description="messages handed to the Kafka client")
    acknowledged: int = Field(description="messages the broker has confirmed")
    refused: int = Field(description="messages above the broker's limit")
    delivered: Delivered
    duration_s: float
    achieved_rate_per_s: float = Field(description="acknowledged ÷ duration")
    max_lateness_ms: float | None = Field(description="of a sending against the schedule")
    p99_lateness_ms: float | None
    interrupted: bool = False
    warning: str | None = Field(default=None, description="what will make apps drop what was sent")
