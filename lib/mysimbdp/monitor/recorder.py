"""What the monitor sees, on its way to coredms; a database that is away gets it later."""

from collections import deque
from collections.abc import Iterable

from mysimbdp import coredms
from mysimbdp.contracts import Collection
from mysimbdp.documents import Observation, PlatformAlert

MOST_WAITING = 900  # half an hour of looks, some megabytes
TIMEOUT_MS = 3000


class Recorder:
    """Keeps observations and alerts until they are written; where it must drop observations, it counts them."""

    def __init__(self, mongodb: str) -> None:
        self._mongodb = mongodb
        self._observations: deque[Observation] = deque()
        self._alerts: dict[str, PlatformAlert] = {}  # by id: of an alert only its last state counts
        self._prepared = False
        self.dropped = 0

    @property
    def waiting(self) -> int:
        """How many observations are not written yet."""
        return len(self._observations)

    def keep(self, observation: Observation, changed: Iterable[PlatformAlert]) -> None:
        """Have an observation, and the alerts that it raised or cleared, wait to be written."""
        self._observations.append(observation)
        self._alerts |= {alert["_id"]: alert for alert in changed}
        if len(self._observations) > MOST_WAITING:
            self._observations.popleft()
            self.dropped += 1

    def write(self) -> None:
        """Write all that waits.

        Raises:
            KitError: the database is away; all goes on waiting.
        """
        self._observations[-1]["dropped"] = self.dropped
        with coredms.connect(self._mongodb, TIMEOUT_MS) as database:
            if not self._prepared:
                coredms.prepare(database)
                self._prepared = True
            coredms.upsert(database, Collection.OBSERVATIONS, map(dict, self._observations))
            coredms.upsert(database, Collection.PLATFORM_ALERTS, map(dict, self._alerts.values()))
        self._observations.clear()
        self._alerts.clear()
