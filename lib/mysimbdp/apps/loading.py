"""Find an app by name or file, and read its options before anything is started."""

import importlib
import importlib.util
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from pydantic import ValidationError

from mysimbdp.apps.contract import AppOptions
from mysimbdp.errors import UsageError

BUILT_IN = {
    "tenantstreamapp": "mysimbdp.streamapp.app",
    "tenantalertapp": "mysimbdp.alertapp.app",
    "tenantingestapp": "mysimbdp.ingestapp.app",
    "publishedapp": "mysimbdp.publishedapp",
}


@dataclass(frozen=True)
class App:
    """An app that can be started: its name, where its module is, and the module itself."""

    name: str
    module: str
    code: ModuleType

    @property
    def options_type(self) -> type[AppOptions]:
        return self.code.Options  # type: ignore[no-any-return]  # checked in load_app

    def parse_options(self, given: Mapping[str, object]) -> dict[str, Any]:
        """Validated options as JSON values; texts from a command line are converted to the declared types.

        Raises:
            UsageError: an option is unknown or does not fit; the sentence lists what there is.
        """
        try:
            return self.options_type.model_validate(dict(given)).model_dump(mode="json")
        except ValidationError as error:
            raise UsageError(self._sentence(error)) from None

    def refuse_changes(self, begun_with: Mapping[str, Any], wanted: Mapping[str, Any]) -> None:
        """Raise UsageError where an option differs that the app's checkpoint depends on."""
        for option in self.options_type.model_fields.keys() - self.options_type.CHANGEABLE:
            before, now = begun_with.get(option, wanted[option]), wanted[option]
            if before != now:
                raise UsageError(
                    f"{self.name} was begun with {option}={before}, and its checkpoint cannot go on with {now}: "
                    "add --fresh to begin anew, or --name to run it beside the other."
                )

    def _sentence(self, error: ValidationError) -> str:
        first = error.errors()[0]
        option = ".".join(map(str, first["loc"])) or "options"
        if first["type"] == "extra_forbidden":
            return f"{self.name} has no option {option}; it has {', '.join(self.options_type.model_fields)}."
        return f"Option {option} of {self.name} does not fit: {first['msg']} (got {first['input']!r})."


def load_app(name_or_path: str) -> App:
    """Import the app called `name_or_path`: a built-in name or a path to a Python file.

    Raises:
        UsageError: there is no such app, its file does not import, or it is not an app.
    """
    if name_or_path in BUILT_IN:
        module = BUILT_IN[name_or_path]
        return App(name_or_path, module, importlib.import_module(module))
    path = Path(name_or_path).expanduser()
    if path.suffix != ".py":
        raise UsageError(f"No app {name_or_path}: give {', '.join(BUILT_IN)} or the path of a .py file.")
    if not path.is_file():
        raise UsageError(f"The app file {name_or_path} does not exist.")
    path = path.resolve()
    return App(path.stem, str(path), _checked(_import_file(path), path))


def load_module(module: str) -> ModuleType:
    """The module of an app by its dotted name or absolute path, as written in the app's spec."""
    return _import_file(Path(module)) if module.endswith(".py") else importlib.import_module(module)


def _import_file(path: Path) -> ModuleType:
    name = f"mysimbdp_app_{path.stem}"  # a student's json.py must not hide Python's
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise UsageError(f"{path} cannot be imported as Python.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        raise UsageError(f"{path} does not import: {type(error).__name__}: {error}.") from error
    return module


def _checked(module: ModuleType, path: Path) -> ModuleType:
    options = getattr(module, "Options", None)
    if not (isinstance(options, type) and issubclass(options, AppOptions)):
        raise UsageError(f"{path} is not an app: it has no class Options(AppOptions).")
    if not callable(getattr(module, "build", None)):
        raise UsageError(f"{path} is not an app: it has no function build(context).")
    return module
