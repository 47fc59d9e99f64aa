"""Kafka messages → documents of coredms, with an `_id` that the same message always gets."""

import base64
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import NamedTuple, TypeVar

import orjson
from pydantic import TypeAdapter, ValidationError

from mysimbdp import __version__
from mysimbdp.contracts import Alert, Quarantined, Reason, Report, Topics
from mysimbdp.coredms import Document, is_storable
from mysimbdp.decoding import Judged, Plain

APP = "tenantingestapp"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_REPORT = TypeAdapter(Report)
_ALERT = TypeAdapter(Alert)
_QUARANTINED = TypeAdapter(Quarantined)
_Shape = TypeVar("_Shape")
_REASON_OF = {"json_invalid": Reason.JSON_SYNTAX, "missing": Reason.MISSING_FIELD}

_OWN_FIELDS = frozenset(("_id", "time", "source", "raw_value"))


class Message(NamedTuple):
    """One Kafka message and where it lay."""

    topic: str
    partition: int
    offset: int
    broker_time_us: int
    key: bytes | None
    value: bytes | None

    @property
    def source(self) -> Document:
        """Where the message came from, as a part of a document."""
        return {
            "topic": self.topic,
            "partition": self.partition,
            "offset": self.offset,
            "broker_time": utc(self.broker_time_us),
        }


def utc(time_us: int) -> datetime:
    """The moment `time_us` microseconds after 1970."""
    return _EPOCH + timedelta(microseconds=time_us)


def measurement_document(message: Message, judged: Judged) -> Document:
    """The record untouched, with its time as a date and its source.

    The `_id` is made of the content, so that a measurement which is sent twice is stored once. A record that no
    document can hold (a field named like one of the kit's, a key with `$`, an integer above 64 bits) is kept as
    its raw bytes beside the fields that are known.
    """
    assert message.value is not None
    fingerprint = blake2b(message.value, digest_size=12).hexdigest()
    key = _in_pipeline(message, f"{judged.sensor_id}-{fingerprint}")
    own = {"_id": key, "time": utc(judged.time_us), "source": message.source}
    if isinstance(judged, Plain):
        return {**orjson.loads(message.value), **own}
    assert judged.record is not None
    document = {**judged.record, **own}
    if _OWN_FIELDS.isdisjoint(judged.record) and is_storable(document):
        return document
    sensor = {"id": judged.sensor_id}
    return {**own, "sensor": sensor, "timestamp": judged.record["timestamp"], "raw_value": message.value}


def quarantined(message: Message, reasons: Iterable[Reason]) -> Quarantined:
    """What the topic `quarantine` says of a message: raw bytes as base64, and every reason."""
    assert message.value is not None
    return {
        "topic": message.topic,
        "partition": message.partition,
        "offset": message.offset,
        "broker_time": utc(message.broker_time_us).isoformat().replace("+00:00", "Z"),
        "raw_value": base64.b64encode(message.value).decode(),
        "reasons": [str(reason) for reason in reasons],
        "app": APP,
        "app_version": __version__,
    }


def quarantine_document(message: Message) -> Document | Reason:
    """The document of a message of `quarantine`, `_id` topic-partition-offset."""
    entry = _read(_QUARANTINED, message)
    if isinstance(entry, Reason):
        return entry
    return {
        **entry,
        "_id": f"{entry['topic']}-{entry['partition']}-{entry['offset']}",
        "broker_time": datetime.fromisoformat(entry["broker_time"]),
        "raw_value": base64.b64decode(entry["raw_value"]),
    }


def report_document(message: Message) -> Document | Reason:
    """The document of a report: one per sensor, type and window, so that a later one replaces it."""
    report = _read(_REPORT, message)
    return report if isinstance(report, Reason) else _result_document(report, message)


def alert_document(message: Message) -> Document | Reason:
    """The document of an alert, with the same `_id` as its report."""
    alert = _read(_ALERT, message)
    return alert if isinstance(alert, Reason) else _result_document(alert, message)


def _result_document(result: Report, message: Message) -> Document:
    start, end = result["window"]["start"], result["window"]["end"]
    return {
        **result,
        "_id": _in_pipeline(message, f"{result['sensor_id']}-{result['pollution_type']}-{start}-{end}"),
        "window": {"start": datetime.fromisoformat(start), "end": datetime.fromisoformat(end)},
        "topic": message.topic,
        "broker_time": utc(message.broker_time_us),
    }


def _read(shape: TypeAdapter[_Shape], message: Message) -> _Shape | Reason:
    """The message in its contract's shape, or why it does not have it."""
    try:
        return shape.validate_json(message.value or b"")
    except ValidationError as error:
        return _REASON_OF.get(error.errors()[0]["type"], Reason.BAD_TYPE)


def _in_pipeline(message: Message, key: str) -> str:
    """`key`, made unlike the same key of a pipeline with another run suffix."""
    suffix = Topics.suffix_of(message.topic)
    return f"{suffix}-{key}" if suffix else key
