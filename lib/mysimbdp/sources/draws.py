"""Seeded random numbers that depend on what they are for, and on nothing that was drawn before."""

from functools import lru_cache
from hashlib import blake2b

_SCALE = 2.0**-64


def uniform(seed: int, purpose: str, index: int) -> float:
    """A number in [0, 1) for message `index`: the same in every run with this seed, in whatever order it is asked."""
    digest = _begun(seed, purpose).copy()
    digest.update(b"%d" % index)
    return int.from_bytes(digest.digest()) * _SCALE


@lru_cache(maxsize=64)  # half of the time of a draw would go into what all draws of a purpose share
def _begun(seed: int, purpose: str) -> blake2b:
    return blake2b(b"%d/%s/" % (seed, purpose.encode()), digest_size=8)
