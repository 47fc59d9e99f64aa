"""coredms, the platform's database: collections, their rules, and writes that survive a killed mongod."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import bson
from bson.errors import BSONError
from pymongo import ASCENDING, MongoClient, ReplaceOne, WriteConcern
from pymongo.database import Database
from pymongo.errors import BulkWriteError, CollectionInvalid, ConfigurationError, PyMongoError

from mysimbdp.contracts import DATABASE, Collection
from mysimbdp.documents import RunStatus
from mysimbdp.errors import KitError, UsageError

Document = dict[str, Any]
Coredms = Database[Document]
SELECTION_TIMEOUT_MS = 20_000

# The default write concern lost acknowledged writes when mongod was killed: wait for the journal.
_DURABLE = WriteConcern(w=1, j=True)
_DUPLICATE_KEY = 11000

_INDEXES: dict[Collection, list[list[str]]] = {
    Collection.MEASUREMENTS: [["sensor.id", "time"], ["time"]],
    Collection.REPORTS: [["sensor_id", "pollution_type", "window.start"], ["window.start"]],
    Collection.ALERTS: [["sensor_id", "pollution_type", "window.start"], ["window.start"]],
    Collection.QUARANTINE: [["reasons"], ["broker_time"]],
    Collection.SWEEPS: [["experiment", "started_at"]],
    Collection.RUNS: [["experiment", "started_at"], ["sweep"]],
    Collection.PROGRESS: [["run_id"]],
    Collection.LATENCIES: [["run_id"]],
    Collection.RESOURCES: [["run_id"]],
}

_RESULT_RULES = {
    "bsonType": "object",
    "required": ["sensor_id", "pollution_type", "pollution_level", "window", "readings"],
    "properties": {
        "sensor_id": {"bsonType": "string"},
        "pollution_type": {"bsonType": "string"},
        "pollution_level": {"bsonType": "double"},
        "window": {
            "bsonType": "object",
            "required": ["start", "end"],
            "properties": {"start": {"bsonType": "date"}, "end": {"bsonType": "date"}},
        },
        "readings": {"bsonType": ["int", "long"], "minimum": 1},
    },
}
_VALIDATORS: dict[Collection, Document] = {
    Collection.MEASUREMENTS: {"bsonType": "object", "required": ["time", "source"]},
    Collection.REPORTS: _RESULT_RULES,
    Collection.ALERTS: {**_RESULT_RULES, "required": [*_RESULT_RULES["required"], "threshold"]},
    Collection.QUARANTINE: {
        "bsonType": "object",
        "required": ["topic", "partition", "offset", "broker_time", "raw_value", "reasons", "app", "app_version"],
        "properties": {"raw_value": {"bsonType": "binData"}, "reasons": {"bsonType": "array", "minItems": 1}},
    },
    Collection.SWEEPS: {"bsonType": "object", "required": ["experiment", "profile", "started_at", "instance", "plan"]},
    Collection.RUNS: {
        "bsonType": "object",
        "required": ["experiment", "arm", "parameters", "status", "started_at"],
        "properties": {"status": {"enum": [status.value for status in RunStatus]}, "started_at": {"bsonType": "date"}},
    },
    Collection.PROGRESS: {"bsonType": "object", "required": ["run_id", "query", "batch", "started", "duration_ms"]},
    Collection.LATENCIES: {"bsonType": "object", "required": ["run_id", "kind", "p99_ms"]},
    Collection.RESOURCES: {"bsonType": "object", "required": ["run_id", "at", "processes"]},
}

# What the monitor writes goes after a week; an alert that is not over has no such time, and stays.
_EXPIRES_AT = {Collection.OBSERVATIONS: "at", Collection.PLATFORM_ALERTS: "cleared_at"}
_EXPIRE_AFTER_S = 7 * 24 * 3600


@contextmanager
def connect(uri: str, timeout_ms: int = SELECTION_TIMEOUT_MS) -> Iterator[Coredms]:
    """Open the database of the platform and close the connection at the end; times read back are UTC.

    Raises:
        UsageError: the URI is not one of MongoDB.
        KitError: the database could not be reached or refused; the sentence names it.
    """
    try:
        client: MongoClient[Document] = MongoClient(
            uri, tz_aware=True, serverSelectionTimeoutMS=timeout_ms, socketTimeoutMS=60_000
        )
    except (ConfigurationError, ValueError) as error:
        raise UsageError(f"MYSIMBDP_MONGODB is not a MongoDB URI: {error}.") from None
    with client:
        try:
            yield client[DATABASE]
        except PyMongoError as error:
            raise KitError(f"MongoDB at {host_of(uri)} failed: {_first_line(error)}; see `mysimbdp status`.") from error


def host_of(uri: str) -> str:
    """The host part of a MongoDB URI: what may be shown, without user and password."""
    return uri.split("://", 1)[-1].rsplit("@", 1)[-1].split("/", 1)[0]


@cache
def shared_connection(uri: str) -> Coredms:
    """One connection for all tasks of this process, kept open: executors reuse their Python workers."""
    client: MongoClient[Document] = MongoClient(uri, tz_aware=True, serverSelectionTimeoutMS=SELECTION_TIMEOUT_MS)
    return client[DATABASE]


def is_storable(document: Document) -> bool:
    """Whether MongoDB can hold the document as it is: plain keys, integers of 64 bits."""
    try:
        bson.encode(document, check_keys=True)
    except (BSONError, OverflowError, ValueError):
        return False
    return True


def ping(uri: str, timeout_s: float) -> None:
    """Return once the database answers; a KitError says that it does not."""
    with connect(uri, timeout_ms=int(timeout_s * 1000)) as database:
        database.command("ping")


def prepare(database: Coredms) -> None:
    """Create the collections with validators and indexes; what is there already is brought up to date."""
    for name, rules in _VALIDATORS.items():
        validator = {"$jsonSchema": rules}
        try:
            database.create_collection(name, validator=validator)
        except CollectionInvalid:
            database.command("collMod", name, validator=validator)
        for keys in _INDEXES[name]:
            database[name].create_index([(key, ASCENDING) for key in keys])
    for name, field in _EXPIRES_AT.items():
        database[name].create_index(field, expireAfterSeconds=_EXPIRE_AFTER_S)


def upsert(database: Coredms, collection: Collection, documents: Iterable[Document]) -> int:
    """Write documents by their `_id`, the last of each wins; writing them again changes nothing.

    Returns the number of distinct documents once the journal has them.
    """
    latest = {document["_id"]: document for document in documents}
    if latest:
        operations = [ReplaceOne({"_id": key}, document, upsert=True) for key, document in latest.items()]
        database.get_collection(collection, write_concern=_DURABLE).bulk_write(operations, ordered=False)
    return len(latest)


def insert(database: Coredms, collection: Collection, documents: Iterable[Document]) -> int:
    """As `upsert`, for documents that are new but for a few: those are written in a fraction of the time."""
    latest = {document["_id"]: document for document in documents}
    if latest:
        target = database.get_collection(collection, write_concern=_DURABLE)
        try:
            target.insert_many(latest.values(), ordered=False)
        except BulkWriteError as error:
            failures = error.details["writeErrors"]
            if error.details["writeConcernErrors"] or any(failure["code"] != _DUPLICATE_KEY for failure in failures):
                raise
            upsert(database, collection, [failure["op"] for failure in failures])
    return len(latest)


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0].split(", full error")[0][:300]
