"""Why a program ended, from the end of its log."""

import json
import re
from pathlib import Path

TAIL_BYTES = 20_000
MOST_CHARACTERS = 300

# An exception with its message, but not the places it passed through; mongod writes JSON with a severity.
COMPLAINT = re.compile(r"exception|error|\"s\":\"[EF]\"", re.IGNORECASE)
STACK_FRAME = re.compile(r"^\s*(at |\.\.\. )")


def last_words(log: Path) -> str | None:
    """The last complaint in the log, else its last line, shortened; None when it is empty."""
    lines = [line.strip() for line in _tail(log).splitlines() if line.strip() and not STACK_FRAME.match(line)]
    complaints = [line for line in lines if COMPLAINT.search(line)]
    words = (complaints or lines)[-1:]
    return _plain(words[0])[:MOST_CHARACTERS] if words else None


def _tail(log: Path) -> str:
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - TAIL_BYTES))
        return file.read().decode(errors="replace")


def _plain(line: str) -> str:
    """A line as it is, or the message and error of a line of mongod."""
    if not line.startswith("{"):
        return line
    try:
        entry = json.loads(line)
    except ValueError:
        return line
    return f"{entry.get('msg')} {entry.get('attr', {}).get('error', '')}".strip()
