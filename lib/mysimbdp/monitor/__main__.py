"""The monitor's process: `python -m mysimbdp.monitor`, by settings from the environment, until SIGTERM."""

import logging
import signal
import threading
from collections.abc import Sequence

from mysimbdp.documents import Observation, PlatformAlert
from mysimbdp.errors import KitError
from mysimbdp.monitor.observing import LOOK_EVERY_S, looks
from mysimbdp.monitor.recorder import Recorder
from mysimbdp.service import mongodb
from mysimbdp.service.home import Home
from mysimbdp.service.monitor import LastLook, say
from mysimbdp.service.status import embedded_endpoint
from mysimbdp.settings import Settings, load_settings

log = logging.getLogger("mysimbdp.monitor")


def main() -> None:
    """Watch the instance until told to stop."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("kafka").setLevel(logging.CRITICAL)  # of a broker that is away, an alert tells once
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    watch(load_settings(), stop)


def watch(settings: Settings, stop: threading.Event) -> None:
    """Say what stands in a file of the instance, which needs no database, and record in coredms all that is seen."""
    home = Home(settings.home)
    recorder = Recorder(settings.mongodb or embedded_endpoint(home, mongodb.NAME))
    for look in looks(settings, lambda: stop.wait(LOOK_EVERY_S)):
        say(home, LastLook(at=look.observation["at"], alerts=list(look.alerts)))
        _log(look.changed)
        recorder.keep(look.observation, look.changed)
        _write(recorder, look.observation)
    if recorder.waiting:
        log.warning("%d looks were never written.", recorder.waiting + recorder.dropped)


def _log(changed: Sequence[PlatformAlert]) -> None:
    for alert in changed:
        log.warning("%s: %s: %s.", "cleared" if alert["cleared_at"] else "raised", alert["subject"], alert["reason"])


def _write(recorder: Recorder, observation: Observation) -> None:
    """Write what waits, unless the database is known to be away: each try would take seconds."""
    states = {service["service"]: service["state"] for service in observation["services"]}
    if states[mongodb.NAME] == "running":
        try:
            recorder.write()
        except KitError as error:
            log.warning("%s What was seen waits.", error)


if __name__ == "__main__":
    main()
