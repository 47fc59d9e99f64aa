"""Settings reach another process as they are."""

from pathlib import Path

import pytest

from mysimbdp.settings import as_environment, load_settings


def test_settings_come_back_from_the_environment_that_they_give(monkeypatch: pytest.MonkeyPatch) -> None:
    given = load_settings(home=Path("/somewhere"), kafka="broker:9092", spark_conf={"spark.ui.enabled": "false"})
    for variable, value in as_environment(given).items():
        monkeypatch.setenv(variable, value)
    assert load_settings() == given


def test_a_relative_place_is_the_same_for_processes_that_are_started_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MYSIMBDP_HOME", "instance")
    assert load_settings().home == tmp_path / "instance"
    assert load_settings(home=tmp_path / "another").home == tmp_path / "another"
    monkeypatch.chdir("/")
    assert load_settings().home == tmp_path / "instance"
