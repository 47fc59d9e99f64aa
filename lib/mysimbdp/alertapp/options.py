"""The options of tenantalertapp."""

from pydantic import Field

from mysimbdp.apps.thresholds import ThresholdOptions


class Options(ThresholdOptions):
    """What is a spike: a single reading above its type's threshold."""

    CHANGEABLE = ThresholdOptions.CHANGEABLE | {"checkpoint_interval_s"}
    REAL_TIME = True

    checkpoint_interval_s: int = Field(
        default=300, ge=5, description="how often offsets are kept; after a restart, spikes since then come again"
    )
