"""The documents of measured runs in coredms: the only place where their fields are named.

Times are datetimes in UTC; `_id` is deterministic, so that writing a document again changes nothing.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any, NotRequired

from typing_extensions import TypedDict


class RunStatus(StrEnum):
    """The life of a run: RUNNING, then COMPLETED or FAILED."""

    RUNNING = "RUNNING"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"


class Machine(TypedDict):
    cpu: str
    cores: int
    memory_gb: float
    load_before: float  # of one minute, before the run began


class Verification(TypedDict):
    """Correctness of a run: reports against the independent computation, counts against what was injected."""

    expected_reports: int
    found_reports: int
    differences: int
    delivered: dict[str, int]  # by kind of wrong data, as the producer counted
    counted: dict[str, int]  # by kind, as the app counted; empty where the app does not count
    lost: int  # readings that no report contains
    late: int  # readings dropped as late
    passed: bool


class Measured(TypedDict):
    """The interval that figures are made of: what is left once the warm-up is cut by evidence."""

    start: datetime
    end: datetime
    warm_up_s: float
    warm_up_batches: int
    steady: bool  # whether the two halves of the interval agree


class RunDocument(TypedDict):
    """Collection `runs`: one execution of an experiment's notebook."""

    _id: str  # the run id: experiment, then a time, then a number
    experiment: str  # speed, error_rate, parallelism
    sweep: str | None  # id of the sweep; None where the notebook was run by hand
    profile: str | None  # quick or full
    arm: str  # kit or published
    series: str  # the line of a figure that the run belongs to
    parameters: dict[str, Any]  # all parameters of the notebook, by name, run_id left out
    repetition: int  # 1, 2, …
    order: int  # when in the sweep the run came, by the order seed
    order_seed: int | None
    status: RunStatus
    started_at: datetime
    finished_at: datetime | None
    reason: str | None  # one sentence when it FAILED
    trace: NotRequired[str]
    machine: Machine
    versions: dict[str, str]  # python, mysimbdp, pyspark, kafka, mongodb, java
    git_revision: str | None
    apps: list[str]
    options: NotRequired[dict[str, Any]]  # of the app, as the arm says
    producer: NotRequired[dict[str, Any]]  # `sources.Summary.model_dump()`
    measured: NotRequired[Measured]
    verification: NotRequired[Verification]
    latency_objective_s: float  # p99 of processing latency


class ProgressDocument(TypedDict):
    """Collection `progress`: one micro-batch of one query. `_id`: run, app, query, batch, with slashes."""

    _id: str
    run_id: str | None  # None where no run was measured: then an app's name and its start say what it was
    app: str
    query: str
    batch: int
    started: datetime
    rows: int  # messages read
    input_rate_per_s: float | None  # as Spark says; never to be averaged
    processed_rate_per_s: float | None
    duration_ms: dict[str, int]  # triggerExecution and its parts
    state_rows: int
    state_bytes: int
    dropped_rows: int  # dropped by Spark's watermark
    output_rows: int
    watermark: datetime | None
    lag: dict[str, int]  # partition → messages that the batch left behind in the topic
    counts: dict[str, int]  # what the app observed
    raw: NotRequired[dict[str, Any]]  # Spark's progress as it came


class LatencyDocument(TypedDict):
    """Collection `latencies`: one kind of latency of one run, over its measured interval. `_id`: run, kind."""

    _id: str
    run_id: str
    kind: str  # processing (t2 - t1) or event_time (t2 - t0)
    count: int  # readings
    p50_ms: float
    p95_ms: float
    p99_ms: float
    max_ms: float
    histogram: list[dict[str, float]]  # {"up_to_ms": …, "count": …}, ascending, steps of about 5 per cent


class ProcessUse(TypedDict):
    """What the processes of one role have used so far, and hold now."""

    cpu_s: float  # since they began
    memory_mb: float  # resident
    processes: int


class ResourceDocument(TypedDict):
    """Collection `resources`: one sample of a run. `_id`: run, number."""

    _id: str
    run_id: str
    at: datetime
    # driver, executors, worker, master, broker, database, producer
    processes: dict[str, ProcessUse]
    lag: int | None  # messages in the topics of the run's apps that no finished batch covers
    spark: NotRequired[list[dict[str, Any]]]  # executors as Spark's REST API reports them
