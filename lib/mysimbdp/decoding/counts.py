"""What is counted about a stream of judged messages: names, and how one message adds to them."""

from collections import Counter

from mysimbdp.contracts import CLIMATE_TYPES, DEVICE_TYPES, Reason
from mysimbdp.decoding.decoder import Decoded

# Every message is one of these three: messages in = accepted + quarantined + tombstones.
FATES = ("accepted", "quarantined", "tombstones")
# A message is flawed when it, or a reading in it, is refused.
MESSAGE_COUNTS = (*FATES, "flawed", "extra_fields", "foreign_key")
REASON_COUNTS = tuple(f"reason_{reason}" for reason in Reason)
_NAMED_TYPES = frozenset((*CLIMATE_TYPES, *DEVICE_TYPES))
TYPE_COUNTS = tuple(f"type_{name}" for name in (*CLIMATE_TYPES, *DEVICE_TYPES, "other"))
COUNTS = (*MESSAGE_COUNTS, *REASON_COUNTS, *TYPE_COUNTS)


def count_message(decoded: Decoded, key: bytes | None, counts: Counter[str]) -> None:
    """Add one message to the counts, by its fate, its reasons, and the types in it that are not analysed."""
    counts["accepted" if decoded.accepted else "tombstones" if decoded.tombstone else "quarantined"] += 1
    for reason in decoded.reasons:
        counts[f"reason_{reason}"] += 1
    for value_type in decoded.other_types:
        counts[f"type_{value_type}" if value_type in _NAMED_TYPES else "type_other"] += 1
    counts["flawed"] += bool(decoded.reasons)
    counts["extra_fields"] += decoded.extra_fields
    counts["foreign_key"] += decoded.accepted and key != decoded.sensor_id.encode()
