"""The arms of the experiments: what is compared with what."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from mysimbdp.errors import UsageError

SHARED_GROUP = "mysimbdp-shared"
SPLITS = ("disjoint", "shared_group")

ResultKind = Literal["windows", "spikes", "documents"]


@dataclass(frozen=True)
class Arm:
    """An app and the options it is run with; what is not said is the app's default.

    `overhead_s` is what a run was seen to take beside its load, on two cores; `results` is what the app gives, which an
    experiment must be able to check.
    """

    app: str
    overhead_s: float
    options: Mapping[str, Any] = field(default_factory=dict)
    results: ResultKind = "windows"


ARMS = {
    "kit": Arm("tenantstreamapp", overhead_s=20.0),
    # 200 shuffle partitions, complete mode, a query for reports and one for alerts, a shared consumer group.
    "published": Arm("publishedapp", overhead_s=120.0),
}

# From the published configuration to the kit's: the arms of the experiment ablation in their order, each with one
# factor more than the one before. The last of them, `kit`, has what `late_compiler` adds, and no
# consumer group, which splits nothing.
FACTORS: dict[str, tuple[str, dict[str, Any]]] = {
    "one_partition": ("one partition of state instead of 200", {"state_partitions": 1}),
    "one_query": ("one query for reports and alerts instead of two", {"queries": 1}),
    "update_mode": ("only windows that changed are written, and old ones forgotten", {"output_mode": "update"}),
    "quick_fetch": (
        "empty answers of the broker at once, not after 500 ms, and a buffer that grows",
        {"quick_fetches": True},
    ),
    "decoder": ("the kit's decoder in Arrow batches, with the contract of bad input", {"parser": "decoder"}),
    "sums": ("readings are added up while they are decoded", {"parser": "sums"}),
    "one_stage": ("parser and state in one stage, without a shuffle", {"one_stage": True}),
    "quick_checkpoint": (
        "checkpoints without checksum files and their processes, and fewer of Hadoop's settings sent along",
        {"quick_checkpoint": True},
    ),
}


def _ablated() -> dict[str, Arm]:
    arms, options = {}, dict[str, Any]()
    for name, (_, factor) in FACTORS.items():
        options |= factor
        arms[name] = Arm("publishedapp", overhead_s=32.0, options=dict(options))
    return arms


ARMS |= _ablated()

# One in eight of the readings that sensors are emulated with is above 20 µg/m³: spikes enough to measure.
ARMS["spikes"] = Arm(
    "tenantalertapp",
    overhead_s=50.0,
    options={"threshold_p1": 20.0, "threshold_p2": 20.0},
    results="spikes",
)

# A measurement that is sent twice counts once.
ARMS["deduplicate"] = Arm("tenantstreamapp", overhead_s=20.0, options={"deduplicate": True})

ARMS["ingest"] = Arm("tenantingestapp", overhead_s=40.0, results="documents")


def arm_named(name: str) -> Arm:
    """The arm of this name.

    Raises:
        UsageError: there is none.
    """
    if name not in ARMS:
        raise UsageError(f"There is no arm {name}; there are {', '.join(ARMS)}.")
    return ARMS[name]


def arm_giving(results: ResultKind, name: str, experiment: str) -> Arm:
    """The arm of this name, whose app gives what the experiment can check.

    Raises:
        UsageError: there is none, or its app gives something else.
    """
    arm = arm_named(name)
    if arm.results != results:
        raise UsageError(f"The arm {name} gives {arm.results}, and {experiment} measures {results}.")
    return arm


def split_options(split: str, app: int, apps: int) -> dict[str, Any]:
    """The options by which app number `app` (0, 1, …) of `apps` takes its part of the work.

    `disjoint` gives each its own partitions; `shared_group` gives all the same consumer group, which splits nothing.

    Raises:
        UsageError: there is no such split.
    """
    if split not in SPLITS:
        raise UsageError(f"There is no split {split}; there are {', '.join(SPLITS)}.")
    if apps == 1:
        return {}
    return {"instances": apps, "instance": app} if split == "disjoint" else {"consumer_group": SHARED_GROUP}
