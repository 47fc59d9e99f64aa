"""Reach the supervisor of an instance: start it, ask it for something, miss it when it has gone."""

import subprocess
import sys
import threading
import time
from dataclasses import asdict
from multiprocessing import AuthenticationError
from typing import Any

from mysimbdp.errors import KitError
from mysimbdp.service.home import Home, SupervisorRecord
from mysimbdp.service.processes import ProcessId, kill, kill_by_token
from mysimbdp.service.supervision import channel
from mysimbdp.service.supervision.child import STOP_GRACE_S, Command

START_TIMEOUT_S = 20.0
ANSWER_TIMEOUT_S = 10.0
# Apps, Spark and the stores are stopped one after the other.
END_TIMEOUT_S = 3 * (STOP_GRACE_S + 2)
# A process that ends closes its connections a moment before it has gone.
LAST_BREATH_S = 1.0
POLL_S = 0.05


class SupervisorClient:
    """The supervisor of one instance, as seen by everybody else."""

    def __init__(self, home: Home) -> None:
        self.home = home

    def record(self) -> SupervisorRecord | None:
        """The supervisor that is alive now, or None."""
        record = self.home.read_supervisor()
        return record if record and record.process.find() else None

    @property
    def was_killed(self) -> bool:
        """Whether the last supervisor ended without taking its leave."""
        return self.home.read_supervisor() is not None and self.record() is None

    def start(self) -> None:
        """Start a supervisor that this process owns, unless there is one; sweep what a killed one left."""
        if self.record():
            return
        self.sweep()
        process = self._spawn()
        deadline = time.monotonic() + START_TIMEOUT_S
        while not self.record():
            if process.poll() is not None or time.monotonic() > deadline:
                process.kill()
                raise KitError(f"The supervisor did not start; see {self.home.log('supervisor')}.")
            time.sleep(POLL_S)
        # Somebody has to wait for it, or it stays a zombie as long as this process lives.
        threading.Thread(target=process.wait, daemon=True).start()

    def _spawn(self) -> subprocess.Popen[bytes]:
        owner = ProcessId.of_this_process()
        module = "mysimbdp.service.supervision.supervisor"
        with self.home.log("supervisor").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-P", "-m", module, str(self.home.path), str(owner.pid), str(owner.started)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def own(self) -> bool:
        """Keep the instance up at least as long as this process lives; return whether it did not do so before."""
        return bool(self._ask("attach", **asdict(ProcessId.of_this_process()))["new"])

    def outlast_end(self) -> bool:
        """Wait for the end of a supervisor that is going down; return whether there is none now.

        Raises:
            KitError: there is one that does not answer.
        """
        record = self.record()
        description = self._describe()
        if record and description and description["ending"]:
            self._wait_for_end(record)
        return self.record() is None

    def release(self) -> None:
        """Stop owning the instance; it goes down, and this waits for it, when nothing else holds it up."""
        record = self.record()
        if record and self._ask("release", pid=ProcessId.of_this_process().pid)["ends"]:
            self._wait_for_end(record)

    def have(self) -> None:
        """Have a supervisor also where all services are external; one for apps alone outlives this process."""
        if not self.record():
            self.start()
            self.detach()

    def detach(self) -> None:
        """Keep the instance up until it is asked to go down."""
        self._ask("detach")

    def children(self) -> dict[str, dict[str, Any]]:
        """What the supervisor has started, by name; empty when there is no supervisor."""
        description = self._describe()
        return {child["name"]: child for child in description["children"]} if description else {}

    def child(self, name: str) -> dict[str, Any]:
        """What has become of a child.

        Raises:
            KitError: it has gone with its supervisor.
        """
        if child := self.children().get(name):
            return child
        raise KitError(f"{name} has gone with its supervisor; see {self.home.log('supervisor')}.")

    def _describe(self) -> channel.Message | None:
        """What the supervisor says of itself; None when there is none, or none any more when it should answer.

        Raises:
            KitError: there is one that does not answer.
        """
        record = self.record()
        if not record:
            return None
        try:
            return self._ask("describe")
        except KitError:
            self._wait_for_end(record, LAST_BREATH_S)
            if self.record():
                raise
            return None

    def start_child(self, command: Command) -> None:
        self._ask("start", command=asdict(command))

    def stop_child(self, name: str) -> None:
        """Stop a child and wait until nothing is left of it."""
        self._ask("stop", name=name)
        deadline = time.monotonic() + STOP_GRACE_S + ANSWER_TIMEOUT_S
        while self.children().get(name, {}).get("state") == "stopping":
            if time.monotonic() > deadline:
                raise KitError(f"{name} does not stop; see {self.home.log('supervisor')}.")
            time.sleep(POLL_S)

    def end(self) -> None:
        """Stop everything of the instance, also what a killed or silent supervisor left."""
        if record := self.record():
            try:
                self._ask("end")
                self._wait_for_end(record)
            except KitError:
                pass  # it does not answer, so it is ended below with all the rest
        self.sweep()

    def _wait_for_end(self, record: SupervisorRecord, timeout_s: float = END_TIMEOUT_S) -> None:
        deadline = time.monotonic() + timeout_s
        while record.process.find() and time.monotonic() < deadline:
            time.sleep(POLL_S)

    def sweep(self) -> int:
        """Kill every process of the instance that no living supervisor owns; return how many there were."""
        if record := self.home.read_supervisor():
            if process := record.process.find():
                kill([process])
            self.home.forget_supervisor()
        return kill_by_token(self.home.read_instance().token)

    def _ask(self, do: str, **arguments: Any) -> channel.Message:
        record = self.record()
        if not record:
            raise KitError(f"The instance {self.home.path} is not up; run `mysimbdp up`.")
        try:
            request = {"do": do, **arguments}
            answer = channel.ask(record.port, bytes.fromhex(record.key), request, ANSWER_TIMEOUT_S)
        except (AuthenticationError, EOFError, OSError) as error:
            raise KitError(
                f"The supervisor (pid {record.process.pid}) does not answer ({error!r}); run `mysimbdp down`."
            ) from None
        if "error" in answer:
            raise KitError(answer["error"])
        return answer
