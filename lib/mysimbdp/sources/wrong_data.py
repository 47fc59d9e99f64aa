"""Wrong data on purpose: pure, seeded, and always in a copy."""

from collections.abc import Callable
from copy import deepcopy
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from mysimbdp.contracts import CLIMATE_TYPES
from mysimbdp.sources.draws import uniform

Record = dict[str, Any]

REQUIRED_FIELDS = ("sensor.id", "timestamp", "sensordatavalues")
EXTRA_FIELD = "firmware_version"


class Kind(StrEnum):
    """What a delivered message is."""

    CLEAN = "clean"
    WRONG_TYPE = "wrong_type"
    MISSING = "missing"
    EXTRA = "extra"


_WRONG_KINDS = (Kind.WRONG_TYPE, Kind.MISSING, Kind.EXTRA)
VARIANTS = {Kind.CLEAN: 1, Kind.WRONG_TYPE: len(CLIMATE_TYPES), Kind.MISSING: 2 * len(REQUIRED_FIELDS), Kind.EXTRA: 1}


class WrongShares(BaseModel):
    """Which share of all messages carries each kind of wrong data; a message carries one kind at most."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    wrong_type: float = Field(default=0.0, ge=0, le=1, description="every reading of another type than P1 and P2")
    missing: float = Field(default=0.0, ge=0, le=1, description="a required field is missing or null")
    extra: float = Field(default=0.0, ge=0, le=1, description="a field that is not in the schema")

    @model_validator(mode="after")
    def _at_most_all(self) -> "WrongShares":
        if self.wrong_type + self.missing + self.extra > 1 + 1e-9:
            raise ValueError("the shares of wrong data add up to more than 1")
        return self


def kind_of(shares: WrongShares, seed: int, index: int) -> Kind:
    """The kind that message `index` gets: one draw decides, so no kind takes from the share of another."""
    if not (shares.wrong_type or shares.missing or shares.extra):
        return Kind.CLEAN
    draw = uniform(seed, "kind", index)
    for kind, share in zip(_WRONG_KINDS, (shares.wrong_type, shares.missing, shares.extra), strict=True):
        if draw < share:
            return kind
        draw -= share
    return Kind.CLEAN


def variant_of(kind: Kind, seed: int, index: int) -> int:
    """In which of the ways of its kind message `index` is wrong, 0 ≤ variant < `VARIANTS[kind]`."""
    variants = VARIANTS[kind]
    return int(uniform(seed, "variant", index) * variants) if variants > 1 else 0


def inject(record: Record, kind: Kind, seed: int, index: int) -> Record:
    """A copy of `record` with the wrong data of `kind`; the record itself is never touched."""
    return spoil(deepcopy(record), kind, variant_of(kind, seed, index))


def spoil(record: Record, kind: Kind, variant: int) -> Record:
    """Put the wrong data of `kind` into `record` itself, and return it."""
    _INJECTIONS[kind](record, variant)
    return record


def _clean(_record: Record, _variant: int) -> None:
    """Nothing is wrong with it."""


def _wrong_type(record: Record, variant: int) -> None:
    """Every reading gets a type of the network that the analytics do not want, and that it did not have before.

    A record without a reading gets one, so that what is counted as wrong is always changed.
    """
    values = record.get("sensordatavalues")
    readings = [value for value in values if isinstance(value, dict)] if isinstance(values, list) else []
    if not readings:
        readings = record["sensordatavalues"] = [{"value": "0.00"}]
    for place, reading in enumerate(readings, start=variant):
        others = [name for name in CLIMATE_TYPES if name != reading.get("value_type")]
        reading["value_type"] = others[place % len(others)]


def _missing(record: Record, variant: int) -> None:
    """Every required field is hit equally often, half the time as null."""
    parent, _, field = REQUIRED_FIELDS[variant // 2].rpartition(".")
    holder = record.get(parent) if parent else record
    if isinstance(holder, dict):
        holder[field] = None
        if variant % 2:
            del holder[field]


def _extra(record: Record, _variant: int) -> None:
    record[EXTRA_FIELD] = "NRZ-2020-133"


_INJECTIONS: dict[Kind, Callable[[Record, int], None]] = {
    Kind.CLEAN: _clean,
    Kind.WRONG_TYPE: _wrong_type,
    Kind.MISSING: _missing,
    Kind.EXTRA: _extra,
}
