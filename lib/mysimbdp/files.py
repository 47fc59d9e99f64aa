"""Files that are there whole or not at all."""

import os
from pathlib import Path

DRAFTS = ".*.draft-*"  # what a killed process may leave of them


def write_whole(path: Path, content: bytes) -> None:
    """Replace the file at once: no reader meets half of it, and a full disk leaves what was there before.

    It is readable by its user only.
    """
    draft = path.with_name(f".{path.name}.draft-{os.getpid()}")
    try:
        draft.touch(mode=0o600)
        draft.write_bytes(content)
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
