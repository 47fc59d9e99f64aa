"""Seeded random numbers that depend on what they are for, and on nothing that was drawn before."""

from functools import lru_cache
from hashlib import blake2b

from numpy.random import Philox

_BLOCK = 1024  # draws at once: a producer asks for one after the other
_BLOCKS_KEPT = 64
_BITS = 53  # of a number in [0, 1)


def uniform(seed: int, purpose: str, index: int) -> float:
    """A number in [0, 1) for message `index`: the same in every run with this seed, in whatever order it is asked."""
    return _block(seed, purpose, index // _BLOCK)[index % _BLOCK]


@lru_cache(maxsize=_BLOCKS_KEPT)
def _block(seed: int, purpose: str, block: int) -> list[float]:
    """The draws of a block, from a generator of random bits that counts instead of remembering."""
    key = blake2b(b"%d/%s" % (seed, purpose.encode()), digest_size=16).digest()
    bits = Philox(key=int.from_bytes(key), counter=block << 64).random_raw(_BLOCK)
    return [(number >> (64 - _BITS)) * 2.0**-_BITS for number in bits.tolist()]
