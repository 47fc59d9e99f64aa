"""Whole runs, for real: two apps on one topic, and runs that go wrong."""

import pytest

from mysimbdp import coredms
from mysimbdp.documents import RunDocument
from mysimbdp.errors import KitError
from mysimbdp.experiments import archive, lock, measured_run
from mysimbdp.experiments.drain_trial import DrainTrial
from mysimbdp.experiments.lock import Quiet
from mysimbdp.experiments.trial import Setup, Trial
from mysimbdp.metrics import batches_frame, run_summary, runs_frame
from mysimbdp.metrics.readers import work_shares
from mysimbdp.service.platform import Platform
from mysimbdp.sources import ProduceOptions, WrongShares

WRONG = WrongShares(wrong_type=0.1, missing=0.1, extra=0.1)


def make_run(platform: Platform, setup: Setup) -> RunDocument:
    load = ProduceOptions(rate_per_s=100, duration_s=4, sensors=10, wrong=WRONG)
    trial = Trial(platform, "parallelism", setup, load)
    trial.offer()
    trial.start_apps()
    trial.measure()
    return trial.finish()


def test_two_apps_split_the_work_by_partitions_and_leave_what_one_app_would_have_left(platform: Platform) -> None:
    run = make_run(platform, Setup("kit", apps=2, split="disjoint", partitions=8, warm_up_batches=0))
    found = archive.of_run(platform.endpoints().mongodb, run["_id"])
    assert messages_read(found) == pytest.approx(1.0)
    assert run["verification"]["passed"]
    delivered = run["verification"]["delivered"]
    assert run["verification"]["counted"] == {kind: delivered[kind] for kind in ("wrong_type", "missing", "extra")}
    (point,) = run_summary(found.runs, found.progress, found.latencies, found.resources).to_dict("records")
    assert point["valid"]
    assert 0 < point["processing_p50_ms"] <= point["processing_max_ms"]
    assert point["executors_cores"] > 0
    assert point["producer_cores"] > 0
    assert run["_id"] not in {app.name.rpartition("-")[0] for app in platform.apps()}


def test_two_apps_of_one_consumer_group_both_read_everything(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    def be_slow(*_: object) -> None:
        raise KitError("Kafka still shows them 10 s after their deletion.")

    monkeypatch.setattr(measured_run, "delete_topics", be_slow)  # which fails no run that was measured
    run = make_run(platform, Setup("kit", apps=2, split="shared_group", partitions=8, warm_up_batches=0))
    assert messages_read(archive.of_run(platform.endpoints().mongodb, run["_id"])) == pytest.approx(2.0)
    assert run["verification"]["differences"] == 0
    assert run["status"] == "COMPLETED"


def messages_read(found: archive.Recorded) -> float:
    """How often each message was read by all apps together.

    Two apps that both read everything count every wrong message twice: such a run is no valid point.
    """
    shares = work_shares(runs_frame(found.runs).assign(valid=True), batches_frame(found.progress))
    return float(shares["share"].sum())


def test_a_run_that_breaks_off_is_failed_and_ends_what_it_started(platform: Platform) -> None:
    load = ProduceOptions(rate_per_s=100, duration_s=4, sensors=10)
    trial = Trial(platform, "speed", Setup("kit", partitions=2), load)
    trial.offer()
    trial.start_apps()
    (app,) = trial.run["apps"]
    log = platform.app_log(app)
    with pytest.raises(KitError, match="call measure"):
        trial.finish()
    assert list(log.parent.iterdir()) == [log]  # a reason may name it
    with coredms.connect(platform.endpoints().mongodb) as database:
        run = database.runs.find_one({"_id": trial.run["_id"]}) or {}
    assert (run["status"], run["reason"]) == ("FAILED", "Nothing was measured in this run: call measure() first.")
    assert run["apps"] == [app]  # what was known of it until then is kept
    assert app not in [one.name for one in platform.apps()]


def test_a_backlog_is_not_measured_beside_another_run(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "QUIET_TIMEOUT_S", 0.1)
    other = Quiet(platform.settings.home)
    other.wait()
    trial = DrainTrial(platform, "ablation", Setup("kit", partitions=2), sensors=10, seed=1)
    with pytest.raises(KitError, match="Another run on this instance"):
        trial.start(warm_up_messages=100)
    other.give_back()
    assert trial.run["apps"]
    assert set(trial.run["apps"]).isdisjoint(app.name for app in platform.apps())
