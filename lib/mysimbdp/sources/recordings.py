"""Recordings of the sensor network, read record by record with their bytes untouched."""

import gzip
import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, NamedTuple, cast

import orjson

from mysimbdp.errors import KitError, UsageError
from mysimbdp.settings import CHECKOUT

SAMPLES = CHECKOUT / "data" / "samples"
DEFAULT_RECORDING = SAMPLES / "aberdeen_2019-05-18_19.jsonl.gz"

_GZIP_MAGIC = b"\x1f\x8b"


class Recorded(NamedTuple):
    """One record: its bytes as they stand in the file, and what they say."""

    raw: bytes
    record: dict[str, Any]


def read_recording(path: Path) -> Iterator[Recorded]:
    """The records of a file in order: one object a line, or the one array that the network's API serves.

    Either form may be gzipped. Lines are streamed; an array is held in memory.

    Raises:
        UsageError: there is no such file, or it cannot be opened.
        KitError: its content is damaged; the sentence says where.
    """
    with _open(path) as file:
        try:
            yield from _records(file, path)
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise KitError(f"The recording {path} is damaged: {error}.") from None


def check_recording(path: Path) -> int:
    """Read the whole recording once and return how many records it has, so that nothing is sent of a bad one.

    Raises:
        UsageError, KitError: as `read_recording`, or there is no record in it.
    """
    count = sum(1 for _ in read_recording(path))
    if not count:
        raise KitError(f"The recording {path} is empty: it must hold at least one measurement.")
    return count


def _open(path: Path) -> IO[bytes]:
    try:
        with path.open("rb") as file:
            zipped = file.read(2) == _GZIP_MAGIC
        if path.suffix == ".gz" and not zipped:
            raise KitError(f"The recording {path} is damaged: its name ends in .gz, but it is not gzipped.")
        return cast(IO[bytes], gzip.open(path)) if zipped else path.open("rb")
    except OSError as error:
        raise UsageError(f"The recording {path} cannot be read: {error.strerror}.") from None


def _records(file: IO[bytes], path: Path) -> Iterator[Recorded]:
    for number, line in enumerate(file, start=1):
        raw = line.strip(b" \t\r\n")
        if not raw:
            continue
        if raw.startswith(b"[") and number == 1:
            yield from _array(line + file.read(), path)
            return
        yield Recorded(raw, _object(raw, f"{path}, line {number}"))


def _object(raw: bytes, where: str) -> dict[str, Any]:
    try:
        record = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise KitError(f"The recording is damaged: {where} is not JSON ({error.msg}).") from None
    if not isinstance(record, dict):
        raise KitError(f"The recording is damaged: {where} is not a JSON object.")
    return record


def _array(content: bytes, path: Path) -> Iterator[Recorded]:
    """Cut the array into the texts of its elements: written out again, numbers could change their form."""
    _refuse_broken(content, path)
    text = content.decode()
    decoder = json.JSONDecoder()
    position = _skip(text, text.index("[") + 1)
    element = 0
    while text[position] != "]":
        element += 1
        _, end = decoder.raw_decode(text, position)
        raw = text[position:end].encode()
        yield Recorded(raw, _object(raw, f"{path}, element {element}"))
        position = _skip(text, end)


def _refuse_broken(content: bytes, path: Path) -> None:
    try:
        orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise KitError(f"The recording is damaged: {path} is not a JSON array ({error}).") from None


def _skip(text: str, position: int) -> int:
    while text[position] in " \t\r\n,":
        position += 1
    return position
