"""The commands on a running instance: what they print is what is true."""

import json
import re
import signal
import subprocess
import sys
from itertools import islice
from pathlib import Path

import pytest

from mysimbdp.cli import INTERRUPTED
from mysimbdp.service.platform import Platform
from mysimbdp.sources import ceiling
from tests.cli.conftest import Command

MYSIMBDP = str(Path(sys.executable).with_name("mysimbdp"))
SUFFIX = ("--topic-suffix", "cli")

pytestmark = pytest.mark.usefixtures("platform")


def test_status_gives_scripts_the_endpoints(command: Command, platform: Platform) -> None:
    status = json.loads(command("status", "--json").stdout)
    endpoints = platform.endpoints()
    assert (status["kafka"], status["mongodb"], status["spark"]) == (
        endpoints.kafka,
        endpoints.mongodb,
        endpoints.spark,
    )
    assert {service["name"]: service["state"] for service in status["services"]}["kafka"] == "running"


def test_status_shows_people_no_password(command: Command, platform: Platform) -> None:
    told = command("status").stdout
    mongodb = platform.endpoints().mongodb
    password, host = re.fullmatch(r"mongodb://\w+:(\w+)@([^/]+)/.*", mongodb).groups()  # type: ignore[union-attr]
    assert host in told
    assert password not in told


def test_doctor_finds_all_well_where_everything_runs(command: Command) -> None:
    exit_code, told, _ = command("doctor")
    assert exit_code == 0
    assert "MISSING" not in told


def test_produce_sums_up_for_scripts(command: Command) -> None:
    arguments = ("--count", "200", "--rate", "1e5", "--missing", "0.5", "--seed", "7", "--partitions", "2")
    exit_code, told, complaint = command("produce", *arguments, *SUFFIX, "--json")
    summary = json.loads(told)
    assert (exit_code, complaint) == (0, "")
    assert summary["offered"] == summary["sent"] == summary["acknowledged"] == 200
    assert summary["delivered"]["clean"] + summary["delivered"]["missing"] == 200
    assert 60 < summary["delivered"]["missing"] < 140
    assert summary["achieved_rate_per_s"] > 0


def test_produce_sums_up_for_people(command: Command) -> None:
    told = command("produce", "--count", "20", *SUFFIX).stdout
    assert "Measurements to measurements-cli: 20 offered, 20 sent, 20 acknowledged, 0 refused" in told
    assert re.search(r"[\d,]+ acknowledged a second over \d+\.\d s", told)
    assert "clean 20" in told


def test_the_self_test_tells_scripts_and_people_of_each_transport(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ceiling, "COUNTS", {"kafka-python": 500, "confluent": 1000})
    monkeypatch.setattr(ceiling, "HALF_DURATION_S", 0.1)
    measured = json.loads(command("produce", "--self-test", "--json").stdout)
    assert [each["transport"] for each in measured] == ["kafka-python", "confluent"]
    assert all(each["ceiling_per_s"] > 0 for each in measured)
    told = command("produce", "--self-test").stdout
    assert re.findall(r"^(\S+): at most [\d,]+ messages a second", told, re.MULTILINE) == ["kafka-python", "confluent"]


def test_topics_with_other_partitions_are_not_written(command: Command) -> None:
    command("produce", "--count", "1", *SUFFIX)
    exit_code, _, complaint = command("produce", "--partitions", "9", *SUFFIX)
    assert exit_code == 2
    assert "measurements-cli" in complaint


def test_an_app_is_started_listed_logged_and_stopped(command: Command, platform: Platform) -> None:
    setting = "topic_suffix=cli"
    assert "running" in command("app", "start", "tenantstreamapp", "--name", "by_cli", "--set", setting).stdout
    assert re.search(r"by_cli +running", command("app", "list").stdout)
    assert "already" in command("app", "start", "tenantstreamapp", "--name", "by_cli").stderr
    assert "by_cli is stopped" in command("app", "stop", "by_cli").stdout
    assert re.search(r"by_cli +stopped", command("app", "list").stdout)
    assert command("app", "logs", "by_cli").stdout == platform.app_log("by_cli").read_text()
    assert command("app", "stop", "by_cli").exit_code == 1


@pytest.mark.parametrize("stream", ["report", "alert", "quarantine"])
def test_consume_of_an_empty_topic_is_the_head_of_a_table(command: Command, stream: str) -> None:
    command("produce", "--count", "1", "--topic-suffix", "empty")
    exit_code, told, _ = command("consume", stream, "--topic-suffix", "empty")
    assert exit_code == 0
    assert told.startswith("received")
    assert command("consume", stream, "--topic-suffix", "empty", "--json").stdout == ""


def test_ctrl_c_ends_following_without_a_word(command: Command) -> None:
    command("produce", "--count", "1", "--topic-suffix", "empty")
    following = [MYSIMBDP, "consume", "report", "--follow", "--topic-suffix", "empty"]
    with subprocess.Popen(following, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline().startswith("received")
        process.send_signal(signal.SIGINT)
        _, complaint = process.communicate(timeout=30)
    assert (process.returncode, complaint) == (INTERRUPTED, "")


def test_a_monitor_is_started_shown_and_stopped(command: Command) -> None:
    assert command("monitor", "start").exit_code == 0
    assert re.search(r"monitor +running", command("status").stdout)
    assert json.loads(command("status", "--json").stdout)["alerts"] == []
    assert command("monitor", "stop").exit_code == 0
    assert "monitor" not in command("status").stdout


def test_watching_goes_on_until_ctrl_c_and_ends_without_a_word() -> None:
    with subprocess.Popen(
        [MYSIMBDP, "status", "--watch"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        looks = (line for line in process.stdout if line.split()[:1] == ["kafka"])
        assert len(list(islice(looks, 2))) == 2
        process.send_signal(signal.SIGINT)
        _, complaint = process.communicate(timeout=30)
    assert (process.returncode, complaint) == (INTERRUPTED, "")
