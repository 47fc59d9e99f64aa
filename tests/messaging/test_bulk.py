"""A topic as columns: whole, in pieces, and on from where the last reading ended."""

import time
from threading import Event

import polars as pl
import pytest

from mysimbdp.contracts import Topics
from mysimbdp.errors import KitError
from mysimbdp.messaging import bulk, end_offsets
from mysimbdp.messaging.bulk import Pieces, read_ahead, read_columns, read_pieces
from tests.messaging.test_reading import PARTITIONS, kafka, send, topics

__all__ = ["kafka", "topics"]

VALUES = [b"%d" % number for number in range(3000)]


def test_a_topic_is_read_whole_in_order(kafka: str, topics: Topics) -> None:
    send(kafka, topics.report, *VALUES)
    found = read_columns(kafka, topics.report)
    assert found["value"].to_list() == [value for part in range(PARTITIONS) for value in VALUES[part::PARTITIONS]]
    assert found["key"].to_list() == found["value"].to_list()
    assert found["broker_time_ms"].to_list() == pytest.approx([time.time() * 1000] * len(VALUES), abs=60_000)


def test_in_pieces_every_message_is_in_one(kafka: str, topics: Topics, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "_PIECE", 500)
    monkeypatch.setattr(bulk, "MESSAGES_AT_ONCE", 100)
    send(kafka, topics.report, *VALUES)
    pieces = list(read_pieces(kafka, topics.report))
    assert len(pieces) > 3
    assert sorted(pl.concat(pieces)["value"]) == sorted(VALUES)


def test_read_ahead_are_the_same_pieces_each_before_the_one_before_it_is_done_with() -> None:
    begun: list[int] = []
    second_began = Event()

    def pieces() -> Pieces:
        for number in range(3):
            begun.append(number)
            if number == 1:
                second_began.set()
            yield pl.DataFrame({"value": [number]})

    ahead = read_ahead(pieces())
    assert next(ahead)["value"].to_list() == [0]
    assert second_began.wait(timeout=30)
    assert [piece["value"].item() for piece in ahead] == [1, 2]
    assert begun == [0, 1, 2]


def test_reading_ahead_that_is_ended_early_ends_the_reading() -> None:
    ended = False

    def pieces() -> Pieces:
        nonlocal ended
        try:
            while True:
                yield pl.DataFrame({"value": [1]})
        finally:
            ended = True

    ahead = read_ahead(source := pieces())
    next(ahead)
    ahead.close()
    assert ended
    assert next(source, None) is None


def test_what_goes_wrong_while_reading_ahead_is_raised() -> None:
    def pieces() -> Pieces:
        yield pl.DataFrame({"value": [1]})
        raise KitError("gone")

    ahead = read_ahead(pieces())
    next(ahead)
    with pytest.raises(KitError, match="gone"):
        next(ahead)


def test_reading_goes_on_from_offsets(kafka: str, topics: Topics) -> None:
    send(kafka, topics.report, *VALUES[:1500])
    since = dict.fromkeys(range(PARTITIONS), 500)
    assert list(read_pieces(kafka, topics.report, since)) == []
    send(kafka, topics.report, *VALUES[1500:1503])
    (piece,) = read_pieces(kafka, topics.report, since)
    assert sorted(piece["value"]) == VALUES[1500:1503]


def test_messages_with_other_keys_are_passed_over_and_the_end_may_be_given(kafka: str, topics: Topics) -> None:
    send(kafka, topics.report, *VALUES[:100])
    ends = end_offsets(kafka, topics.report)
    send(kafka, topics.report, *VALUES[:100])
    send(kafka, topics.report, b"without a key", keys=[None])
    found = pl.concat(read_pieces(kafka, topics.report, until=ends, keys={b"7", b"42", b"500"}))
    assert sorted(found["value"]) == [b"42", b"7"]
    found = pl.concat(read_pieces(kafka, topics.report, since=ends, keys={b"7"}))
    assert sorted(found["value"]) == [b"7", b"without a key"]


def test_an_empty_topic_has_no_rows(kafka: str, topics: Topics) -> None:
    assert read_columns(kafka, topics.report).is_empty()


def test_a_topic_that_is_not_there_is_named(kafka: str) -> None:
    with pytest.raises(KitError, match="nowhere"):
        read_columns(kafka, "nowhere")
