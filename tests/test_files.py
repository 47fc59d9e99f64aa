"""A file is replaced whole or stays as it was."""

import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mysimbdp.files import write_whole


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """As on a disk with so many bytes left: the kernel refuses to write more to a file of this process."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


def test_what_was_there_is_replaced_and_nobody_else_may_read_it(tmp_path: Path) -> None:
    (tmp_path / "state.json").write_text("before")
    write_whole(tmp_path / "state.json", b"after")
    assert (tmp_path / "state.json").read_text() == "after"
    assert (tmp_path / "state.json").stat().st_mode & 0o777 == 0o600


def test_without_room_what_was_there_stays_and_nothing_besides(tmp_path: Path) -> None:
    write_whole(tmp_path / "state.json", b"before")
    with room_for(10), pytest.raises(OSError, match="File too large"):
        write_whole(tmp_path / "state.json", b"more than there is room for")
    assert [path.name for path in tmp_path.iterdir()] == ["state.json"]
    assert (tmp_path / "state.json").read_text() == "before"
