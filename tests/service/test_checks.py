"""What is missing is named before anything is started, with the fix."""

from pathlib import Path

import pytest

from mysimbdp.errors import KitError
from mysimbdp.service import checks
from mysimbdp.service.checks import Check, available_memory_mb, check_disk, check_memory, check_python, judge


def test_a_check_that_passes_needs_no_fix_and_raises_nothing() -> None:
    check = judge("disk", True, "enough", "make room")
    check.require()
    assert check == Check("disk", True, "enough", None)


@pytest.mark.parametrize(
    ("check", "sentence"),
    [
        (
            check_memory(10**9, "Starting it"),
            r"^Starting it takes 1000000000 MB of memory and \d+ MB are available; close ",
        ),
        (judge("disk", False, "Too little", "make room"), "^Too little; make room.$"),
    ],
)
def test_what_is_missing_is_one_sentence_with_the_fix(check: Check, sentence: str) -> None:
    with pytest.raises(KitError, match=sentence):
        check.require()


def test_this_machine_passes(tmp_path: Path) -> None:
    for check in (check_python(), check_disk(tmp_path / "not" / "yet", "MYSIMBDP_HOME"), check_memory(1, "a try")):
        check.require()


def test_a_full_disk_is_told_with_the_setting_that_moves_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "NEEDED_DISK_MB", 10**9)
    with pytest.raises(KitError, match="make room there, or set MYSIMBDP_CACHE"):
        check_disk(tmp_path, "MYSIMBDP_CACHE").require()


@pytest.mark.parametrize(
    ("limit", "used", "left_mb"), [(300 * 2**20, 100 * 2**20, 200), ("max", 100 * 2**20, None), (None, None, None)]
)
def test_the_limit_of_a_container_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: object, used: object, left_mb: int | None
) -> None:
    files = (tmp_path / "limit", tmp_path / "used")
    for file, content in zip(files, (limit, used), strict=True):
        if content is not None:
            file.write_text(f"{content}\n")
    monkeypatch.setattr(checks, "CGROUP_FILES", [tuple(map(str, files))])
    available_mb = available_memory_mb()
    assert available_mb == left_mb if left_mb else available_mb > 200
