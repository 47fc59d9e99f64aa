"""Numbers and lists in sentences."""

from collections.abc import Sequence


def duration(ms: float) -> str:
    """Milliseconds below a second, seconds from there on, with about three digits."""
    return f"{ms:,.0f} ms" if ms < 1000 else f"{ms / 1000:,.3g} s"


def percent(share: float) -> str:
    """A share or a relative difference, with a digit after the point where it is small."""
    return f"{100 * share:.1f} %" if abs(share) < 0.1 else f"{100 * share:.0f} %"


def rate(per_s: float) -> str:
    """A rate of messages."""
    return f"{per_s:,.0f} message{'' if per_s == 1 else 's'}/s"


def listed(names: Sequence[str]) -> str:
    """`a, b and c`."""
    return " and ".join(part for part in (", ".join(names[:-1]), *names[-1:]) if part)


def capital(sentence: str) -> str:
    """The sentence with a capital at its beginning, and all else as it is."""
    return sentence[:1].upper() + sentence[1:]
