"""The process of one app: it takes the checkpoint's lock, starts the queries, and drains them at SIGTERM.

Run by the manager as `python -m mysimbdp.apps.driver <app folder>/spec.json`; exit code 0 when it was stopped,
1 when it failed, with the reason in state.json.
"""

import logging
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from pyspark import cloudpickle
from pyspark.errors import StreamingQueryException
from pyspark.sql.streaming.query import StreamingQuery

from mysimbdp.apps import checkpoint
from mysimbdp.apps.contract import AppContext, AppOptions
from mysimbdp.apps.failures import sentence_for
from mysimbdp.apps.loading import load_module
from mysimbdp.apps.progress import BatchWatch, ProgressFile
from mysimbdp.apps.session import Tuning, open_session
from mysimbdp.apps.spec import AppSpec, DriverPhase, report
from mysimbdp.errors import KitError

DRAIN_TIMEOUT_S = 15.0
_POLL_S = 0.5
# Where it is set, the store may be RocksDB's, which insists on Hadoop's own way to local files.
_STATE_STORE = "spark.sql.streaming.stateStore.providerClass"

log = logging.getLogger("mysimbdp.driver")


def main(spec_path: str) -> int:
    """Run the app of a spec until it is told to stop; the exit code of the process."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    app_dir = Path(spec_path).parent
    stop = _stop_on_signal()
    report(app_dir, DriverPhase.STARTING)
    try:
        spec = AppSpec.model_validate_json(Path(spec_path).read_text())
        with checkpoint.lock(spec, app_dir):
            _run(spec, app_dir, stop)
    except Exception as error:  # whatever it is, the user gets one sentence and the log the rest
        log.exception("The app failed.")
        report(app_dir, DriverPhase.FAILED, sentence_for(error))
        return 1
    report(app_dir, DriverPhase.STOPPED)
    return 0


def _run(spec: AppSpec, app_dir: Path, stop: threading.Event) -> None:
    module = load_module(spec.module)
    if spec.module.endswith(".py"):
        cloudpickle.register_pickle_by_value(module)  # type: ignore[no-untyped-call]  # executors cannot import a user's file
    options = module.Options.model_validate(spec.options)
    tuning = Tuning(
        class_archive=spec.class_archive,
        quick_checkpoint=options.quick_checkpoint and spec.checkpoint_is_local and _STATE_STORE not in spec.spark_conf,
        late_compiler=options.late_compiler,
        keeps_state=options.KEEPS_STATE,
    )
    spark = open_session(
        spec.name,
        spec.endpoints.spark,
        spec.jars,
        spec.spark_conf,
        options.state_partitions,
        options.cores,
        tuning,
    )
    if spec.fresh:
        checkpoint.begin_anew(spark, spec, app_dir)
    checkpoint.remember_options(spec, app_dir)
    batches = BatchWatch()
    spark.streams.addListener(ProgressFile(app_dir, batches))
    context = AppContext[AppOptions](spark, options, spec.endpoints, spec.name, spec.checkpoint, app_dir)
    try:
        queries = module.build(context)
        names, pages = [query.name for query in queries], spark.sparkContext.uiWebUrl
        application = spark.sparkContext.applicationId
        report(app_dir, DriverPhase.RUNNING, queries=names, web=pages, application=application)
        _watch(queries, stop)
        report(app_dir, DriverPhase.STOPPING)
        if not options.REAL_TIME:  # whose batch has no end of its own
            batches.drain(queries, DRAIN_TIMEOUT_S)
    finally:
        _stop_all(spark.streams.active)
        spark.stop()


def _watch(queries: Sequence[StreamingQuery], stop: threading.Event) -> None:
    """Return when told to stop; raise when a query ends by itself."""
    while not stop.wait(_POLL_S):
        for query in queries:
            if not query.isActive:
                raise query.exception() or KitError(f"The query {query.name} ended by itself.")


def _stop_all(queries: Sequence[StreamingQuery]) -> None:
    for query in queries:
        try:
            query.stop()
        except StreamingQueryException:
            log.exception("The query %s did not stop cleanly.", query.name)


def _stop_on_signal() -> threading.Event:
    stop = threading.Event()

    def note(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, note)
    signal.signal(signal.SIGINT, note)
    return stop


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
