"""The options of tenantalertapp."""

from typing import Literal

from pydantic import Field

from mysimbdp.apps.thresholds import ThresholdOptions


class Options(ThresholdOptions):
    """What is a spike: a single reading above its type's threshold."""

    CHANGEABLE = ThresholdOptions.CHANGEABLE | {"checkpoint_interval_s"}
    REAL_TIME = True
    KEEPS_STATE = False

    checkpoint_interval_s: int = Field(
        default=300,
        ge=5,
        le=86_400,
        description="how often offsets are kept; after a restart, spikes since then come again",
    )
    state_partitions: Literal[1] = Field(default=1, description="always 1: it has no state")
    trigger_interval_s: Literal[0] = Field(default=0, description="always 0: real-time mode makes no pause")
    max_batch_messages: Literal[0] = Field(default=0, description="always 0: real-time mode cuts no batches")
