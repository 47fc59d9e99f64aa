"""A sweep: its planned runs one after the other, each in a process of its own; one that fails does not end the rest."""

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from mysimbdp import coredms
from mysimbdp.contracts import Topics
from mysimbdp.documents import PlannedRun, RunDocument, RunStatus, SweepDocument
from mysimbdp.errors import KitError
from mysimbdp.experiments import runs, sweeps
from mysimbdp.experiments.estimate import Estimate, load_s
from mysimbdp.experiments.lock import only_sweep
from mysimbdp.experiments.plan import Plan
from mysimbdp.experiments.point_process import PointRun, execute_point, trace_of
from mysimbdp.experiments.room import require_room
from mysimbdp.messaging import delete_topics
from mysimbdp.service.app_status import AppStatus
from mysimbdp.service.home import Home
from mysimbdp.service.platform import Platform

# An app that falls behind is given ten minutes to catch up; then come the checks.
TIMEOUT_BESIDE_LOAD_S = 900.0
INTERRUPTED = "The sweep was interrupted."


@dataclass(frozen=True)
class Progress:
    """How far a sweep is: told when a run begins, and when the last one has ended."""

    done: int
    total: int
    left_s: float
    current: PlannedRun | None
    last: RunDocument | None  # the run that has just ended


Tell = Callable[[Progress], None]


def run_sweep(platform: Platform, plan: Plan, tell: Tell, resume: bool = False) -> SweepDocument:
    """Run what is planned and return the sweep; its runs are in coredms, where those that failed say why.

    The platform is brought up, also again where a service died between two runs, and stays up until the caller lets go
    of it.

    Args:
        resume: go on with the newest sweep of the same plan, if there is one, with what is missing or FAILED.

    Raises:
        KitError: another sweep is under way, there is no room, or a service cannot be reached; nothing was run.
    """
    with only_sweep(platform.settings.home, plan.name):
        require_room(platform.settings, plan.apps)
        endpoints = platform.up()
        with coredms.connect(endpoints.mongodb) as database:
            coredms.prepare(database)
            sweep = _Sweep(platform, database, plan)
            sweep.clear_abandoned()
            document = sweep.begin(resume)
            sweep.run(document, tell)
            return document


class _Sweep:
    def __init__(self, platform: Platform, database: coredms.Coredms, plan: Plan) -> None:
        self._platform = platform
        self._database = database
        self._plan = plan
        self._instance = sweeps.instance_of(platform.settings.home)
        self._token = Home(platform.settings.home).read_instance().token
        self._estimate = Estimate()

    def clear_abandoned(self) -> None:
        """See that runs of a sweep that was killed are never counted, and that nothing of them is left."""
        for run in sweeps.left_running(self._database, self._instance):
            self._end(run["_id"], INTERRUPTED)

    def begin(self, resume: bool) -> SweepDocument:
        """The sweep to go on with, or a new one."""
        found = sweeps.newest(self._database, self._plan, self._instance) if resume else None
        return found or sweeps.begin(self._database, self._plan, self._instance)

    def run(self, sweep: SweepDocument, tell: Tell) -> None:
        """Make every run that is missing."""
        left = sweeps.missing(sweep, sweeps.latest_runs(self._database, sweep))
        total, last = len(sweep["plan"]), None
        for number, planned in enumerate(left):
            left_s = self._estimate.left_s(left[number:])
            tell(Progress(total - len(left) + number, total, left_s, planned, last))
            last = self._make(planned, sweep["_id"])
        tell(Progress(total, total, 0.0, None, last))

    def _make(self, planned: PlannedRun, sweep: str) -> RunDocument:
        """Make one run and return its document, COMPLETED or FAILED."""
        began_s = time.monotonic()
        run = self._new(planned, sweep)
        point = self._point(run)
        try:
            failure = execute_point(point, self._token, load_s(planned) + TIMEOUT_BESIDE_LOAD_S)
        except BaseException:
            self._end(run["_id"], INTERRUPTED)
            raise
        self._platform.up(tell=lambda _: None)  # a service may have died with the point
        if failure or self._load(run)["status"] != RunStatus.COMPLETED:
            self._end(run["_id"], failure or "Its notebook ended without completing the run.", trace_of(point))
        self._estimate.learn(planned, time.monotonic() - began_s)
        return self._load(run)

    def _new(self, planned: PlannedRun, sweep: str) -> RunDocument:
        return runs.new_run(
            self._database,
            self._plan.spec.experiment,
            planned["arm"],
            planned["parameters"],
            series=planned["series"],
            sweep=sweep,
            profile=self._plan.profile,
            repetition=planned["repetition"],
            order=planned["order"],
            order_seed=self._plan.order_seed,
            latency_objective_s=self._plan.spec.latency_objective_s,
        )

    def _point(self, run: RunDocument) -> PointRun:
        parameters = {**run["parameters"], "run_id": run["_id"]}
        executed = self._plan.executed(str(run["sweep"]), run["_id"])
        return PointRun(run["_id"], self._plan.notebook, parameters, executed)

    def _load(self, run: RunDocument) -> RunDocument:
        return runs.load(self._database, run["_id"]) or run

    def _end(self, run_id: str, reason: str, trace: str | None = None) -> None:
        """Have the run FAILED and nothing of it left: its apps, their folders, its topics.

        What the run's own notebook said of its failure stands.
        """
        run = runs.load(self._database, run_id)
        if run and run["status"] != RunStatus.FAILED:
            runs.fail(self._database, run_id, reason, trace)
        for app in self._platform.apps():
            if app.name.startswith(run_id):
                self._forget(app)
        with suppress(KitError):
            delete_topics(self._platform.endpoints().kafka, Topics(run_id).all())

    def _forget(self, app: AppStatus) -> None:
        with suppress(KitError):
            if app.pid:
                self._platform.stop_app(app.name)
            self._platform.forget_app(app.name)
