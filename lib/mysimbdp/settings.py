"""Where the services are and where the kit keeps its things: one typed object, prefix MYSIMBDP_."""

import difflib
import json
import os
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

from mysimbdp.errors import UsageError

PREFIX = "MYSIMBDP_"
CHECKOUT = Path(__file__).resolve().parents[2]


def _default_home() -> Path:
    """The instance directory: inside the checkout the kit runs from, else in the user's state folder."""
    if (CHECKOUT / "pyproject.toml").is_file():
        return CHECKOUT / ".mysimbdp"
    return Path(os.environ.get("XDG_STATE_HOME", Path.home() / ".local" / "state")) / "mysimbdp"


def _default_cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "mysimbdp"


_Place = Annotated[Path, AfterValidator(Path.absolute)]


class Settings(BaseSettings):
    """Settings of one instance. What is not set means the embedded services."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True)

    kafka: str | None = Field(
        default=None, pattern=r"^[^,\s]+:\d+(,[^,\s]+:\d+)*$", description="host:port of any Kafka"
    )
    mongodb: str | None = Field(default=None, pattern=r"^mongodb(\+srv)?://", description="URI of any MongoDB")
    spark: str | None = Field(
        default=None,
        pattern=r"^(local(\[.+\])?|spark://.+|k8s://.+|yarn)$",
        description="Spark master: local[2], spark://…, k8s://… or yarn",
    )
    spark_conf: dict[str, str] = Field(default_factory=dict, description="further Spark settings, as JSON")
    checkpoints: str | None = Field(
        default=None,
        pattern=r"^([a-z][a-z0-9+.-]*:/)?/.+",
        description="where apps keep their checkpoints, a directory or URI that all executors reach",
    )
    home: _Place = Field(default_factory=_default_home, description="state, data, logs and checkpoints of the instance")
    cache: _Place = Field(default_factory=_default_cache, description="downloads shared by all instances")


def load_settings(**overrides: object) -> Settings:
    """Read the settings from the environment; `overrides` win.

    Raises:
        UsageError: a MYSIMBDP_ variable is unknown or its value does not fit.
    """
    _refuse_unknown_variables()
    _hand_on_absolute_paths()
    try:
        return Settings(**overrides)  # type: ignore[arg-type]  # pydantic checks the values
    except ValidationError as error:
        first = error.errors()[0]
        name = PREFIX + str(first["loc"][0]).upper() if first["loc"] else "settings"
        raise UsageError(f"{name} does not fit: {first['msg']} (got {first['input']!r}).") from None
    except SettingsError as error:
        # It names the field in its sentence only.
        field = next(field for field in Settings.model_fields if f'"{field}"' in str(error))
        name = PREFIX + field.upper()
        raise UsageError(f"{name} does not fit: it is no JSON (got {os.environ.get(name)!r}).") from None


def _hand_on_absolute_paths() -> None:
    """Processes that this one starts elsewhere, as a notebook's kernel in its folder, must mean the same places."""
    for variable in (f"{PREFIX}HOME", f"{PREFIX}CACHE"):
        if variable in os.environ:
            os.environ[variable] = str(Path(os.environ[variable]).absolute())


def as_environment(settings: Settings) -> dict[str, str]:
    """The variables by which another process gets the same settings."""
    given = settings.model_dump(mode="json", exclude_none=True)
    return {
        PREFIX + name.upper(): json.dumps(value) if isinstance(value, dict) else value for name, value in given.items()
    }


def _refuse_unknown_variables() -> None:
    known = [PREFIX + name.upper() for name in Settings.model_fields]
    for variable in os.environ:
        if variable.startswith(PREFIX) and variable not in known:
            near = difflib.get_close_matches(variable, known, n=1)
            hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(known)}."
            raise UsageError(f"The setting {variable} is unknown; {hint}")
