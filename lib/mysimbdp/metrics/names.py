"""What arms, kinds of wrong data and splits are called where people read of them."""

ARM_NAMES = {"kit": "kit", "published": "published configuration"}
KIND_NAMES = {"wrong_type": "wrong type", "missing": "missing field", "extra": "extra field"}
SPLIT_NAMES = {"disjoint": "disjoint partitions", "shared_group": "shared group"}


def arm_name(arm: str) -> str:
    """The name of an arm, or of one that was added later, as it is."""
    return ARM_NAMES.get(arm, arm)


def work_name(apps: float, split: str) -> str:
    """How many apps share the work, and how."""
    return "1 app" if apps == 1 else f"{apps:.0f} apps, {SPLIT_NAMES.get(split, split)}"
