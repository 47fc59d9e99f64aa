"""Sentences as a list that a notebook, and the page made of it, can show on any width."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape


@dataclass(frozen=True)
class Shown:
    """What a notebook displays as a list of sentences."""

    sentences: Sequence[str]

    def __str__(self) -> str:
        return "\n".join(self.sentences)

    def _repr_html_(self) -> str:
        return "<ul>" + "".join(f"<li>{escape(sentence)}</li>" for sentence in self.sentences) + "</ul>"


def shown(*findings: Sequence[str]) -> Shown:
    """All sentences of several findings, one below the other."""
    return Shown([sentence for several in findings for sentence in several])
