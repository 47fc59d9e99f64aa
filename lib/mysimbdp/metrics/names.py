"""What arms, kinds of wrong data and splits are called where people read of them."""

ARM_NAMES = {
    "kit": "kit",
    "published": "published configuration",
    "deduplicate": "kit, duplicates left out",
    "spikes": "alert app",
    "ingest": "ingest app",
}
# The steps of the experiment ablation in their order, each by the factor that it adds to the one before.
STEP_NAMES = {
    "published": "as published",
    "one_partition": "one partition of state",
    "one_query": "one query",
    "update_mode": "update mode",
    "quick_fetch": "quick fetches",
    "decoder": "own decoder",
    "sums": "sums while decoding",
    "one_stage": "one stage",
    "quick_checkpoint": "quick checkpoints",
    "kit": "late compiler: the kit",
}
# The rungs of a ladder in their order.
RUNG_NAMES = {
    "read": "Spark batch: read",
    "from_json": "read, from_json",
    "explode": "read, from_json, explode",
    "window": "read, from_json, explode, window",
    "kit_parse": "read, the kit's parser",
    "kit_analyse": "read, all of the kit's analysis",
    "app": "the kit's app, streaming",
    "columnar": "columns in polars, no Spark",
}
KIND_NAMES = {"wrong_type": "wrong type", "missing": "missing field", "extra": "extra field"}
SPLIT_NAMES = {"disjoint": "disjoint partitions", "shared_group": "shared group"}


def arm_name(arm: str) -> str:
    """The name of an arm, or of one that was added later, as it is."""
    return ARM_NAMES.get(arm, arm)


def work_name(apps: float, split: str) -> str:
    """How many apps share the work, and how."""
    return "1 app" if apps == 1 else f"{apps:.0f} apps, {SPLIT_NAMES.get(split, split)}"
