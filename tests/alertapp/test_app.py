"""The running alert app: every spike of a recording, bad input and all, from a real broker to a real broker."""

import time
from collections import Counter

from mysimbdp.consumer import consume
from mysimbdp.decoding import decode
from mysimbdp.messaging import create_topics, delete_topics
from mysimbdp.monitor import observe
from mysimbdp.service.platform import Platform
from tests.bad_inputs import BAD_INPUTS, NOW
from tests.conftest import SAMPLES
from tests.pipeline.conftest import Pipeline, lines

HOUR = SAMPLES / "aberdeen_2019-05-18_21h.jsonl.gz"
THRESHOLD = 20.0
TIMEOUT_S = 120.0
Spikes = Counter[tuple[str, str, float]]


def expected(values: list[bytes | None]) -> Spikes:
    judged = [decode(value, int(NOW.timestamp() * 1e6)) for value in values]
    return Counter((one.sensor_id, *reading) for one in judged for reading in one.readings if reading[1] > THRESHOLD)


def published(running: Pipeline) -> Spikes:
    found = [spike.content for spike in consume(running.kafka, "spike", topic_suffix=running.suffix)]
    return Counter((one["sensor_id"], one["pollution_type"], one["pollution_level"]) for one in found)


def wait_for(running: Pipeline, wanted: Spikes) -> Spikes:
    """The spikes on the topic once there are as many as wanted, or time is over."""
    deadline = time.monotonic() + TIMEOUT_S
    while (found := published(running)).total() < wanted.total() and time.monotonic() < deadline:
        time.sleep(0.2)
    return found


def test_every_spike_is_published_once_and_again_only_after_a_restart(platform: Platform) -> None:
    running = Pipeline(platform, "spikes")
    create_topics(running.kafka, running.topics, 2)
    options = {"topic_suffix": running.suffix, "threshold_p1": THRESHOLD, "threshold_p2": THRESHOLD}
    hour: list[bytes | None] = [*lines(HOUR)]
    bad = [case.value for case in BAD_INPUTS if len(case.value or b"") < 1_000_000]  # the broker takes no more
    try:
        platform.start_app("tenantalertapp", options, name="spikes", fresh=True)
        running.send([*bad, *hour])
        wanted = expected([*bad, *hour])
        assert wanted.total() > 100
        assert wait_for(running, wanted) == wanted
        apps = next(observe(platform.settings, duration_s=0)).observation["apps"]
        seen = next(app for app in apps if app["app"] == "spikes")
        assert (seen["state"], seen["flow"]) == ("running", None)  # its batch says nothing for minutes
        platform.stop_app("spikes")
        platform.start_app("tenantalertapp", options, name="spikes")
        assert wait_for(running, wanted + wanted) == wanted + wanted  # no offsets had been kept
        platform.stop_app("spikes")
    finally:
        delete_topics(running.kafka, running.topics.all())
