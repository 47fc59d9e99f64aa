"""Seeded random numbers that depend on what they are for, and on nothing that was drawn before."""

from hashlib import blake2b

_SCALE = 2.0**-64


def uniform(seed: int, purpose: str, index: int) -> float:
    """A number in [0, 1) for message `index`: the same in every run with this seed, in whatever order it is asked."""
    digest = blake2b(b"%d/%s/%d" % (seed, purpose.encode(), index), digest_size=8).digest()
    return int.from_bytes(digest) * _SCALE
