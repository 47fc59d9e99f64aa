"""`make demo`: the whole path on recorded data, checked against the independent computation, left as a page."""

import os
import sys
import time
from datetime import UTC, datetime

import polars as pl
from rich.console import Console

from mysimbdp import coredms, verification
from mysimbdp.errors import KitError
from mysimbdp.execution import execute
from mysimbdp.reports.page import export_html
from mysimbdp.service.platform import Platform
from mysimbdp.settings import CHECKOUT
from mysimbdp.sources import SAMPLES

NOTEBOOK = CHECKOUT / "notebooks" / "00_start_here.ipynb"
RECORDING = "aberdeen_2019-05-18_21h.jsonl.gz"
REPORTS = CHECKOUT / "reports"

# In one minute a JVM does not warm up: with its quick compiler alone, all is done sooner. Longer runs want both.
SHORT_RUN = '{"spark.executor.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"}'

out = Console(highlight=False)


def main() -> int:
    """Run the demo; 0 when every report in coredms equals the independent computation, else 1 with the diff."""
    try:
        return run()
    except KitError as error:
        out.print(f"[red]The demo failed:[/red] {error}")
        return error.exit_code
    except KeyboardInterrupt:
        out.print("Stopped; the services that the demo started are down.")
        return 130


def run() -> int:
    os.environ.setdefault("MYSIMBDP_SPARK_CONF", SHORT_RUN)  # for the notebook's kernel as well
    began = datetime.now(UTC)
    started = time.monotonic()
    _say("Starting Kafka, MongoDB and Spark on this machine (the first time, they are downloaded)")
    with Platform() as platform:
        _say(f"Running {NOTEBOOK.name}: {RECORDING} through the producer, the stream app and the ingest app")
        executed = REPORTS / "notebooks" / "demo.ipynb"
        execute(NOTEBOOK, {"recording": RECORDING, "topic_suffix": "demo"}, executed)
        export_html(executed, REPORTS / "demo.html")
        _say("Comparing coredms with an independent computation by polars")
        differences = _differences(platform, began)
    _say(f"The services are down again; the demo took {time.monotonic() - started:.0f} s")
    return _verdict(differences)


def _differences(platform: Platform, began: datetime) -> pl.DataFrame:
    """What of this run's reports differs from what the recording must give."""
    with coredms.connect(platform.endpoints().mongodb) as database:
        found = verification.reports_frame(database.reports.find({"broker_time": {"$gte": began}}))
    expected = verification.expected_reports(SAMPLES / RECORDING)
    out.print(f"  {len(found):,} reports in coredms, {len(expected):,} expected")
    return verification.differences(expected, found)


def _verdict(differences: pl.DataFrame) -> int:
    if differences.is_empty():
        out.print("[green]Every report equals the independent computation.[/green]\n")
        out.print("What to open next:")
        out.print("  reports/demo.html          what just ran, with its figures, in your browser")
        out.print("  make lab                   the notebooks, to run and change yourself")
        return 0
    out.print(f"[red]{len(differences):,} reports differ from the independent computation:[/red]")
    out.print(str(differences))
    return 1


def _say(step: str) -> None:
    out.print(f"[bold]•[/bold] {step}")


if __name__ == "__main__":
    sys.exit(main())
