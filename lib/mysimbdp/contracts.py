"""The messages and documents of the platform: their shapes, their limits, and what topics and collections are called.

Shapes (JSON on Kafka, documents in coredms):

* Measurement, key sensor id: the record of the sensor network, untouched.
* Report, key sensor id: `sensor_id, pollution_type, pollution_level, window{start, end}, readings`.
* Alert: a report above its type's threshold, plus `threshold`.
* Spike, key sensor id: `sensor_id, pollution_type, pollution_level, time, threshold` of a single reading.
* Quarantined: `topic, partition, offset, broker_time, raw_value, reasons, app, app_version`.

Times in messages are ISO 8601 UTC with a trailing Z.
"""

import base64
import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from annotated_types import Ge, Le, MinLen
from pydantic import AfterValidator
from typing_extensions import TypedDict

DATABASE = "mysimbdp"

# A producer that knows how far its source has got says so in this header: the largest timestamp (epoch
# milliseconds, ASCII digits) of everything it sent up to and including this message. Whether a reading is
# late is judged against it, so the answer does not depend on how partitions happen to be read.
MAX_EVENT_TIME_HEADER = "max_event_time_ms"

MAX_MESSAGE_BYTES = 256 * 1024
MAX_NESTING = 100
MAX_VALUES = 1000
MAX_AHEAD_S = 5 * 60
MAX_NUMBER_LENGTH = 64  # of a number written as text
MAX_TIME_LENGTH = 40

# Regular expressions of whole texts, in what Python and Java have in common; digits are ASCII. Numbers are looser than
# JSON's where the network is: some sensors send ".9".
PLAIN_ID = r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}"
NUMBER = r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?"
EARLIEST_YEAR = 2010

# Upper bounds (exclusive) of what the network's own map shows, in µg/m³; the lower bound is 0.
PLAUSIBLE_BELOW = {"P1": 1900.0, "P2": 900.0}
POLLUTION_TYPES = tuple(PLAUSIBLE_BELOW)
CLIMATE_TYPES = ("P0", "temperature", "humidity", "pressure", "pressure_at_sealevel")
# What sensors say about themselves; never judged, but counted by name like the types above.
DEVICE_TYPES = ("samples", "min_micro", "max_micro", "durP1", "durP2", "ratioP1", "ratioP2", "noise_LAeq")
DEFAULT_THRESHOLD = 100.0


@dataclass(frozen=True)
class Topics:
    """The topics of one pipeline; a run suffix keeps the pipelines of experiments apart."""

    suffix: str = ""

    def _named(self, name: str) -> str:
        return f"{name}-{self.suffix}" if self.suffix else name

    @property
    def measurements(self) -> str:
        return self._named("measurements")

    @property
    def report(self) -> str:
        return self._named("report")

    @property
    def alert(self) -> str:
        return self._named("alert")

    @property
    def quarantine(self) -> str:
        return self._named("quarantine")

    @property
    def spike(self) -> str:
        return self._named("spike")

    @staticmethod
    def suffix_of(topic: str) -> str:
        """The run suffix in a topic's name."""
        return topic.partition("-")[2]

    def all(self) -> tuple[str, ...]:
        return (self.measurements, self.report, self.alert, self.quarantine, self.spike)


class Collection(StrEnum):
    """Collections of coredms."""

    MEASUREMENTS = "measurements"
    REPORTS = "reports"
    ALERTS = "alerts"
    QUARANTINE = "quarantine"
    SWEEPS = "sweeps"
    RUNS = "runs"
    PROGRESS = "progress"
    LATENCIES = "latencies"
    RESOURCES = "resources"
    OBSERVATIONS = "observations"
    PLATFORM_ALERTS = "platform_alerts"


class Reason(StrEnum):
    """Why a message, or one reading in it, is in quarantine."""

    EMPTY = "EMPTY"
    JSON_SYNTAX = "JSON_SYNTAX"
    JSON_TRAILING = "JSON_TRAILING"
    NOT_OBJECT = "NOT_OBJECT"
    MISSING_FIELD = "MISSING_FIELD"
    DUPLICATE_KEY = "DUPLICATE_KEY"
    BAD_UTF8 = "BAD_UTF8"
    BAD_NUMBER = "BAD_NUMBER"
    NOT_FINITE = "NOT_FINITE"
    BAD_ELEMENT = "BAD_ELEMENT"
    BAD_TYPE = "BAD_TYPE"
    TOO_MANY_VALUES = "TOO_MANY_VALUES"
    TOO_DEEP = "TOO_DEEP"
    BAD_ID = "BAD_ID"
    TOO_LARGE = "TOO_LARGE"
    TIME_FUTURE = "TIME_FUTURE"
    TIME_PAST = "TIME_PAST"
    BAD_TIME = "BAD_TIME"
    OUT_OF_RANGE = "OUT_OF_RANGE"


_ISO_UTC = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z", re.ASCII)


def _is_iso_utc(text: str) -> str:
    if not _ISO_UTC.fullmatch(text):
        raise ValueError("not ISO 8601 in UTC")
    datetime.fromisoformat(text)
    return text


def _is_base64(text: str) -> str:
    base64.b64decode(text, validate=True)
    return text


Timestamp = Annotated[str, AfterValidator(_is_iso_utc)]
Count = Annotated[int, Ge(0), Le(2**63 - 1)]
Base64 = Annotated[str, AfterValidator(_is_base64)]


class Window(TypedDict):
    start: Timestamp
    end: Timestamp


class Report(TypedDict):
    sensor_id: str
    pollution_type: str
    pollution_level: float
    window: Window
    readings: Annotated[Count, Ge(1)]


class Alert(Report):
    threshold: float


class Spike(TypedDict):
    """One reading above the threshold of its type."""

    sensor_id: str
    pollution_type: str
    pollution_level: float
    time: Timestamp
    threshold: float


class Quarantined(TypedDict):
    """A message that was not, or not wholly, accepted; `raw_value` is base64 on Kafka, bytes in coredms."""

    topic: str
    partition: Count
    offset: Count
    broker_time: Timestamp
    raw_value: Base64
    reasons: Annotated[list[str], MinLen(1)]
    app: str
    app_version: str


@dataclass(frozen=True)
class Endpoints:
    """Where the services of an instance answer: `host:port`, a MongoDB URI, a Spark master."""

    kafka: str
    mongodb: str
    spark: str
