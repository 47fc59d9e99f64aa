"""Documents of made-up runs, as the experiments record them, with the shapes that the figures are there to show."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd

from mysimbdp.documents import (
    Capacity,
    Drain,
    LatencyDocument,
    ProbeResult,
    ProgressDocument,
    ResourceDocument,
    RunDocument,
    Rung,
    RunStatus,
    SmallBatch,
)
from mysimbdp.metrics import KINDS, run_summary

BEGAN = datetime(2026, 11, 24, 12, tzinfo=UTC)
LOAD_S, WARM_UP_S = 60, 20
FIXED_MS = {"kit": 400, "published": 14_000}  # what a batch costs
PER_MESSAGE_MS = {"kit": 0.01, "published": 0.3}
QUERIES = {"kit": ["analytics"], "published": ["report", "alert"]}
PARAMETERS = {"rate_per_s": 100.0, "sensors": 10, "time_factor": 1, "apps": 1, "split": "disjoint", "partitions": 4}
ROLES = {"driver": 0.4, "executors": 0.3, "broker": 0.1, "database": 0.05, "producer": 0.02}


class Recorded:
    """Runs with their progress, latencies and resources; `summary` is what figures are made of."""

    def __init__(self, *runs: RunDocument) -> None:
        for order, each in enumerate(runs, start=1):
            each["order"] = order
        self.runs = list(runs)
        self.progress = [document for run in runs for document in progress_of(run)]
        self.latencies = [document for run in runs for document in latencies_of(run)]
        self.resources = [document for run in runs for document in resources_of(run)]

    @property
    def summary(self) -> pd.DataFrame:
        return run_summary(self.runs, self.progress, self.latencies, self.resources)


def run(experiment: str, arm: str = "kit", series: str = "", repetition: int = 1, **parameters: Any) -> RunDocument:
    """A COMPLETED run that passed; what is not said is as published."""
    chosen = {**PARAMETERS, **dict.fromkeys(KINDS, 0.0), **parameters}
    started = BEGAN + timedelta(minutes=repetition)
    name = "-".join([experiment, arm, str(repetition), *(f"{key}={value}" for key, value in parameters.items())])
    sent = int(chosen["rate_per_s"] * LOAD_S)
    delivered = {kind: round(sent * chosen[kind]) for kind in KINDS}
    return RunDocument(
        _id=name,
        experiment=experiment,
        sweep=f"{experiment}-sweep",
        profile="quick",
        arm=arm,
        series=series,
        parameters=chosen,
        repetition=repetition,
        order=1,
        order_seed=1,
        status=RunStatus.COMPLETED,
        started_at=started,
        finished_at=started + timedelta(seconds=LOAD_S + 30),
        reason=None,
        machine={"cpu": "Test CPU", "cores": 2, "memory_gb": 8.0, "load_before": 0.1},
        versions={"mysimbdp": "0.1.0", "pyspark": "4.2.0", "kafka": "4.3.1"},
        git_revision="0123456789abcdef",
        apps=[f"{name}-{number}" for number in range(chosen["apps"])],
        producer={
            "offered": sent,
            "acknowledged": sent,
            "rate_per_s": chosen["rate_per_s"],
            "achieved_rate_per_s": chosen["rate_per_s"],
            "delivered": delivered,
        },
        measured={
            "start": started + timedelta(seconds=WARM_UP_S),
            "end": started + timedelta(seconds=LOAD_S + 20),
            "warm_up_s": float(WARM_UP_S),
            "warm_up_batches": 3,
            "steady": True,
        },
        verification={
            "expected_reports": 10,
            "found_reports": 10,
            "differences": 0,
            "delivered": delivered,
            "counted": {},
            "lost": 0,
            "late": 0,
            "passed": True,
        },
        latency_objective_s=2.0,
    )


def overloaded(experiment: str, **parameters: Any) -> RunDocument:
    """A run whose producer did not reach the offered rate."""
    document = run(experiment, **parameters)
    document["producer"]["achieved_rate_per_s"] *= 0.8
    return document


def progress_of(run: RunDocument) -> Iterator[ProgressDocument]:
    """Batches one after the other as long as the load lasts; of two apps with disjoint partitions each reads half."""
    arm, chosen = run["arm"], run["parameters"]
    share = 1 / chosen["apps"] if chosen["split"] == "disjoint" else 1.0
    chance = np.random.default_rng(len(run["_id"]) + run["repetition"])
    for app in run["apps"]:
        for query in QUERIES.get(arm, QUERIES["kit"]):
            at, batch, read = 1.0, 0, 0
            while at < LOAD_S:
                rows = int(chosen["rate_per_s"] * share * at) - read
                cost_ms = FIXED_MS.get(arm, 600) + PER_MESSAGE_MS.get(arm, 0.1) * rows
                duration_ms = int(cost_ms * chance.uniform(0.97, 1.03))
                yield _batch(run, app, query, batch, at, rows, duration_ms)
                at, batch, read = at + duration_ms / 1000, batch + 1, read + rows


def _batch(
    run: RunDocument, app: str, query: str, batch: int, at: float, rows: int, duration_ms: int
) -> ProgressDocument:
    grows = run["arm"] == "published"
    return ProgressDocument(
        _id=f"{run['_id']}/{app}/{query}/{batch}",
        run_id=run["_id"],
        app=app,
        query=query,
        batch=batch,
        started=run["started_at"] + timedelta(seconds=at),
        rows=rows,
        input_rate_per_s=None,
        processed_rate_per_s=None,
        duration_ms={"triggerExecution": duration_ms, "addBatch": duration_ms - 50},
        state_rows=60 * (batch + 1) if grows else 60,
        state_bytes=10_000,
        dropped_rows=0,
        output_rows=10,
        watermark=None,
        lag={"0": 0},
        counts={},
    )


def latencies_of(run: RunDocument) -> Iterator[LatencyDocument]:
    base = FIXED_MS.get(run["arm"], 600)
    steps = [{"up_to_ms": base * factor, "count": count} for factor, count in ((1, 40), (1.5, 50), (2, 9), (3, 1))]
    for kind in ("processing", "event_time"):
        yield LatencyDocument(
            _id=f"{run['_id']}/{kind}",
            run_id=run["_id"],
            kind=kind,
            count=100,
            p50_ms=1.5 * base,
            p95_ms=2.0 * base,
            p99_ms=2.2 * base,
            max_ms=3.0 * base,
            histogram=steps,
        )


def resources_of(run: RunDocument) -> Iterator[ResourceDocument]:
    for second in range(0, LOAD_S + 20, 5):
        yield ResourceDocument(
            _id=f"{run['_id']}/{second:05d}",
            run_id=run["_id"],
            at=run["started_at"] + timedelta(seconds=second),
            processes={
                role: {"cpu_s": cores * second, "memory_mb": 300.0, "processes": 1} for role, cores in ROLES.items()
            },
            lag=0,
        )


def speed() -> Recorded:
    """Two repetitions of the kit, one of the published configuration, a point that measured its producer."""
    rates = (1.0, 10.0, 100.0, 250.0, 500.0, 750.0, 1000.0, 1250.0)
    kit = [run("speed", rate_per_s=rate, repetition=number) for rate in rates for number in (1, 2)]
    published = [run("speed", "published", rate_per_s=rate) for rate in (1.0, 250.0, 1250.0)]
    growth = [run("speed", arm, "an hour of event time in a minute", time_factor=60) for arm in FIXED_MS]
    return Recorded(*kit, *published, *growth, overloaded("speed", rate_per_s=40_000.0))


def capacity() -> Recorded:
    """A search for the limits of each arm; the published configuration fails at one message a second."""
    return Recorded(_searched("kit", 60_000.0, 45_000.0), _searched("published", 6_000.0, 0.0))


def _searched(arm: str, drained_per_s: float, sustained_per_s: float) -> RunDocument:
    document = run("capacity", arm)
    failed_per_s = max(1.1 * sustained_per_s, 1.0)
    document["drains"] = [_drain(1000, 1000 / drained_per_s)]
    document["capacity"] = Capacity(
        steady_batches_ms=[],
        prompt=None,
        busy_drains=[_drain(1000, 1250 / drained_per_s)] if sustained_per_s else [],
        probes=[
            ProbeResult(
                offered_rate_per_s=rate_per_s,
                achieved_rate_per_s=rate_per_s,
                processing_p50_ms=1.1 * FIXED_MS[arm],
                processing_p99_ms=2.2 * FIXED_MS[arm],
                lag_slope_per_s=0.0,
                lag_slope_upper_per_s=1.0,
                batches=10,
                batch_ms=FIXED_MS[arm] + PER_MESSAGE_MS[arm] * rate_per_s,
                batch_messages=rate_per_s,
                confirming=confirming,
                reason="" if rate_per_s < failed_per_s else "results took too long",
            )
            for rate_per_s, confirming in ((sustained_per_s, False), (failed_per_s, False), (sustained_per_s, True))
            if rate_per_s
        ],
        sustainable_rate_per_s=sustained_per_s,
        failed_rate_per_s=failed_per_s,
    )
    return document


def ablation() -> Recorded:
    """Two steps between the two arms, each with three backlogs and two batches of a small load."""
    costs = {"published": (15.0, 120), "one_partition": (1.0, 110), "one_query": (0.6, 60), "kit": (0.3, 15)}
    return Recorded(*(_step(arm, *cost) for arm, cost in costs.items()))


def _step(arm: str, t0_s: float, c_us: float) -> RunDocument:
    document = run("ablation", arm)
    small_s, large_s = (t0_s + c_us * n / 1e6 for n in (100, 200_000))
    document["drains"] = [_drain(200_000, seconds) for seconds in (large_s, 1.01 * large_s, large_s)]
    document["small_batches"] = [SmallBatch(messages=100, seconds=seconds) for seconds in (small_s, 1.01 * small_s)]
    return document


def ladder() -> Recorded:
    """Every rung climbed twice."""
    document = run("ladder")
    document["drains"] = [_drain(1000, 1 / 60), _drain(1000, 1 / 62)]
    rates = {"read": 110e3, "from_json": 75e3, "explode": 72e3, "window": 55e3, "kit_parse": 80e3, "kit_analyse": 70e3}
    document["rungs"] = [
        Rung(rung=rung, messages=1000, seconds=1000 / rate, rate_per_s=rate, core_s_per_million=1e6 / rate)
        for rung, rate in (*rates.items(), *rates.items(), ("columnar", 200e3))
    ]
    return Recorded(document)


def ingest() -> Recorded:
    """Two drains of the ingest app."""
    document = run("ingest", "ingest")
    document["drains"] = [_drain(50_000, 2.0), _drain(50_000, 2.5)]
    return Recorded(document)


def scale() -> Recorded:
    """An app with few sensors, one with many, and two apps, two drains each."""
    few, many, two = (
        run("scale", sensors=sensors, apps=apps) for sensors, apps in ((1000, 1), (100_000, 1), (1000, 2))
    )
    for document, seconds in ((few, 2.0), (many, 3.2), (two, 1.25)):
        document["drains"] = [_drain(200_000, seconds), _drain(200_000, seconds)]
    return Recorded(few, many, two)


def spikes() -> Recorded:
    """Two repetitions of a rate."""
    return Recorded(*(run("spikes", "spikes", rate_per_s=1000.0, repetition=number) for number in (1, 2)))


def _drain(messages: int, seconds: float) -> Drain:
    return Drain(
        messages=messages,
        seconds=seconds,
        rate_per_s=messages / seconds,
        core_s_per_million=18.0,
        load_ceiling_per_s=90_000.0,
    )


def error_rate() -> Recorded:
    """Every kind and share at a constant total rate, and one share at a constant rate of valid messages."""
    none: dict[str, Any] = {}
    shares = [none, *({kind: share} for kind in KINDS for share in (0.25, 0.5, 0.75, 1.0))]
    total = [run("error_rate", series="constant total rate", **wrong) for wrong in shares]
    three_quarters: list[dict[str, Any]] = [{"rate_per_s": 400.0, kind: 0.75} for kind in KINDS]
    valid = [run("error_rate", series="constant valid rate", **wrong) for wrong in three_quarters]
    return Recorded(*total, *valid)


def parallelism() -> Recorded:
    """One app and two, by disjoint partitions, and once by a shared group."""
    sensors = (1, 10, 100, 1000)
    apart = [run("parallelism", apps=apps, sensors=number) for apps in (1, 2) for number in sensors]
    return Recorded(*apart, run("parallelism", apps=2, split="shared_group", sensors=10))
