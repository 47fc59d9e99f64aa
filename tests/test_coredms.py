"""Documents are written once, whatever is there already, and what MongoDB refuses is told."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pymongo.errors import BulkWriteError

from mysimbdp import coredms
from mysimbdp.contracts import Collection
from mysimbdp.service.platform import Platform

Write = Callable[[coredms.Coredms, Collection, list[coredms.Document]], int]


@pytest.fixture
def database(platform: Platform) -> Iterator[coredms.Coredms]:
    with coredms.connect(platform.endpoints().mongodb) as database:
        coredms.prepare(database)
        database.measurements.delete_many({})
        yield database


def document(key: str, time: Any = 0, offset: int = 0) -> coredms.Document:
    return {"_id": key, "time": time, "source": {"offset": offset}}


def offsets(database: coredms.Coredms) -> dict[str, int]:
    return {found["_id"]: found["source"]["offset"] for found in database.measurements.find()}


@pytest.mark.parametrize("write", [coredms.insert, coredms.upsert])
def test_the_last_document_of_a_key_holds_in_one_write_and_in_several(database: coredms.Coredms, write: Write) -> None:
    first = [document("a", offset=1), document("b", offset=2), document("a", offset=3)]
    assert write(database, Collection.MEASUREMENTS, first) == 2
    assert offsets(database) == {"a": 3, "b": 2}
    again = [document("b", offset=4), document("c", offset=5)]
    assert write(database, Collection.MEASUREMENTS, again) == 2
    assert offsets(database) == {"a": 3, "b": 4, "c": 5}


@pytest.mark.parametrize("write", [coredms.insert, coredms.upsert])
def test_nothing_is_nothing_to_write(database: coredms.Coredms, write: Write) -> None:
    assert write(database, Collection.MEASUREMENTS, []) == 0
    assert offsets(database) == {}


@pytest.mark.parametrize("write", [coredms.insert, coredms.upsert])
def test_what_the_collections_rules_refuse_is_told(database: coredms.Coredms, write: Write) -> None:
    write(database, Collection.MEASUREMENTS, [document("a")])
    with pytest.raises(BulkWriteError):
        write(database, Collection.MEASUREMENTS, [document("a"), {"_id": "b"}])
