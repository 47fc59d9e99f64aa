"""The directory of an instance is private, made once, and deleted without touching anything else."""

from pathlib import Path

import pytest

from mysimbdp.errors import KitError, UsageError
from mysimbdp.service.home import Home


def test_an_instance_keeps_its_token_and_password(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.create()
    record = home.read_instance()
    home.create()
    assert home.read_instance() == record
    assert record.token != record.mongodb_password


def test_two_instances_have_different_tokens(tmp_path: Path) -> None:
    homes = [Home(tmp_path / name) for name in ("one", "two")]
    for home in homes:
        home.create()
    assert homes[0].read_instance().token != homes[1].read_instance().token


def test_only_its_user_may_look_into_it(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir(mode=0o755)
    home = Home(tmp_path / "home")
    home.create()
    assert home.path.stat().st_mode & 0o777 == 0o700


def test_a_directory_with_something_else_in_it_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").touch()
    with pytest.raises(UsageError, match="is not empty and is no instance"):
        Home(tmp_path).create()
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


def test_an_instance_that_was_purged_while_somebody_waited_for_it_can_be_made_again(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.create()
    with home.changing():
        home.purge()
    with home.changing():
        home.create()
    assert home.exists


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match="cannot be written; set MYSIMBDP_HOME"):
        Home(tmp_path / "file" / "home").create()


def test_files_and_folders_that_killed_processes_left_in_scratch_are_deleted(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.create()
    (home.scratch / "spark-1").mkdir()
    (home.scratch / "spark-1" / "jar").touch()
    (home.scratch / "liblz4.so").touch()
    (home.scratch / "dangling").symlink_to("nowhere")
    home.clear_scratch()
    assert list(home.scratch.iterdir()) == []


def test_purging_deletes_the_instance_and_nothing_else(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.create()
    (home.data / "kafka").mkdir()
    (home.path / "notes.txt").touch()
    home.purge()
    assert [path.name for path in home.path.iterdir()] == ["notes.txt"]
    assert not home.exists


def test_a_file_in_its_place_is_named_whoever_asks(tmp_path: Path) -> None:
    (tmp_path / "home").touch()
    for ask in (Home(tmp_path / "home").create, Home(tmp_path / "home").read_supervisor):
        with pytest.raises(UsageError, match="cannot be written; set MYSIMBDP_HOME"):
            ask()


def test_purging_deletes_what_a_killed_process_had_half_written(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.create()
    (home.path / ".monitor.json.draft-1").touch()
    home.purge()
    assert not home.path.exists()


def test_purging_leaves_no_empty_directory(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.create()
    home.purge()
    assert not home.path.exists()


def test_two_commands_do_not_change_an_instance_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mysimbdp.service.home.CHANGING_TIMEOUT_S", 0.1)
    home = Home(tmp_path / "home")
    home.create()
    with home.changing(), pytest.raises(KitError, match="Another command"), Home(home.path).changing():
        pytest.fail("both got in")
