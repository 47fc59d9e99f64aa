"""Looks at a run from outside, once a second: what its processes use, and how far its apps are behind."""

import threading
import urllib.request
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import psutil

from mysimbdp.apps.lag import EndsOf, LagWatch
from mysimbdp.apps.spec import last_state
from mysimbdp.documents import ProcessUse, ResourceDocument
from mysimbdp.errors import KitError
from mysimbdp.messaging import EndOffsets
from mysimbdp.service.platform import Platform
from mysimbdp.service.usage import ProcessMeter

INTERVAL_S = 1.0
REST_TIMEOUT_S = 5.0
MEGABYTE = 1024 * 1024


class Sampler:
    """Samples in a thread of its own from `start` to `stop`."""

    def __init__(self, platform: Platform, run_id: str, app_folders: Mapping[str, Path], producer_pid: int) -> None:
        self._samples: list[ResourceDocument] = []
        self._producer = psutil.Process(producer_pid)
        self._platform = platform
        self._run_id = run_id
        self._folders = app_folders
        self._watches: dict[str, LagWatch] = {}
        self._kafka = platform.endpoints().kafka
        self._meter = ProcessMeter()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> list[ResourceDocument]:
        """End, and return all samples."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join()
        return self._samples

    def _run(self) -> None:
        with EndOffsets(self._kafka) as ends:
            while not self._stopped.wait(INTERVAL_S):
                with suppress(KitError):  # a service that is away for a moment leaves a gap among the samples
                    self._samples.append(self._sample(ends.of))

    def _sample(self, ends_of: EndsOf) -> ResourceDocument:
        return ResourceDocument(
            _id=f"{self._run_id}/{len(self._samples):05d}",
            run_id=self._run_id,
            at=datetime.now(UTC),
            processes=self._processes(),
            lag=self._lag(ends_of),
        )

    def _processes(self) -> dict[str, ProcessUse]:
        """Use by role, the drivers of all apps as one."""
        used = self._meter.process_use(self._platform.processes())
        drivers = [used.pop(role) for role in list(used) if role.startswith("driver:")]
        used["driver"] = added(drivers)
        used["producer"] = self._producer_use()
        return used

    def _producer_use(self) -> ProcessUse:
        with suppress(psutil.Error):
            times = self._producer.cpu_times()
            memory_mb = self._producer.memory_info().rss / MEGABYTE
            return ProcessUse(cpu_s=times.user + times.system, memory_mb=memory_mb, processes=1)
        return ProcessUse(cpu_s=0.0, memory_mb=0.0, processes=0)

    def _lag(self, ends_of: EndsOf) -> int | None:
        """The messages that the apps together are behind; None before each has finished a batch."""
        watches = [self._watches.setdefault(app, LagWatch(folder)) for app, folder in self._folders.items()]
        lags = [watch.look(ends_of) for watch in watches]
        known = [behind for behind in lags if behind is not None]
        return sum(known) if len(known) == len(lags) else None


def added(uses: list[ProcessUse]) -> ProcessUse:
    """The use of several groups of processes as one."""
    return ProcessUse(
        cpu_s=sum(use["cpu_s"] for use in uses),
        memory_mb=sum(use["memory_mb"] for use in uses),
        processes=sum(use["processes"] for use in uses),
    )


def executors_by_spark(app_folder: Path) -> list[dict[str, Any]]:
    """What Spark's own REST API says of the driver and the executors of a running app; nothing where it is silent."""
    state = last_state(app_folder)
    if state is None or state.web is None:
        return []
    with suppress(OSError, ValueError):
        applications = _get(f"{state.web}/api/v1/applications")
        return [
            dict(executor)
            for application in applications
            for executor in _get(f"{state.web}/api/v1/applications/{application['id']}/allexecutors")
        ]
    return []


def _get(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=REST_TIMEOUT_S) as answer:
        return orjson.loads(answer.read())
