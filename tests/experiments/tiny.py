"""A tiny experiment: its notebook measures nothing, and behaves as its parameter says."""

from pathlib import Path

import yaml

from tests.reports.notebooks import written
from tests.service.test_apps import TICKING_APP

PARAMETERS = """\
run_id: str = ""  # of a sweep
arm: str = "kit"  # what is measured
behaviour: str = "complete"  # what becomes of the run
latency_objective_s: float = 2.0  # p99
limit: float = 1  # of nothing
seed: int = 1  # of everything that is random
"""
BEHAVE = """\
import os
import subprocess
import time
from datetime import UTC, datetime
from pathlib import Path
from mysimbdp import coredms
from mysimbdp.contracts import Topics
from mysimbdp.experiments import runs
from mysimbdp.messaging import create_topics
from mysimbdp.service.platform import Platform
from mysimbdp.service.processes import CHILD_VARIABLE, TOKEN_VARIABLE, find_by_token, kill

platform = Platform()
where = platform.endpoints()
with coredms.connect(where.mongodb) as database:
    runs.wait_for(database, run_id)
create_topics(where.kafka, Topics(run_id), 1)
if behaviour == "leave an app":
    platform.start_app("APP", name=f"{run_id}-0")
if behaviour in ("raise", "leave an app"):
    raise ValueError("no luck")
if behaviour == "hang once" and not Path("hung").exists():
    platform.up(tell=print)
    helper = subprocess.Popen(["sleep", "600"])
    Path("hung").touch()
    helper.wait()
if behaviour == "be checked until the next begins":
    with coredms.connect(where.mongodb) as database:
        me = runs.load(database, run_id)
        runs.record(database, me | {"checking_since": datetime.now(UTC)})
        following = {"sweep": me["sweep"], "order": me["order"] + 1}
        deadline = time.monotonic() + 60
        while me["repetition"] == 1 and not database.runs.find_one(following):
            if time.monotonic() > deadline:
                raise TimeoutError("The next run has not begun.")
            time.sleep(0.2)
if behaviour == "end who waits" and run_id.endswith("-1"):
    waiting = [process for process in find_by_token(os.environ[TOKEN_VARIABLE])
               if process.environ().get(CHILD_VARIABLE, "").endswith("-2")]
    assert waiting
    kill(waiting)
if behaviour != "forget":
    with coredms.connect(where.mongodb) as database:
        runs.complete(database, runs.load(database, run_id))
"""


def tiny_notebook(folder: Path) -> Path:
    return written(folder, BEHAVE.replace("APP", TICKING_APP), parameters=PARAMETERS)


def tiny_spec(folder: Path, *behaviours: str, experiment: str = "tiny", repetitions: int = 1) -> Path:
    """The spec of a sweep with a point for each behaviour, and its notebook."""
    points = [{"arms": ["kit"], "why": "to see", "grid": {"behaviour": list(behaviours)}}]
    spec = {
        "experiment": experiment,
        "title": "Tiny",
        "question": "What becomes of a run?",
        "notebook": str(tiny_notebook(folder)),
        "latency_objective_s": 3.0,
        "profiles": {"quick": {"repetitions": repetitions, "order_seed": 1, "points": points}},
    }
    path = folder / "tiny.yml"
    path.write_text(yaml.safe_dump(spec))
    return path
