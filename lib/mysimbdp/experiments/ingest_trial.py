"""How fast raw measurements go into coredms, by an app on a core of its own."""

from contextlib import suppress

from mysimbdp import coredms
from mysimbdp.documents import Verification
from mysimbdp.errors import KitError
from mysimbdp.experiments import stored
from mysimbdp.experiments.drain_trial import DrainTrial
from mysimbdp.experiments.measured_run import Setup
from mysimbdp.messaging.bulk import read_pieces
from mysimbdp.service.platform import Platform


class IngestTrial(DrainTrial):
    """A run of the experiment ingest. Its steps are called in order: `start`, `drain`, `finish`."""

    RESULTS = "documents"

    def __init__(self, platform: Platform, setup: Setup, sensors: int, seed: int, run_id: str = "") -> None:
        """As `DrainTrial`."""
        super().__init__(platform, "ingest", setup, sensors, seed, run_id=run_id)

    def _verified(self) -> Verification:
        messages = stored.of_messages(read_pieces(self._endpoints.kafka, self._topics.measurements))
        with coredms.connect(self._endpoints.mongodb) as database:
            documents = stored.of_documents(stored.documents_of(database, self._topics))
        return stored.verify(messages, documents, self._sent)

    def _tidy_up(self, keep_logs: bool = False) -> None:
        """Also delete what was stored, which only this run was in want of."""
        with suppress(KitError), coredms.connect(self._endpoints.mongodb) as database:
            stored.forget(database, self._topics)
        super()._tidy_up(keep_logs)
