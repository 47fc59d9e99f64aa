"""Documents of sweeps and of measured runs."""

from datetime import datetime
from enum import StrEnum
from typing import Any, NotRequired

from typing_extensions import TypedDict


class RunStatus(StrEnum):
    """The life of a run: RUNNING, then COMPLETED or FAILED."""

    RUNNING = "RUNNING"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"


class PlannedRun(TypedDict):
    """One run that a sweep is going to make."""

    point: str  # what sets the point apart from others, in words
    arm: str  # a name of `experiments.arms.ARMS`
    series: str  # the line of a figure that the run belongs to
    parameters: dict[str, Any]  # all parameters of the notebook, by name, run_id left out
    repetition: int  # 1, 2, …
    order: int  # when in the sweep the run comes: 1, 2, …


class SweepDocument(TypedDict):
    """Collection `sweeps`: what was planned; its runs say what became of it."""

    _id: str  # experiment, profile, then a time
    experiment: str
    profile: str
    started_at: datetime
    order_seed: int
    instance: str  # host and directory of the instance that makes it
    plan: list[PlannedRun]  # by order


class Machine(TypedDict):
    cpu: str
    cores: int
    memory_gb: float
    load_before: float  # of one minute, before the run began


class Verification(TypedDict):
    """Correctness of a run: reports against the independent computation, counts against what was injected.

    Of a run of the alert app, spikes are what is said here of reports; of the ingest app, documents.
    """

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


class Drain(TypedDict):
    """A stopped app that went on and caught up."""

    messages: int  # that lay ready
    seconds: float  # from where it went on with them to the end of the last batch
    rate_per_s: float
    core_s_per_million: float  # CPU seconds of driver and executors
    load_ceiling_per_s: NotRequired[float]  # at which the messages were laid ready: about the most that can be offered


class SmallBatch(TypedDict):
    """A batch of a query while a small load was offered."""

    messages: int
    seconds: float  # from its trigger to its end


class ProbeResult(TypedDict):
    """One rate that was tried."""

    offered_rate_per_s: float
    achieved_rate_per_s: float
    processing_p50_ms: float | None  # None where a reading had no result
    processing_p99_ms: float | None
    lag_slope_per_s: float | None  # None of fewer than three batches
    lag_slope_upper_per_s: float | None  # upper 95 % bound
    confirming: bool  # whether it was offered for longer, and had to show that the lag stands still
    batches: int
    batch_ms: float | None  # median duration of these batches
    batch_messages: float | None  # median of what they read
    reason: str  # why it was not sustained; empty where it was


class Capacity(TypedDict):
    """How prompt an arm is on one core, and the search for the rate that it sustains."""

    steady_batches_ms: list[float]  # median of each time that the first rate was offered to warm up
    prompt: ProbeResult | None  # a rate far below the limit
    probes: list[ProbeResult]
    busy_drains: NotRequired[list[Drain]]  # while the other cores were as busy as at the sustainable rate
    sustainable_rate_per_s: float
    failed_rate_per_s: float | None  # the lowest rate that was not sustained


class Rung(TypedDict):
    """One measurement of a rung: the last backlog computed once, in full or in part."""

    rung: str
    messages: int
    seconds: float
    rate_per_s: float
    core_s_per_million: float  # CPU seconds of its executor, or of its process


class RunDocument(TypedDict):
    """Collection `runs`: one execution of an experiment's notebook."""

    _id: str  # the run id: experiment, then a time, then a number
    experiment: str  # the name of its spec
    sweep: str | None  # id of the sweep; None where the notebook was run by hand
    profile: str | None  # quick or full
    arm: str  # a name of `experiments.arms.ARMS`
    series: str  # the line of a figure that the run belongs to
    parameters: dict[str, Any]  # all parameters of the notebook, by name, run_id left out
    repetition: int  # 1, 2, …
    order: int  # when in the sweep the run came, by the order seed
    order_seed: int | None
    status: RunStatus
    started_at: datetime
    quiet_since: NotRequired[datetime]  # no other run was at work from then on
    checking_since: NotRequired[datetime]  # everything is measured and its apps have caught up
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
    warm_up_climbs_s: NotRequired[list[float]]  # of a ladder: drains with all rungs, until they got no quicker
    drains: NotRequired[list[Drain]]  # of an app that had a core of its own
    small_batches: NotRequired[list[SmallBatch]]  # of the same app, at a small rate
    capacity: NotRequired[Capacity]
    rungs: NotRequired[list[Rung]]  # of a ladder
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
