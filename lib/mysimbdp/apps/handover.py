"""From one number of instances to another: where the new ones begin, so that no reading is lost and none counts twice.

A sensor's messages lie in one partition, and a window's state in the checkpoint of the instance that reads it. When the
partitions are shared out anew, each new instance reads again what the open windows were made of, and publishes those
windows only: whole, since a first batch reaches to the end of the topic.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson

from mysimbdp.apps.progress import covered, finished_batches
from mysimbdp.errors import KitError
from mysimbdp.files import write_whole

Offsets = dict[int, int]  # partition → offset


@dataclass(frozen=True)
class Generation:
    """How the topic is shared out since the last change of the number of instances.

    Attributes:
        number: counts the changes.
        instances: how many there are.
        offsets: where each partition is read from; from its beginning where it is not named.
        not_before: windows that begin earlier were over, and are not published again.
    """

    number: int = 0
    instances: int = 1
    offsets: Offsets = field(default_factory=dict)
    not_before: str = "1970-01-01T00:00:00.000Z"

    def query(self, name: str, instance: int) -> str:
        """What the query `name` of an instance is called, and its checkpoint."""
        of_instance = name if self.instances == 1 else f"{name}-{instance}of{self.instances}"
        return f"{of_instance}.{self.number}" if self.number else of_instance


def generation(folder: Path, query: str, instances: int, window: timedelta, has_all: bool = True) -> Generation:
    """The sharing that holds in an app's folder, a new one where `instances` has changed; it is kept there.

    Args:
        query: what the app calls its query.
        window: how long a window is.
        has_all: whether all instances are the app's own.

    Raises:
        KitError: it has changed, and other apps have instances, too: what is open with them cannot be known here.
    """
    current = _read(folder) or Generation(instances=instances)
    if current.instances != instances:
        if not has_all:
            raise KitError(
                f"{folder.name} is one of {current.instances} instances that are apps of their own, and cannot become "
                f"one of {instances}: begin all of them anew with --fresh."
            )
        names = [current.query(query, instance) for instance in range(current.instances)]
        finished = finished_batches(folder)
        of_each = [[batch for batch in finished if batch["name"] == name] for name in names]
        current = _next(current, instances, of_each, window)
    write_whole(_path(folder), orjson.dumps(asdict(current), option=orjson.OPT_NON_STR_KEYS))
    return current


def forget_generation(folder: Path) -> None:
    _path(folder).unlink(missing_ok=True)


def _path(folder: Path) -> Path:
    return folder / "instances.json"


def _read(folder: Path) -> Generation | None:
    try:
        found = orjson.loads(_path(folder).read_bytes())
    except FileNotFoundError:
        return None
    return Generation(**{**found, "offsets": {int(name): offset for name, offset in found["offsets"].items()}})


def _next(
    old: Generation, instances: int, of_each: Sequence[Sequence[Mapping[str, Any]]], window: timedelta
) -> Generation:
    """What follows `old`, whose queries have finished these batches each."""
    # A window is open while its end lies after the watermark; with a query that has finished no batch yet, all are.
    watermarks = [_time(batches[-1], "watermark") if batches else _parsed(old.not_before) for batches in of_each]
    not_before = max(min(watermarks) - window, _parsed(old.not_before))
    offsets = dict(old.offsets)
    for batches in of_each:
        offsets |= _offsets_from(not_before, batches)
    return Generation(old.number + 1, instances, offsets, _written(not_before))


def _offsets_from(earliest: datetime, batches: Sequence[Mapping[str, Any]]) -> Offsets:
    """Where the last batch ended before the first that holds a reading as late as `earliest`; nowhere if there is none.

    A batch whose driver was killed before it could tell of it lies in between, and is read again as well.
    """
    ended: Offsets = {}
    for batch in batches:
        if _time(batch, "max") >= earliest:
            break
        ended = _of_partitions(covered(batch))
    return ended


def _of_partitions(by_topic: Mapping[str, Mapping[str, int]]) -> Offsets:
    return {int(partition): offset for offsets in by_topic.values() for partition, offset in offsets.items()}


def _time(batch: Mapping[str, Any], name: str) -> datetime:
    """Of the batch's event times; long ago where it has none."""
    return _parsed(batch.get("eventTime", {}).get(name) or Generation.not_before)


def _parsed(iso: str) -> datetime:
    return datetime.fromisoformat(iso)


def _written(time: datetime) -> str:
    return f"{time.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}"[:-3] + "Z"
