"""What a sweep is made of: one YAML file, checked as a whole (its format is in experiments/README.md)."""

from math import isfinite
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, PlainValidator, ValidationError, model_validator

from mysimbdp.errors import UsageError
from mysimbdp.experiments.arms import ResultKind
from mysimbdp.experiments.strict_yaml import read_yaml
from mysimbdp.settings import CHECKOUT

SPECS = CHECKOUT / "experiments"
ProfileName = Literal["quick", "full"]


def _plain(value: Any) -> Any:
    if not isinstance(value, bool | int | float | str):
        raise ValueError("neither a number nor a text nor true or false")
    if isinstance(value, float) and not isfinite(value):
        raise ValueError("not a finite number")
    return value


Value = Annotated[bool | int | float | str, PlainValidator(_plain)]
Parameters = dict[str, Value]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Group(_Strict):
    """Points that are run in the same arms: the product of a grid, or a list."""

    arms: list[str] = Field(min_length=1)
    why: str = Field(min_length=1)
    series: str = ""
    parameters: Parameters = {}
    grid: dict[str, Annotated[list[Value], Field(min_length=1)]] | None = None
    listed: list[Parameters] | None = Field(default=None, alias="list", min_length=1)

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.grid is None) == (self.listed is None):
            raise ValueError("give either a grid or a list")
        return self


class Profile(_Strict):
    """How much of an experiment is run: quick or full."""

    repetitions: int = Field(ge=1, strict=True)
    order_seed: int = Field(strict=True)
    parameters: Parameters = {}
    points: list[Group] = Field(min_length=1)


class Spec(_Strict):
    """The sweeps of one experiment."""

    experiment: str = Field(pattern=r"^[a-z][a-z0-9_]{0,29}$")
    title: str = Field(min_length=1)
    question: str = Field(min_length=1)
    notebook: Path
    results: ResultKind = "windows"  # of the apps that it measures
    latency_objective_s: float = Field(gt=0, allow_inf_nan=False)
    profiles: dict[ProfileName, Profile] = Field(min_length=1)

    def profile(self, name: str) -> Profile:
        """The profile of this name.

        Raises:
            UsageError: there is none.
        """
        found = next((profile for known, profile in self.profiles.items() if known == name), None)
        if found is None:
            raise UsageError(f"{self.experiment} has no profile {name}; it has {', '.join(self.profiles)}.")
        return found


def spec_names() -> list[str]:
    """The experiments that the kit comes with."""
    return sorted(path.stem for path in SPECS.glob("*.yml"))


def spec_path(name: str) -> Path:
    """The file of an experiment: one of the kit's by its name, or any YAML file by its path.

    Raises:
        UsageError: there is none.
    """
    path = Path(name) if name.endswith((".yml", ".yaml")) else SPECS / f"{name}.yml"
    if not path.is_file():
        raise UsageError(f"There is no experiment {name}; there are {', '.join(spec_names())}, or give a YAML file.")
    return path


def load_spec(path: Path) -> Spec:
    """The spec in a file.

    Raises:
        UsageError: it cannot be right; the sentence names the file and the key. Positions in lists count from 1.
    """
    try:
        return Spec.model_validate(read_yaml(path))
    except ValidationError as error:
        raise UsageError(f"{path}: {_sentence(error)}.") from None


_BY_DEPTH: dict[int, type[BaseModel]] = {1: Spec, 3: Profile, 5: Group}  # as profiles.quick.points.1.arms is nested


def _sentence(error: ValidationError) -> str:
    # A key with a typing error is also one that is missing; that it is unknown says more.
    first = min(error.errors(), key=lambda one: one["type"] != "extra_forbidden")
    location = first["loc"]
    key = ".".join(str(part + 1) if isinstance(part, int) else part for part in location if part != "[key]")
    if first["type"] == "extra_forbidden":
        known = [field.alias or name for name, field in _BY_DEPTH[len(location)].model_fields.items()]
        return f"the key {key} is unknown; known are {', '.join(known)}"
    if first["type"] == "missing":
        return f"the key {key} is missing"
    if first["type"] == "value_error":
        return f"{key}: {first['ctx']['error']}"
    return f"{key or 'the file'} does not fit: {first['msg']} (got {str(first['input'])[:60]!r})"
