"""What cannot be done is one sentence and an exit code: 2 for a request that cannot be right, 1 for the rest."""

import gzip
import json
import socket
from pathlib import Path

import pytest

from mysimbdp.service.home import Home
from mysimbdp.service.platform import Platform
from mysimbdp.settings import load_settings
from tests.cli.conftest import Command, Outcome

NOBODY = "127.0.0.1:9"  # the port of the discard protocol, which nobody listens on any more


def assert_one_sentence(outcome: Outcome, exit_code: int, *words: str) -> None:
    assert outcome.exit_code == exit_code
    assert outcome.stderr.count("\n") == 1
    assert "Traceback" not in outcome.stderr
    for word in words:
        assert word in outcome.stderr


@pytest.mark.usefixtures("no_instance")
@pytest.mark.parametrize(
    ("command_line", "exit_code", "words"),
    [
        ("produce --colour red", 2, ["No such option: --colour", "`mysimbdp produce --help`"]),
        ("paint", 2, ["No such command 'paint'", "`mysimbdp --help`"]),
        ("app paint", 2, ["No such command 'paint'", "`mysimbdp app --help`"]),
        ("app stop", 2, ["Missing argument", "`mysimbdp app stop --help`"]),
        ("app stop nobody", 2, ["No app called nobody"]),
        ("app logs nobody", 2, ["No app called nobody"]),
        ("app start tenantstreamapp --set window_minutes", 2, ["--set window_minutes", "key=value"]),
        ("app start tenantstreamapp --set windows=1", 2, ["no option windows"]),
        ("app start nosuchapp", 2, ["No app nosuchapp"]),
        ("app start tenantstreamapp", 1, ["`mysimbdp up`"]),
        ("consume weather", 2, ["weather", "report"]),
        ("consume report", 1, ["`mysimbdp up`"]),
        ("produce", 1, ["`mysimbdp up`"]),
        ("produce --rate fast", 2, ["--rate"]),
        ("produce --rate -1", 2, ["rate_per_s", "-1"]),
        ("produce --sensors 100001", 2, ["sensors", "100001"]),
        ("produce --count 5 --duration 5", 2, ["count", "duration"]),
        ("produce --replay --sensors 5", 2, ["sensors", "replay"]),
        ("produce --missing 0.6 --extra 0.6", 2, ["more than 1"]),
        ("produce --recording nowhere.jsonl", 2, ["--recording", "nowhere.jsonl"]),
        ("up --workers 0", 2, ["--workers"]),
        ("status --watch --json", 2, ["--watch", "--json"]),
        ("monitor start", 1, ["`mysimbdp up`"]),
        ("up --workers 1000", 1, ["memory"]),
    ],
)
def test_a_failure_is_one_sentence(command: Command, command_line: str, exit_code: int, words: list[str]) -> None:
    assert_one_sentence(command(*command_line.split()), exit_code, *words)


@pytest.mark.usefixtures("no_instance")
@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("MYSIMBDP_KAFAK", NOBODY, ["MYSIMBDP_KAFAK is unknown", "did you mean MYSIMBDP_KAFKA?"]),
        ("MYSIMBDP_KAFKA", "nowhere", ["MYSIMBDP_KAFKA does not fit", "nowhere"]),
        ("MYSIMBDP_SPARK", "flink", ["MYSIMBDP_SPARK does not fit", "flink"]),
        ("MYSIMBDP_SPARK_CONF", "{bad", ["MYSIMBDP_SPARK_CONF does not fit", "JSON", "{bad"]),
        ("MYSIMBDP_SPARK_CONF", "[1]", ["MYSIMBDP_SPARK_CONF does not fit", "dictionary"]),
    ],
)
def test_a_setting_that_cannot_be_is_named(
    command: Command, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, words: list[str]
) -> None:
    monkeypatch.setenv(variable, value)
    assert_one_sentence(command("status"), 2, *words)


@pytest.mark.usefixtures("no_instance")
@pytest.mark.parametrize("mode", ["--replay", "--seed=1"])
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("cut.jsonl", b'{"id": 1, "sensor'),
        ("array.jsonl", b"[1, 2"),
        ("number.jsonl", b"7"),
        ("cut.jsonl.gz", gzip.compress(b'{"id": 1}' * 9, mtime=0)[:-12]),
        ("plain.jsonl.gz", b'{"id": 1}'),
    ],
)
def test_a_corrupt_recording_is_named(
    command: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, mode: str, name: str, content: bytes
) -> None:
    monkeypatch.setenv("MYSIMBDP_KAFKA", NOBODY)
    recording = tmp_path / name
    recording.write_bytes(content)
    assert_one_sentence(command("produce", mode, "--recording", recording), 1, "damaged", str(recording))


@pytest.mark.usefixtures("no_instance")
@pytest.mark.parametrize("command_line", ["produce", "produce --partitions 3", "consume report"])
def test_a_kafka_that_is_not_there_is_named(
    command: Command, monkeypatch: pytest.MonkeyPatch, command_line: str
) -> None:
    monkeypatch.setenv("MYSIMBDP_KAFKA", NOBODY)
    assert_one_sentence(command(*command_line.split()), 1, NOBODY)


def test_a_busy_port_is_named_before_anything_is_started(command: Command, no_instance: Path) -> None:
    home = Home(no_instance)
    home.create()
    with socket.create_server(("127.0.0.1", 0)) as squatter:
        port = squatter.getsockname()[1]
        home.ports.write_text(json.dumps({"kafka": port}))
        assert_one_sentence(command("up"), 1, str(port), "is taken by")
    assert {service.state for service in Platform(load_settings()).status().services} == {"stopped"}


def test_what_should_not_happen_is_told_with_the_place_of_its_details(command: Command, no_instance: Path) -> None:
    Home(no_instance).create()
    (no_instance / "instance.json").write_text("{")
    outcome = command("up")
    assert_one_sentence(outcome, 1, "should not have happened", "JSONDecodeError")
    details = Path(outcome.stderr.split()[-1].rstrip("."))
    assert details.parent == no_instance / "logs"
    assert "Traceback" in details.read_text()


def test_what_should_not_happen_is_told_also_where_the_settings_do_not_fit(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MYSIMBDP_KAFKA", "nowhere")
    monkeypatch.setattr("mysimbdp.cli.services.examine", lambda: 1 / 0)
    outcome = command("doctor")
    assert_one_sentence(outcome, 1, "should not have happened", "ZeroDivisionError")
    assert "Traceback" in Path(outcome.stderr.split()[-1].rstrip(".")).read_text()


def test_what_should_not_happen_is_told_also_where_its_details_cannot_be_written(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mysimbdp.cli.services.examine", lambda: 1 / 0)
    monkeypatch.setattr("tempfile.tempdir", "/dev/null")
    assert_one_sentence(command("doctor"), 1, "should not have happened", "ZeroDivisionError")


def test_the_options_of_an_app_are_told_with_default_and_effect(command: Command) -> None:
    exit_code, told, _ = command("app", "start", "tenantalertapp", "--options")
    assert exit_code == 0
    words = " ".join(told.split())
    assert "checkpoint_interval_s 300 how often offsets are kept" in words
    assert all(name in told for name in ("threshold_p1", "threshold_p2", "quick_checkpoint", "late_compiler"))
    assert not any(name in told for name in ("max_batch_messages", "trigger_interval_s", "state_partitions"))


def test_the_options_of_an_app_that_is_not_there_are_refused(command: Command) -> None:
    exit_code, told, complaint = command("app", "start", "tenantapp", "--options")
    assert (exit_code, told) == (2, "")
    assert complaint.startswith("No app tenantapp")
