"""The manager of apps: starts each as a Spark job of its own, and stops it."""

import os
import re
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from mysimbdp.apps import AppOptions
from mysimbdp.apps.checkpoint import begun_options
from mysimbdp.apps.lag import in_words, wait_until_caught_up
from mysimbdp.apps.loading import load_app
from mysimbdp.apps.spec import AppSpec, DriverPhase
from mysimbdp.contracts import Endpoints
from mysimbdp.errors import KitError, UsageError
from mysimbdp.service import spark
from mysimbdp.service.app_folder import AppFolder, app_folders
from mysimbdp.service.app_status import AppStatus, describe
from mysimbdp.service.artifacts import CONNECTOR, jar_paths
from mysimbdp.service.checks import check_memory
from mysimbdp.service.embedded import EmbeddedServices
from mysimbdp.service.home import Home
from mysimbdp.service.java import Java
from mysimbdp.service.launch import Tell
from mysimbdp.service.ports import LOOPBACK, read_ports
from mysimbdp.service.provision import provide_jars, provide_java
from mysimbdp.service.services import STOP_APPS
from mysimbdp.service.supervision.child import STOP_GRACE_S, Command
from mysimbdp.service.supervision.client import SupervisorClient
from mysimbdp.settings import Settings

NAME_PATTERN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
DRIVER_MEMORY_MB = 900
TASKS_IN_DRIVER = 256  # waiting costs no core
RUNNING_TIMEOUT_S = 120.0
POLL_S = 0.1
MASTER_TIMEOUT_S = 5.0


class AppManager:
    """Starts and stops the apps of one instance."""

    def __init__(self, settings: Settings, home: Home, supervisor: SupervisorClient) -> None:
        self._settings = settings
        self._cache = settings.cache.absolute()
        self._home = home
        self._supervisor = supervisor
        self._embedded = EmbeddedServices(settings, home, supervisor)

    def start(
        self,
        app: str,
        options: Mapping[str, object],
        endpoints: Callable[[], Endpoints],
        name: str | None,
        fresh: bool,
        tell: Tell,
    ) -> AppStatus:
        """Start the app and return once its queries run; `endpoints` is asked once the request is known to fit."""
        loaded = load_app(app)
        folder = self._folder(name or loaded.name)
        java = provide_java(self._cache)
        parsed = loaded.parse_options(dict(options))
        chosen = loaded.options_type.model_validate(parsed)
        spec = AppSpec(
            name=folder.name,
            module=loaded.module,
            options=parsed,
            endpoints=self._endpoints(endpoints(), chosen),
            checkpoint=self._checkpoint(folder),
            fresh=fresh,
            jars=[str(path) for path in jar_paths(self._cache, CONNECTOR)],
            spark_conf=self._settings.spark_conf,
            class_archive=self._class_archive(java),
            cores=int(self._settings.spark_conf.get("spark.cores.max", chosen.cores)),
            real_time=chosen.REAL_TIME,
        )
        self._home.create()
        with self._home.changing():
            self._refuse_second_start(folder)
            if not fresh:
                loaded.refuse_changes(begun_options(folder.path), spec.options)
            self._make_room(spec, tell)
            provide_jars(self._cache, CONNECTOR, java)
            folder.begin(spec)
            self._start_driver(folder, java, tell)
        return self._wait_until_running(folder)  # another app may be started meanwhile

    def stop(self, name: str) -> AppStatus:
        """Let the app finish its batch, end it, and return once nothing of it is left."""
        folder = self.folder(name)
        if self.status(folder).pid is None:
            raise KitError(f"{name} is not running; see `mysimbdp app list`.")
        self._supervisor.stop_child(folder.child)
        return self.status(folder)

    def forget(self, name: str, keep_log: bool) -> None:
        """As `Platform.forget_app`."""
        folder = self.folder(name)
        if self.status(folder).pid:
            raise KitError(f"{name} is running; stop it first: `mysimbdp app stop {name}`.")
        folder.delete(keep_log)

    def status(self, folder: AppFolder) -> AppStatus:
        return describe(folder, self._supervisor.children().get(folder.child), self._supervisor.was_killed)

    def wait_until_caught_up(self, name: str, kafka: str, timeout_s: float, tell: Tell) -> None:
        """Return once the app's finished batches cover all that lies in its topics now."""
        folder = self.folder(name)

        def look(behind: int | None) -> None:
            status = self.status(folder)
            if status.pid is None:
                raise KitError(f"{name} is {status.state}: {status.reason or 'it was stopped'}; see {folder.log}.")
            tell(f"{name} {in_words(behind)}")

        wait_until_caught_up(kafka, folder.path, timeout_s, look)

    def log(self, name: str) -> Path:
        """Where the app's output is.

        Raises:
            KitError: there is none yet.
        """
        folder = self.folder(name)
        if not folder.log.exists():
            raise KitError(f"{name} has logged nothing yet: its driver was never started; see `mysimbdp app list`.")
        return folder.log

    def _folder(self, name: str) -> AppFolder:
        if not NAME_PATTERN.fullmatch(name):
            raise UsageError(f"{name!r} cannot be the name of an app; use letters, digits, '.', '_' and '-'.")
        return AppFolder(self._home, name)

    def _checkpoint(self, folder: AppFolder) -> str:
        base = self._settings.checkpoints
        return f"{base.rstrip('/')}/{folder.name}" if base else str(folder.checkpoint)

    def folder(self, name: str) -> AppFolder:
        """The folder of an app that was started here.

        Raises:
            UsageError: there is none of that name.
        """
        folder = self._folder(name)
        if not folder.exists:
            known = ", ".join(folder.name for folder in app_folders(self._home)) or "none yet"
            raise UsageError(f"No app called {name} was started here (there is {known}).")
        return folder

    def _refuse_second_start(self, folder: AppFolder) -> None:
        running = self.status(folder)
        if running.pid and running.since:
            raise KitError(
                f"{folder.name} runs already (process {running.pid}, since {running.since:%Y-%m-%d %H:%M:%S} UTC); "
                f"stop it first: `mysimbdp app stop {folder.name}`."
            )

    def _endpoints(self, found: Endpoints, options: AppOptions) -> Endpoints:
        """Where the services are for an app: one in real-time mode is its own cluster."""
        is_own = self._settings.spark is None and options.REAL_TIME
        return replace(found, spark=f"local[{TASKS_IN_DRIVER}]") if is_own else found

    def _make_room(self, spec: AppSpec, tell: Tell) -> None:
        """See that the app will find memory and, on the embedded cluster, free cores."""
        check_memory(DRIVER_MEMORY_MB, "Starting an app").require()
        if self._settings.spark is None and not spec.real_time:
            self.have_free_cores(spec.cores, tell)

    def have_free_cores(self, cores: int, tell: Tell) -> None:
        """Add workers to the embedded cluster until so many cores are free, those of starting apps not among them.

        Raises:
            KitError: there is no memory for a worker, or the master does not answer.
        """
        starting = self._cores_of_starting_apps()
        while spark.free_cores(read_ports(self._home), starting, MASTER_TIMEOUT_S) < cores:
            self._embedded.add_worker(tell)

    def _cores_of_starting_apps(self) -> dict[str, int]:
        """By name; those in real-time mode take none of the cluster."""
        folders = (folder for folder in app_folders(self._home) if self.status(folder).state is DriverPhase.STARTING)
        return {spec.name: spec.cores for folder in folders if not (spec := folder.begun_with()).real_time}

    def _class_archive(self, java: Java) -> str | None:
        """The archive that makes starts on this machine quicker, where there is one."""
        master = self._settings.spark
        is_here = master is None or master.startswith("local")
        return spark.existing_archive(self._cache, java) if is_here else None

    def _start_driver(self, folder: AppFolder, java: Java, tell: Tell) -> None:
        argv = [sys.executable, "-m", "mysimbdp.apps.driver", str(folder.spec)]
        env = os.environ | java.environment() | self._spark_environment()
        self._supervisor.have()
        tell(f"starting {folder.name}")
        command = Command(folder.child, argv, env, str(folder.path), str(folder.log), STOP_APPS)
        self._supervisor.start_child(command)

    def _spark_environment(self) -> dict[str, str]:
        """Keep a driver beside its cluster on loopback; one that works for a cluster elsewhere must be reachable."""
        scratch = {"SPARK_LOCAL_DIRS": str(self._home.scratch)}
        master = self._settings.spark
        return scratch | ({"SPARK_LOCAL_IP": LOOPBACK} if master is None or master.startswith("local") else {})

    def _wait_until_running(self, folder: AppFolder) -> AppStatus:
        deadline = time.monotonic() + RUNNING_TIMEOUT_S
        while (status := self.status(folder)).state is DriverPhase.STARTING:
            if time.monotonic() > deadline:
                raise KitError(f"{folder.name} has not started after {RUNNING_TIMEOUT_S:.0f} s; see {folder.log}.")
            time.sleep(POLL_S)
        if status.state is not DriverPhase.RUNNING:
            self._wait_until_gone(folder)
            reason = (status.reason or status.state).rstrip(".")
            raise KitError(f"{folder.name} did not start: {reason}; see {folder.log}.")
        return status

    def _wait_until_gone(self, folder: AppFolder) -> None:
        """Return once nothing of a driver that failed is left, so that the next start is not refused for it."""
        deadline = time.monotonic() + STOP_GRACE_S
        while self.status(folder).pid and time.monotonic() < deadline:
            time.sleep(POLL_S)
