"""Replace this process by a command that dies with the process that started it.

Run as a script: `python -S -E leash.py OWNER_PID COMMAND...`. On Linux the kernel kills the command when its owner
ends, however it ends; elsewhere the next `up`, `down` or `status` finds it by its token.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def leashed(command: list[str]) -> list[str]:
    """The command line that runs `command` on a leash held by the calling thread."""
    return [sys.executable, "-S", "-E", __file__, str(os.getpid()), *command]


def main() -> None:
    owner_pid, *command = sys.argv[1:]
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    # The owner may have died before the kernel was asked; then nobody would ever end the command.
    if os.getppid() != int(owner_pid):
        sys.exit("The owner has gone.")
    os.execvp(command[0], command)


if __name__ == "__main__":
    main()
