"""What is counted about a stream of judged messages.

* `accepted`, `quarantined`, `tombstones`: every message is one of them, so messages in = their sum.
* `flawed`: messages of which something is refused; `reason_…`: refusals by reason.
* `type_…`: readings that are not analysed, by the name of their type, `type_other` where the kit does not know it.
* `without_readings`: accepted messages in which nothing is analysed, though nothing is wrong either.
* `extra_fields`: messages with a field beyond the schema; `foreign_key`: those keyed by anything but their sensor.
"""

from collections import Counter
from collections.abc import Iterable

from mysimbdp.contracts import CLIMATE_TYPES, DEVICE_TYPES
from mysimbdp.decoding.decoder import Decoded
from mysimbdp.decoding.shapes import Plain

_NAMED_TYPES = frozenset((*CLIMATE_TYPES, *DEVICE_TYPES))


def count_message(decoded: Decoded, key: bytes | None, counts: Counter[str]) -> None:
    """Add one message to the counts, by its fate, its reasons, and the types in it that are not analysed."""
    counts["accepted" if decoded.accepted else "tombstones" if decoded.tombstone else "quarantined"] += 1
    for reason in decoded.reasons:
        counts[f"reason_{reason}"] += 1
    _count_types(decoded.other_types, counts)
    counts["without_readings"] += decoded.accepted and not decoded.readings and not decoded.reasons
    counts["flawed"] += bool(decoded.reasons)
    counts["extra_fields"] += decoded.extra_fields
    counts["foreign_key"] += decoded.accepted and key != decoded.sensor_id.encode()


def count_plain(plain: Plain, key: bytes | None, counts: Counter[str]) -> None:
    """Add one message in which nothing is wrong."""
    counts["accepted"] += 1
    if plain.other_types:
        _count_types(plain.other_types, counts)
    if not plain.readings:
        counts["without_readings"] += 1
    if key != plain.sensor_id.encode():
        counts["foreign_key"] += 1


def _count_types(other_types: Iterable[str], counts: Counter[str]) -> None:
    for value_type in other_types:
        counts[f"type_{value_type}" if value_type in _NAMED_TYPES else "type_other"] += 1
