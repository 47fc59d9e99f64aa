"""Resource documents → CPU and memory of each role over the measured interval of its run."""

from collections.abc import Iterable

import pandas as pd

from mysimbdp.documents import ResourceDocument

ROLES = ("driver", "executors", "worker", "master", "broker", "database", "producer")
SAMPLE_COLUMNS = ["run_id", "at", "role", "cpu_s", "memory_mb"]
USE_COLUMNS = [*(f"{role}_{use}" for use in ("cores", "memory_mb") for role in ROLES), "all_memory_mb"]


def samples_frame(resources: Iterable[ResourceDocument]) -> pd.DataFrame:
    """One row a sample and role, by time: `SAMPLE_COLUMNS`; `cpu_s` is what the role has used so far."""
    rows = [
        (document["run_id"], document["at"], role, use["cpu_s"], use["memory_mb"])
        for document in resources
        for role, use in document["processes"].items()
        if use["processes"]
    ]
    frame = pd.DataFrame(rows, columns=SAMPLE_COLUMNS)
    frame["at"] = pd.to_datetime(frame["at"], utc=True)
    return frame.sort_values(["run_id", "at"], ignore_index=True)


def resource_use(samples: pd.DataFrame, runs: pd.DataFrame) -> pd.DataFrame:
    """`USE_COLUMNS` by `run_id`: CPU seconds per second, and the most memory held, in the measured interval.

    From the first to the last sample in it; NaN where a role has fewer than two. `all_memory_mb` is the most that all
    roles held at once; pages that processes share count for each of them.
    """
    joined = samples.merge(runs[["run_id", "measured_start", "measured_end"]], on="run_id")
    inside = joined[joined["at"].between(joined["measured_start"], joined["measured_end"])]
    found = inside.groupby(["run_id", "role"]).agg(
        began=("at", "min"),
        ended=("at", "max"),
        used=("cpu_s", "first"),
        used_last=("cpu_s", "last"),
        memory_mb=("memory_mb", "max"),
    )
    seconds = (found["ended"] - found["began"]).dt.total_seconds()
    cores = ((found["used_last"] - found["used"]) / seconds.where(seconds > 0)).rename("cores")
    wide = {
        f"{role}_{use}": of_role.droplevel("role")
        for use, values in {"cores": cores, "memory_mb": found["memory_mb"]}.items()
        for role, of_role in values.groupby("role")
    }
    at_once = inside.groupby(["run_id", "at"])["memory_mb"].sum().groupby("run_id").max()
    return pd.DataFrame({**wide, "all_memory_mb": at_once}, columns=USE_COLUMNS)
