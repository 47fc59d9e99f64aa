"""The supervisor: a process that owns the services and apps of one instance, and ends them when its owners have gone.

Run as `python -m mysimbdp.service.supervision.supervisor HOME OWNER_PID OWNER_STARTED`. It knows nothing of what it
runs. Everything happens on the main thread: the kernel ends a leashed child when the *thread* that started it ends.
"""

import contextlib
import logging
import os
import queue
import signal
import sys
import threading
from concurrent.futures import Future
from multiprocessing import AuthenticationError
from multiprocessing.connection import Connection, Listener
from pathlib import Path

from filelock import FileLock, Timeout

from mysimbdp.errors import KitError
from mysimbdp.service.home import Home, SupervisorRecord
from mysimbdp.service.processes import ProcessId, kill_by_token
from mysimbdp.service.supervision import channel
from mysimbdp.service.supervision.channel import Message
from mysimbdp.service.supervision.child import STOP_GRACE_S, Child, Command

TURN_S = 0.2
# Three groups of children are stopped one after the other; 30 s after its owner nothing may be left.
LOST_OWNER_GRACE_S = 7.0

log = logging.getLogger("supervisor")


class Supervisor:
    """Starts, watches and stops children as asked, until asked to end or until no owner is left."""

    def __init__(self, token: str, owner: ProcessId) -> None:
        self.requests: queue.Queue[tuple[Message, Future[Message]]] = queue.Queue()
        self._token = token
        self._owners = {owner}
        self._detached = False
        self._children: dict[str, Child] = {}
        self.grace_s: float | None = None

    def run(self) -> None:
        while self.grace_s is None:
            self._turn()
            self._miss_owners()
        self._stop_all(self.grace_s)
        kill_by_token(self._token)  # what others started in the name of the instance, as a sweep its points

    def end(self, grace_s: float = STOP_GRACE_S) -> None:
        """Begin to end; children get `grace_s` each to stop by themselves."""
        self.grace_s = grace_s

    @property
    def ending(self) -> bool:
        return self.grace_s is not None

    def _turn(self) -> None:
        with contextlib.suppress(queue.Empty):
            request, answer = self.requests.get(timeout=TURN_S)
            answer.set_result(self._answer(request))
        self._watch()

    def _watch(self) -> None:
        for child in self._children.values():
            child.watch()

    def _miss_owners(self) -> None:
        self._owners = {owner for owner in self._owners if owner.find()}
        if not self._owners and not self._detached and not self.ending:
            log.info("no owner is left: ending")
            self.end(LOST_OWNER_GRACE_S)

    def _stop_all(self, grace_s: float) -> None:
        for order in sorted({child.command.stop_order for child in self._children.values()}):
            group = [child for child in self._children.values() if child.command.stop_order == order]
            for child in group:
                child.stop(grace_s)
            while any(child.alive for child in group):
                self._turn()

    def _answer(self, request: Message) -> Message:
        try:
            return getattr(self, f"_do_{request.pop('do')}")(**request) or {}
        except KitError as refusal:
            return {"error": str(refusal)}
        except Exception as error:
            log.exception("a request failed")
            return {"error": f"The supervisor could not do this: {error!r}."}

    def _do_describe(self) -> Message:
        self._watch()  # somebody may ask right after a crash
        return {"ending": self.ending, "children": [child.describe() for child in self._children.values()]}

    def _refuse_while_ending(self) -> None:
        """Promise nothing that the end, which is not called off any more, would break."""
        if self.ending:
            raise KitError("The instance is going down, so this must wait until it has; or run `mysimbdp down`.")

    def _do_start(self, command: Message) -> None:
        self._refuse_while_ending()
        wanted = Command(**command)
        running = self._children.get(wanted.name)
        if running and running.alive:
            raise KitError(f"{wanted.name} runs already; see `mysimbdp status`.")
        self._children[wanted.name] = Child(wanted, self._token)
        log.info("started %s", wanted.name)

    def _do_stop(self, name: str) -> None:
        self._children[name].stop()

    def _do_attach(self, pid: int, started: float) -> Message:
        self._refuse_while_ending()
        owner = ProcessId(pid, started)
        new = owner not in self._owners
        self._owners.add(owner)
        return {"new": new}

    def _do_release(self, pid: int) -> Message:
        self._owners = {owner for owner in self._owners if owner.pid != pid}
        ends = not self._owners and not self._detached
        if ends:
            self.end()
        return {"ends": ends}

    def _do_detach(self) -> None:
        self._refuse_while_ending()
        self._detached = True

    def _do_end(self) -> None:
        self.end()


def serve(listener: Listener, key: bytes, supervisor: Supervisor) -> None:
    """Hand every authenticated request to the supervisor, each connection on a thread of its own."""
    while True:
        with contextlib.suppress(OSError):
            connection = listener.accept()
            threading.Thread(target=_serve_one, args=(connection, key, supervisor), daemon=True).start()


def _serve_one(connection: Connection, key: bytes, supervisor: Supervisor) -> None:
    with connection, contextlib.suppress(AuthenticationError, EOFError, OSError):
        channel.accept_authenticated(connection, key)
        answer: Future[Message] = Future()
        supervisor.requests.put((channel.receive(connection), answer))
        channel.send(connection, answer.result(timeout=10))


def main() -> None:
    home = Home(Path(sys.argv[1]))
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    os.umask(0o077)
    try:
        with FileLock(home.supervisor_lock, timeout=0):
            _supervise(home, ProcessId(int(sys.argv[2]), float(sys.argv[3])))
    except Timeout:
        sys.exit(f"Another supervisor owns {home.path}.")


def _supervise(home: Home, owner: ProcessId) -> None:
    supervisor = Supervisor(home.read_instance().token, owner)
    signal.signal(signal.SIGTERM, lambda *_: supervisor.end())
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with channel.listen() as listener:
        key = os.urandom(32)
        threading.Thread(target=serve, args=(listener, key, supervisor), daemon=True).start()
        home.write_supervisor(SupervisorRecord(ProcessId.of_this_process(), listener.address[1], key.hex()))
        supervisor.run()
        home.forget_supervisor()


if __name__ == "__main__":
    main()
