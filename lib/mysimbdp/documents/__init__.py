"""The documents of measured runs and of the monitor in coredms: the only place where their fields are named.

Times are datetimes in UTC; `_id` is deterministic, so that writing a document again changes nothing.
"""

from mysimbdp.documents.observations import AppObservation, Flow, Observation, PlatformAlert, ServiceObservation
from mysimbdp.documents.runs import (
    Capacity,
    Drain,
    LatencyDocument,
    Machine,
    Measured,
    PlannedRun,
    ProbeResult,
    ProcessUse,
    ProgressDocument,
    ResourceDocument,
    RunDocument,
    Rung,
    RunStatus,
    SmallBatch,
    SweepDocument,
    Verification,
)

__all__ = [
    "AppObservation",
    "Capacity",
    "Drain",
    "Flow",
    "LatencyDocument",
    "Machine",
    "Measured",
    "Observation",
    "PlannedRun",
    "PlatformAlert",
    "ProbeResult",
    "ProcessUse",
    "ProgressDocument",
    "ResourceDocument",
    "RunDocument",
    "RunStatus",
    "Rung",
    "ServiceObservation",
    "SmallBatch",
    "SweepDocument",
    "Verification",
]
