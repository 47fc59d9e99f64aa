"""The slow, explaining path of the decoder: why a text is not JSON, and what a JSON parser passes over."""

import json
from collections.abc import Iterator
from math import isinf
from typing import Any

import orjson

from mysimbdp.contracts import MAX_NESTING, Reason


def hidden_flaws(value: bytes, record: dict[str, Any]) -> list[Reason]:
    """Flaws that a parser accepts in silence: duplicate keys and nesting that no database stores.

    Without escapes in the text, every key costs one colon outside of strings and strings stand as they are:
    writing the parsed record again gives fewer colons exactly when a duplicate key was dropped.
    """
    flaws = []
    if (value.count(b"{") + value.count(b"[")) > MAX_NESTING and _depth(record) > MAX_NESTING:
        flaws.append(Reason.TOO_DEEP)
    elif (b"\\" in value or value.count(b":") != orjson.dumps(record).count(b":")) and _has_duplicate_key(value):
        flaws.append(Reason.DUPLICATE_KEY)
    return flaws


def broken_because(value: bytes) -> Reason:
    """The reason why `value`, refused by the strict parser, is not one JSON object."""
    if not value.strip():
        return Reason.EMPTY
    try:
        text = value.decode().strip()
    except UnicodeDecodeError:
        return Reason.BAD_UTF8
    if value.count(b"{") + value.count(b"[") > MAX_NESTING and _text_depth(text) > MAX_NESTING:
        return Reason.TOO_DEEP
    return _syntax_flaw(text)


def _syntax_flaw(text: str) -> Reason:
    not_finite: list[float] = []
    try:
        first, end = _lenient_decoder(not_finite).raw_decode(text)
    except (ValueError, RecursionError):
        return Reason.JSON_SYNTAX
    if isinstance(first, dict) and end < len(text):
        return Reason.JSON_TRAILING
    return Reason.NOT_FINITE if not_finite and end == len(text) else Reason.JSON_SYNTAX


def _lenient_decoder(not_finite: list[float]) -> json.JSONDecoder:
    """A decoder that lets NaN, Infinity and 1e400 pass and notes them in `not_finite`."""

    def number(text: str) -> float:
        found = float(text)
        if found != found or isinf(found):
            not_finite.append(found)
        return found

    return json.JSONDecoder(parse_float=number, parse_int=number, parse_constant=number)


def _has_duplicate_key(value: bytes) -> bool:
    duplicates = False

    def note(pairs: list[tuple[str, Any]]) -> None:
        nonlocal duplicates
        duplicates = duplicates or len({key for key, _ in pairs}) < len(pairs)

    json.loads(value, object_pairs_hook=note, parse_int=float)
    return duplicates


def _depth(document: Any) -> int:
    """Levels of nesting of a parsed document, counted without recursion."""
    depth = 0
    level = [document]
    while level:
        depth += 1
        level = [child for part in level for child in _containers_in(part)]
    return depth


def _containers_in(part: Any) -> Iterator[Any]:
    children = part.values() if isinstance(part, dict) else part
    return (child for child in children if isinstance(child, dict | list))


def _text_depth(text: str) -> int:
    """Deepest level of open brackets outside of strings, for text that may be broken."""
    deepest = open_brackets = 0
    in_string = escaped = False
    for character in text:
        if in_string:
            in_string = escaped or character != '"'
            escaped = character == "\\" and not escaped
        elif character == '"':
            in_string = True
        elif character in "{[":
            open_brackets += 1
            deepest = max(deepest, open_brackets)
        elif character in "}]":
            open_brackets -= 1
    return deepest
