"""Run a program that downloads: show how much has arrived, try again when it fails, end it when we end."""

import os
import re
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential

from mysimbdp.errors import KitError
from mysimbdp.leash import leashed
from mysimbdp.service.display import CONSOLE

ATTEMPTS = 4
ATTEMPT_TIMEOUT_S = 1800
WATCH_INTERVAL_S = 0.2
LONGEST_PAUSE_S = 10

# How pip ("ERROR: …") and Ivy ("… failed: … url=…", "…: not found") say what went wrong.
COMPLAINT = r"(?:ERROR: |failed: )(.+?)(?: url=|$)|^\s*:: (\S+: not found)"


class DownloadError(KitError):
    """A download did not arrive; worth another try."""


def run_download(command: list[str], name: str, arriving_in: Path, total_bytes: int) -> None:
    """Run a command that downloads into the folder `arriving_in`, with a progress bar, and again where it fails.

    Raises:
        DownloadError: it failed `ATTEMPTS` times; the sentence has the reason it gave last.
    """
    retrying = Retrying(
        retry=retry_if_exception_type(DownloadError),
        stop=stop_after_attempt(ATTEMPTS),
        wait=wait_exponential(max=LONGEST_PAUSE_S),
        reraise=True,
    )
    retrying(_run_with_progress, command, name, arriving_in, total_bytes)


def _run_with_progress(command: list[str], name: str, arriving_in: Path, total_bytes: int) -> None:
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with Progress(*columns, console=CONSOLE) as progress, tempfile.TemporaryFile("w+") as output:
        task = progress.add_task(f"Downloading {name}", total=total_bytes)
        # pip collects what arrives in its temporary directory, Ivy in its cache.
        arriving_in.mkdir(exist_ok=True)
        environment = os.environ | {"TMPDIR": str(arriving_in)}
        process = subprocess.Popen(leashed(command), stdout=output, stderr=subprocess.STDOUT, env=environment)
        try:
            for _ in _until_ended(process):
                progress.update(task, completed=min(_bytes_under(arriving_in), total_bytes))
        finally:
            process.kill()
        if process.returncode != 0:
            output.seek(0)
            raise DownloadError(_complaint(name, output.read()))
        progress.update(task, completed=total_bytes)


def _until_ended(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """Yield every now and then until the process has ended."""
    deadline = time.monotonic() + ATTEMPT_TIMEOUT_S
    while time.monotonic() < deadline:
        try:
            process.wait(timeout=WATCH_INTERVAL_S)
            return
        except subprocess.TimeoutExpired:
            yield
    process.kill()
    process.wait()


def _bytes_under(folder: Path) -> int:
    total = 0
    for file in folder.rglob("*"):
        with suppress(FileNotFoundError):  # a file may be renamed while we look
            total += file.stat().st_size if file.is_file() else 0
    return total


def _complaint(name: str, output: str) -> str:
    reasons = re.findall(COMPLAINT, output, re.MULTILINE)
    reason = "".join(reasons[-1]) if reasons else "no reason was given"
    return f"Downloading {name} failed ({reason}); check the network connection and try again."
