"""A sweep: its planned runs one after the other, each in a process of its own; one that fails does not end the rest."""

import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from mysimbdp import coredms
from mysimbdp.contracts import Topics
from mysimbdp.documents import PlannedRun, RunDocument, RunStatus, SweepDocument
from mysimbdp.errors import KitError
from mysimbdp.experiments import runs, stored, sweeps
from mysimbdp.experiments.estimate import Estimate, load_s
from mysimbdp.experiments.lock import only_sweep
from mysimbdp.experiments.plan import Plan
from mysimbdp.experiments.point_process import PointProcess, PointRun, trace_of
from mysimbdp.experiments.room import require_room
from mysimbdp.messaging import delete_topics
from mysimbdp.service.app_status import AppStatus
from mysimbdp.service.class_archive import archive_classes
from mysimbdp.service.home import Home
from mysimbdp.service.platform import Platform

# An app that falls behind is given ten minutes to catch up; then come the checks.
TIMEOUT_BESIDE_LOAD_S = 900.0
POLL_S = 0.5
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
        archive_classes(platform)
        with coredms.connect(endpoints.mongodb) as database:
            coredms.prepare(database)
            sweep = _Sweep(platform, database, plan)
            sweep.clear_abandoned()
            document = sweep.begin(resume)
            sweep.run(document, tell)
            return document


@dataclass(frozen=True)
class _UnderWay:
    """A run that has begun."""

    planned: PlannedRun
    process: PointProcess
    began_s: float

    @property
    def run_id(self) -> str:
        return self.process.point.run_id

    @property
    def ends_s(self) -> float:
        """When it is ended, whatever it does."""
        return self.began_s + load_s(self.planned) + TIMEOUT_BESIDE_LOAD_S

    @property
    def goes_on(self) -> bool:
        return self.process.is_alive and time.monotonic() < self.ends_s


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
        """Make every run that is missing, one measured after the other.

        What need not be quiet overlaps: while a run's app starts, the run before it is checked, and the next one's
        process gets ready.
        """
        left = sweeps.missing(sweep, sweeps.latest_runs(self._database, sweep))
        total, last = len(sweep["plan"]), None
        ready: deque[PointProcess] = deque()
        under_way: deque[_UnderWay] = deque()
        try:
            for number, planned in enumerate(left):
                ready.extend(self._ready(soon, sweep["_id"]) for soon in left[number + len(ready) : number + 2])
                self._bring_up()
                ready[0] = self._alive(ready[0], planned, sweep["_id"])
                under_way.append(self._begin(planned, sweep["_id"], ready[0]))
                ready.popleft()  # not before it is among the others, so that an interrupt ends it
                if len(under_way) > 1:  # a run stays among them until it is concluded, so that an interrupt ends it
                    last = self._conclude(under_way[0])
                    under_way.popleft()
                left_s = self._estimate.left_s(left[number:])
                tell(Progress(total - len(left) + number, total, left_s, planned, last))
                self._wait_until_measured(under_way[0])
            if under_way:
                last = self._conclude(under_way[0])
                under_way.popleft()
            tell(Progress(total, total, 0.0, None, last))
        finally:
            for process in (*ready, *(run.process for run in under_way)):
                process.close()
            for run in under_way:
                self._interrupt(run)

    def _wait_until_measured(self, run: _UnderWay) -> None:
        """Return when the next run may begin: this one is being checked, or has ended."""
        while run.goes_on:
            # While coredms is away nothing is known of the run, which tells of that itself.
            with suppress(KitError), coredms.connect(self._platform.endpoints().mongodb) as database:
                if _comes_to_its_check(run, database):
                    self._estimate.learn(run.planned, time.monotonic() - run.began_s)
                    return
            time.sleep(POLL_S)

    def _conclude(self, run: _UnderWay) -> RunDocument:
        """Let the run come to its end, and return its document, COMPLETED or FAILED."""
        failure = run.process.wait(max(0.0, run.ends_s - time.monotonic()))
        run.process.close()
        self._bring_up()
        if failure or self._load(run.run_id)["status"] != RunStatus.COMPLETED:
            failure = failure or "Its notebook ended without completing the run."
            self._end(run.run_id, failure, trace_of(run.process.point))
        return self._load(run.run_id)

    def _interrupt(self, run: _UnderWay) -> None:
        """Have a run FAILED that did not come to its end; one that has done so by now stays as it is."""
        if self._load(run.run_id)["status"] != RunStatus.COMPLETED:
            self._end(run.run_id, INTERRUPTED)

    def _bring_up(self) -> None:
        """A service may have died with a run."""
        self._platform.up(tell=lambda _: None)

    def _ready(self, planned: PlannedRun, sweep: str) -> PointProcess:
        """A process that makes the run as soon as that has begun."""
        run_id = f"{runs.new_id(self._plan.spec.experiment)}-{planned['order']}"  # two may be made ready at once
        parameters = {**planned["parameters"], "run_id": run_id}
        executed = self._plan.executed(sweep, run_id)
        return PointProcess(PointRun(run_id, self._plan.notebook, parameters, executed), self._token)

    def _alive(self, process: PointProcess, planned: PlannedRun, sweep: str) -> PointProcess:
        """The process, or another if it has ended while it waited, as with a database that the run before lost."""
        if process.is_alive:
            return process
        process.close()
        return self._ready(planned, sweep)

    def _begin(self, planned: PlannedRun, sweep: str, process: PointProcess) -> _UnderWay:
        """Record the run as RUNNING, for which its process waits."""
        experiment, place = self._plan.spec.experiment, self._place(planned, sweep)
        runs.new_run(self._database, process.point.run_id, experiment, planned["arm"], planned["parameters"], place)
        return _UnderWay(planned, process, time.monotonic())

    def _place(self, planned: PlannedRun, sweep: str) -> runs.Place:
        return runs.Place(
            series=planned["series"],
            sweep=sweep,
            profile=self._plan.profile,
            repetition=planned["repetition"],
            order=planned["order"],
            order_seed=self._plan.order_seed,
            latency_objective_s=self._plan.spec.latency_objective_s,
        )

    def _load(self, run_id: str) -> RunDocument:
        run = runs.load(self._database, run_id)
        if run is None:
            raise KitError(f"The run {run_id} is not in coredms any more.")
        return run

    def _end(self, run_id: str, reason: str, trace: str | None = None) -> None:
        """Have the run FAILED and nothing of it left but logs: its apps, their folders, its topics, what it had stored.

        What the run's own notebook said of its failure stands.
        """
        run = runs.load(self._database, run_id)
        if run and run["status"] != RunStatus.FAILED:
            runs.fail(self._database, run_id, reason, trace)
        for app in self._platform.app_states():
            if app.name.startswith(run_id):
                self._forget(app)
        with suppress(KitError):
            delete_topics(self._platform.endpoints().kafka, Topics(run_id).all())
        stored.forget(self._database, Topics(run_id))

    def _forget(self, app: AppStatus) -> None:
        with suppress(KitError):
            if app.pid:
                self._platform.stop_app(app.name)
            self._platform.forget_app(app.name, keep_log=True)  # the run's reason may name it


def _comes_to_its_check(run: _UnderWay, database: coredms.Coredms) -> bool:
    """Wait for the run to say that it is being checked; return whether it does so while it goes on."""
    while run.goes_on:
        if "checking_since" in (runs.load(database, run.run_id) or {}):
            return True
        time.sleep(POLL_S)
    return False
