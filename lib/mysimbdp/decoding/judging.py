"""What a message says, by its shape where that is known, else by the decoder; counted by its fate."""

from collections import Counter

from mysimbdp.decoding.counts import count_message, count_plain
from mysimbdp.decoding.decoder import Decoded, decode
from mysimbdp.decoding.shapes import Plain, Shapes

Judged = Plain | Decoded

_shapes = Shapes()  # of this process: executors reuse their Python workers


def judge(key: bytes | None, value: bytes | None, broker_time_us: int, counts: Counter[str]) -> Judged:
    """Judge one message and add it to `counts`; never raises.

    Args:
        key, value: of the message as it lies on Kafka; a value of None is a tombstone.
        broker_time_us: the broker's append time, microseconds since 1970, which bounds the timestamp.
        counts: what is counted is said in `mysimbdp.decoding.counts`.
    """
    plain = _shapes.read(value, broker_time_us) if value else None
    if plain:
        count_plain(plain, key, counts)
        return plain
    decoded = decode(value, broker_time_us)
    count_message(decoded, key, counts)
    if value:
        _shapes.remember(value, decoded)
    return decoded
