"""What a source hands to a producer."""

from typing import NamedTuple

from mysimbdp.sources.wrong_data import Kind


class Outgoing(NamedTuple):
    """A message to be sent; `time_us` is its timestamp where the stream would accept it, else None."""

    value: bytes
    key: bytes | None
    kind: Kind
    time_us: int | None
