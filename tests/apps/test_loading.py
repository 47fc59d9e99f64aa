"""Apps are found, and their options read, before anything is started."""

from pathlib import Path

import pytest

from mysimbdp.apps.loading import load_app
from mysimbdp.errors import UsageError

APP = """
from mysimbdp.apps import AppOptions

class Options(AppOptions):
    window_minutes: int = 60

def build(context):
    return []
"""


@pytest.fixture
def app_file(tmp_path: Path) -> Path:
    path = tmp_path / "json.py"  # a name that Python has, too
    path.write_text(APP)
    return path


@pytest.mark.parametrize("name", ["tenantstreamapp", "tenantingestapp"])
def test_the_apps_of_the_kit_are_known_by_name(name: str) -> None:
    assert load_app(name).name == name


def test_a_file_is_an_app_and_its_name_hides_nothing(app_file: Path) -> None:
    import json

    app = load_app(str(app_file))
    assert (app.name, app.module) == ("json", str(app_file))
    assert json.loads("1") == 1


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "does not exist"),
        ("x = 1", "has no class Options"),
        ("from mysimbdp.apps import AppOptions as Options", "has no function build"),
        ("import nothing_like_this", "does not import: ModuleNotFoundError"),
        ("def (", "does not import: SyntaxError"),
        ("import sys; sys.exit()", "does not import: SystemExit"),
    ],
    ids=["missing", "no-options", "no-build", "no-import", "no-python", "ends-at-once"],
)
def test_what_is_no_app_is_refused_with_the_reason(tmp_path: Path, content: str | None, sentence: str) -> None:
    path = tmp_path / "app.py"
    if content is not None:
        path.write_text(content)
    with pytest.raises(UsageError, match=sentence):
        load_app(str(path))


def test_an_unknown_name_is_answered_with_those_there_are() -> None:
    with pytest.raises(UsageError, match="tenantstreamapp, tenantalertapp, tenantingestapp, publishedapp or the path"):
        load_app("tenantapp")


def test_texts_from_a_command_line_become_the_declared_types(app_file: Path) -> None:
    assert load_app(str(app_file)).parse_options({"window_minutes": "10"})["window_minutes"] == 10
    options = load_app("tenantstreamapp").parse_options({"deduplicate": "true", "threshold_p1": "50"})
    assert (options["deduplicate"], options["threshold_p1"], options["window_minutes"]) == (True, 50.0, 15)


@pytest.mark.parametrize(
    ("option", "value", "sentence"),
    [
        ("windows", "10", "has no option windows; it has topic_suffix"),
        ("window_minutes", "ten", "Option window_minutes of tenantstreamapp does not fit"),
        ("window_minutes", "0", "Option window_minutes of tenantstreamapp does not fit"),
        ("slide_minutes", "20", "readings would fall between windows"),
        ("topic_suffix", "a/b", "Option topic_suffix of tenantstreamapp does not fit"),
    ],
)
def test_an_option_that_does_not_fit_is_named(option: str, value: str, sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence):
        load_app("tenantstreamapp").parse_options({option: value})


def test_an_option_that_the_checkpoint_depends_on_stays_until_a_fresh_start() -> None:
    app = load_app("tenantstreamapp")
    begun_with = app.parse_options({})
    app.refuse_changes(begun_with, app.parse_options({"threshold_p1": 50, "trigger_interval_s": 1}))
    with pytest.raises(UsageError, match=r"begun with window_minutes=15, and its checkpoint cannot go on with 30"):
        app.refuse_changes(begun_with, app.parse_options({"window_minutes": 30}))
