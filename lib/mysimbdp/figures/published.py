"""The published results as marks, beside which the figures of the experiments are drawn."""

import pandas as pd

from mysimbdp.metrics import KINDS

# Its columns → those of the kit.
_NAMES = {
    "offered_msg_s": "rate_per_s",
    "wrong_type_share": "wrong_type",
    "missing_share": "missing",
    "extra_share": "extra",
    "input_rows_s": "input_rate_per_s",
    "processed_rows_s": "processed_rate_per_s",
}


_RATES = ["input_rate_per_s", "processed_rate_per_s"]
_DELIVERED_UNKNOWN = {f"delivered_{kind}": float("nan") for kind in KINDS}
_POINT = ["experiment", "apps", "sensors", "rate_per_s", "wrong_type", "missing", "extra"]


def published_runs(published: pd.DataFrame, experiment: str) -> pd.DataFrame:
    """The published points of an experiment with the columns of the kit's runs, a row each.

    For two apps four queries were published; as in the kit's runs, those of one app count by their mean, and apps are
    added up.
    """
    of_experiment = published[published["experiment"] == experiment].rename(columns=_NAMES)
    one_app, two_apps = (of_experiment[of_experiment["apps"] == apps] for apps in (1, 2))
    together = two_apps.groupby(_POINT, as_index=False).mean(numeric_only=True)
    together[_RATES] *= 2
    runs = pd.concat([one_app.assign(split="disjoint"), together.assign(split="shared_group")], ignore_index=True)
    return runs.assign(run_id="", arm="2024", valid=True, invalid_reason=None, **_DELIVERED_UNKNOWN)
