"""A point of an experiment in few words, as the label of a bar."""

import pandas as pd

_ARMS = {"kit": "kit", "published": "publ. conf."}
_SPLITS = {"disjoint": "disjoint", "shared_group": "shared"}
_KINDS = {"wrong_type": "wrong type", "missing": "missing", "extra": "extra"}


def point_labels(runs: pd.DataFrame) -> pd.Series:
    """What tells the runs' points apart, arm first: `kit, 250/s`."""
    return runs.apply(_label, axis=1, result_type="reduce").astype("object")


def _label(run: pd.Series) -> str:
    words = [_ARMS.get(run["arm"], run["arm"]), *_POINT.get(run["experiment"], _rate)(run)]
    return ", ".join(words[:2]) + "".join(f",<br>{word}" for word in words[2:])  # a phone has no room for all in a row


def _rate(run: pd.Series) -> list[str]:
    faster = run.get("time_factor", 1)
    return [f"{run['rate_per_s']:,.0f}/s", *([f"time ×{faster:.0f}"] if faster > 1 else [])]


def _wrong(run: pd.Series) -> list[str]:
    shares = [f"{name} {run[kind]:.0%}" for kind, name in _KINDS.items() if run[kind]]
    return [*(shares or ["none wrong"]), f"{run['rate_per_s']:,.0f}/s"]


def _work(run: pd.Series) -> list[str]:
    apps = "1 app" if run["apps"] == 1 else f"{run['apps']:.0f} apps {_SPLITS[run['split']]}"
    return [apps, f"{run['sensors']:,.0f} sensor{'s' if run['sensors'] > 1 else ''}"]


_POINT = {"speed": _rate, "error_rate": _wrong, "parallelism": _work}
