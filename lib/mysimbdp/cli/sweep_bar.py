"""A sweep on the terminal: a bar with the point under way and the time left, and a line for each run that has ended."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, MofNCompleteColumn, ProgressColumn, Task, TextColumn
from rich.progress import Progress as Bar
from rich.text import Text

from mysimbdp.documents import PlannedRun, RunDocument
from mysimbdp.experiments.sweep import Progress, Tell
from mysimbdp.service.display import CONSOLE


def in_words(seconds: float) -> str:
    """A time to wait, as precise as it is known."""
    minutes = round(seconds / 60)
    if minutes < 2:
        return f"{seconds:.0f} s"
    return f"{minutes} min" if minutes < 120 else f"{minutes / 60:.1f} h"


@contextmanager
def sweep_bar() -> Iterator[Tell]:
    """Show a bar from the first run on, while the block runs; yields what `run_sweep` takes as its `tell`."""
    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"), _TimeLeft())
    bar = Bar(*columns, console=CONSOLE)
    task = bar.add_task("", total=None, ends_s=time.monotonic())

    def tell(progress: Progress) -> None:
        bar.start()
        if progress.last:
            bar.console.print(_outcome(progress.last), highlight=False, markup=False, soft_wrap=True)
        what = describe(progress.current) if progress.current else ""
        ends_s = time.monotonic() + progress.left_s
        bar.update(task, completed=progress.done, total=progress.total, description=what, ends_s=ends_s)

    try:
        yield tell
    finally:
        if bar.live.is_started:
            bar.stop()


def describe(run: PlannedRun) -> str:
    """A planned run in a few words."""
    return ", ".join(filter(None, (run["arm"], run["point"], run["series"])))


def _outcome(run: RunDocument) -> str:
    reason = f": {run['reason']}" if run["reason"] else ""
    return f"{run['_id']} {run['status']}{reason}"


class _TimeLeft(ProgressColumn):
    """What is left until the task's field `ends_s`, on the monotonic clock."""

    def render(self, task: Task) -> Text:
        return Text(f"about {in_words(max(0.0, task.fields['ends_s'] - time.monotonic()))} left")
