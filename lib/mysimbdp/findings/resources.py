"""What a million messages cost, and what the platform holds."""

import pandas as pd

from mysimbdp.findings.ends import at_both_ends
from mysimbdp.findings.wording import capital, rate
from mysimbdp.metrics.names import arm_name

_METRICS = ["driver_cores", "executors_cores", "core_s_per_million"]


def cores(summary: pd.DataFrame) -> list[str]:
    """Cores in use, and core-seconds per million messages, of each arm at its lowest and its highest valid rate.

    Of drivers and executors, which are the app's own: a frame of `run_summary`.
    """
    return [_told(point) for _, point in at_both_ends(summary, _METRICS).iterrows()]


def memory(summary: pd.DataFrame) -> list[str]:
    """The most memory that everything together held, of each arm at its lowest and its highest valid rate.

    Of services, apps and producer: a frame of `run_summary`.
    """
    return [_held(point) for _, point in at_both_ends(summary, ["all_memory_mb"]).iterrows()]


def _told(point: pd.Series) -> str:
    driver, executors, per_million = point[_METRICS]
    return capital(
        f"{arm_name(point['arm'])} at {rate(point['rate_per_s'])}: drivers and executors used {driver + executors:.2f} "
        f"cores, which is {per_million:,.0f} core-seconds per million messages."
    )


def _held(point: pd.Series) -> str:
    held_mb = f"{point['all_memory_mb']:,.0f} MB"
    return capital(
        f"{arm_name(point['arm'])} at {rate(point['rate_per_s'])}: everything together, services, apps and producer, "
        f"held {held_mb} at most."
    )
