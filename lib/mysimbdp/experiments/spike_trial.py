"""How long it takes until a single reading above its threshold can be read, from a load that lasts some minutes."""

from typing import cast

import polars as pl

from mysimbdp import coredms, verification
from mysimbdp.apps.thresholds import ThresholdOptions
from mysimbdp.documents import RunDocument
from mysimbdp.errors import KitError
from mysimbdp.experiments import spikes
from mysimbdp.experiments.measured_run import MeasuredRun, Setup
from mysimbdp.experiments.own_cores import OwnCores
from mysimbdp.experiments.recording import record_latencies
from mysimbdp.messaging import await_messages
from mysimbdp.messaging.bulk import read_columns
from mysimbdp.service.platform import Platform
from mysimbdp.sources import Generator, ProduceOptions, Summary, progress_bar


class SpikeTrial(MeasuredRun):
    """A run of the experiment spikes. Its steps are called in order: `start`, `measure`, `finish`.

    The app has a core of the machine to itself; its driver does all the work.
    """

    RESULTS = "spikes"

    def __init__(self, platform: Platform, setup: Setup, load: ProduceOptions, run_id: str = "") -> None:
        """As `MeasuredRun`; the load is measured for its duration, once the warm-up of the setup is over.

        Raises:
            KitError: as `OwnCores`.
        """
        chosen = load.model_dump(include={"rate_per_s", "duration_s", "sensors", "seed"})
        super().__init__(platform, "spikes", setup, chosen, run_id)
        whole_s = (load.duration_s or 0.0) + setup.warm_up_s
        own = {"topic_suffix": self._topics.suffix, "transport": "confluent", "duration_s": whole_s}
        self._load = load.model_copy(update=own)
        with self._or_failed():
            self._cores = OwnCores(platform)
            self._ends.append(self._cores.give_back)

    def start(self) -> None:
        """Create the run's topics, and start the app on a core of its own, once no other run is measured or checked."""
        with self._or_failed():
            self._create_topics()
            self._start_apps()
            self._quiet.wait()
            self._cores.take()

    def measure(self) -> Summary:
        """Send the load, of which the warm-up is the beginning, and return what the producer says of it."""
        with self._or_failed():
            with Generator.start(self._endpoints.kafka) as generator:
                self._cores.keep_off(generator.pid)
                generator.offer(self._load)
                with progress_bar(f"{self._load.rate_per_s:g} messages/s") as progress:
                    summary = generator.wait(progress)
            self.run["producer"] = summary.model_dump(exclude={"recording"})
            return summary

    def finish(self) -> RunDocument:
        """Wait for the last spike, stop the app, compare every spike, record everything, and delete the topics."""
        with self._or_failed():
            self._require("producer" in self.run, "measure()")
            both = self._matched()
            self.run["verification"] = spikes.verify(both, self.run["producer"]["delivered"])
            measured = spikes.measured(both, self._setup.warm_up_s)
            if measured is None:
                raise KitError("Hardly a reading was above its threshold: let the load last longer (duration_s).")
            self.run["measured"] = measured
            with coredms.connect(self._endpoints.mongodb) as database:
                record_latencies(database, self.run, both)
            self._tidy_up()
        return self.run

    def _matched(self) -> pl.DataFrame:
        """Readings above their thresholds and spikes side by side, once all are there and the app is stopped."""
        kafka, topics = self._endpoints.kafka, self._topics
        readings = verification.readings_of_messages(read_columns(kafka, topics.measurements))
        above = spikes.above(readings, cast(ThresholdOptions, self._app_options()).thresholds)
        await_messages(kafka, topics.spike, len(above))  # what is missing then, the comparison tells
        self._say_that_it_is_checked()
        for app in self._folders:
            self._platform.stop_app(app)
        self._cores.give_back()
        return spikes.matched(above, spikes.spikes_of(read_columns(kafka, topics.spike)))
