"""The agreement between an app and the kit that runs it."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field
from pyspark.sql import SparkSession

from mysimbdp.contracts import Endpoints, Topics


class AppOptions(BaseModel):
    """Typed options of an app; a subclass adds its own. Unknown names and wrong types are refused.

    What a checkpoint holds was computed with the options it was begun with, so they stay as they are until a fresh
    start; `CHANGEABLE` names those that may change.
    """

    CHANGEABLE: ClassVar[frozenset[str]] = frozenset({"trigger_interval_s", "max_batch_messages", "late_compiler"})

    # Whether its queries run in Spark's real-time mode: a task for each partition runs all the time. On the kit's own
    # cluster, whose workers have a core each, such an app runs in its driver instead.
    REAL_TIME: ClassVar[bool] = False

    # Whether its queries keep state from one batch to the next.
    KEEPS_STATE: ClassVar[bool] = True

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    topic_suffix: str = Field(default="", pattern=r"^[A-Za-z0-9._-]*$", description="run suffix of the topics it uses")
    state_partitions: int = Field(
        default=1,
        ge=1,
        le=10_000,
        description="partitions of shuffles and state, fixed by the first start; match the cores: each is a task "
        "in every batch",
    )
    quick_checkpoint: bool = Field(
        default=True,
        description="on a local disk, keep checkpoints without checksum files, with fewer processes and fewer of "
        "Hadoop's settings sent to executors; not where MYSIMBDP_SPARK_CONF chooses a state store",
    )
    late_compiler: bool = Field(
        default=True,
        description="have Java in executors compile thoroughly only what runs for every message; it takes the core "
        "from batches",
    )
    trigger_interval_s: float = Field(
        default=0.0, ge=0, le=86_400, description="pause between batches; 0 starts the next at once"
    )
    max_batch_messages: int = Field(
        default=0,
        ge=0,
        le=10**9,
        description="cut batches at so many messages of a query, 0: never; windows may then miss readings of a backlog",
    )

    @property
    def cores(self) -> int:
        """How many of the cluster's cores the app is to have."""
        return 1

    @property
    def topics(self) -> Topics:
        return Topics(self.topic_suffix)


OptionsT_co = TypeVar("OptionsT_co", bound=AppOptions, covariant=True)


@dataclass(frozen=True)
class AppContext(Generic[OptionsT_co]):
    """All an app needs to build its queries; the kit fills it in.

    `checkpoint` may be a URI of a shared file system; `folder` is the app's own on the machine of its driver.
    """

    spark: SparkSession
    options: OptionsT_co
    endpoints: Endpoints
    name: str
    checkpoint: str
    folder: Path

    def checkpoint_for(self, query: str) -> str:
        """The checkpoint folder of one of the app's queries."""
        return f"{self.checkpoint}/{query}"
