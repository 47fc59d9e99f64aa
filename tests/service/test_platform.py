"""The services of an instance come up, stay what they were over a restart, and leave nothing when they go down."""

import json
import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from mysimbdp import coredms, messaging
from mysimbdp.contracts import Topics
from mysimbdp.errors import KitError
from mysimbdp.service.app_folder import AppFolder
from mysimbdp.service.home import Home
from mysimbdp.service.platform import Platform
from mysimbdp.service.ports import LOOPBACK, read_ports, remember_ports
from mysimbdp.service.processes import find_by_token
from mysimbdp.settings import load_settings
from tests.apps.test_checkpoint import spec
from tests.service.conftest import processes_of, wait_until


def states(platform: Platform) -> dict[str, str]:
    return {service.name: service.state for service in platform.status().services}


def mongodb_alone(home: Path) -> Platform:
    """An instance that starts the database; the other services are said to be elsewhere."""
    return Platform(load_settings(home=home, kafka="127.0.0.1:9", spark="local[1]"))


def pids(platform: Platform) -> dict[str, int | None]:
    return {service.name: service.pid for service in platform.status().services}


def test_a_monitor_that_cannot_be_started_leaves_nothing_in_the_way(tmp_path: Path) -> None:
    platform = Platform(load_settings(home=tmp_path / "home"))
    with pytest.raises(KitError, match="run `mysimbdp up`"):
        platform.start_monitor()
    assert not (tmp_path / "home").exists()


def test_the_log_of_an_app_whose_driver_never_was_is_not_there_and_that_is_said(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.create()
    AppFolder(home, "app").begin(spec("app", "checkpoint"))
    with pytest.raises(KitError, match="app has logged nothing yet"):
        Platform(load_settings(home=home.path)).app_log("app")


@pytest.fixture
def stopped(tmp_path: Path) -> Iterator[Platform]:
    """An instance of this test, not up yet."""
    platform = Platform(load_settings(home=tmp_path / "home"))
    yield platform
    platform.down()


def test_an_instance_that_never_was_is_stopped(stopped: Platform) -> None:
    assert states(stopped) == {"kafka": "stopped", "mongodb": "stopped", "spark": "stopped"}
    assert stopped.apps() == []
    stopped.down()


def test_without_services_the_error_names_both_ways_out(stopped: Platform) -> None:
    with pytest.raises(KitError, match="run `mysimbdp up`, or set MYSIMBDP_KAFKA"):
        stopped.endpoints()


def test_up_serves_and_says_where(platform: Platform) -> None:
    endpoints = platform.endpoints()
    messaging.ping(endpoints.kafka, timeout_s=5)
    coredms.ping(endpoints.mongodb, timeout_s=5)
    assert set(states(platform).values()) == {"running"}
    told = json.loads(platform.status().model_dump_json())
    assert (told["kafka"], told["mongodb"], told["spark"]) == (endpoints.kafka, endpoints.mongodb, endpoints.spark)


def test_everything_listens_on_loopback_only(platform: Platform) -> None:
    home = Home(platform.settings.home)
    listening = {
        connection.laddr.ip
        for process in find_by_token(home.read_instance().token)
        for connection in process.net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    }
    assert {address.removeprefix("::ffff:") for address in listening} == {LOOPBACK}


def test_the_database_lets_nobody_in_without_the_password(platform: Platform) -> None:
    host = coredms.host_of(platform.endpoints().mongodb)
    with pytest.raises(KitError, match="authentication"), coredms.connect(f"mongodb://{host}/") as database:
        database.list_collection_names()


def test_up_twice_is_harmless(platform: Platform) -> None:
    before = pids(platform)
    platform.up()
    assert pids(platform) == before


def test_up_again_raises_the_number_of_workers_never_lowers_it_and_replaces_dead_ones(
    platform: Platform, tmp_path: Path
) -> None:
    there = platform.endpoints()
    with Platform(load_settings(home=tmp_path / "home", kafka=there.kafka, mongodb=there.mongodb)) as spark:
        before = pids(spark)
        spark.up(workers=2)
        assert states(spark)["spark-worker-2"] == "running"
        spark.up(workers=1)
        assert pids(spark) | before == pids(spark)
        assert states(spark)["spark-worker-2"] == "running"
        killed = pids(spark)["spark-worker-2"]
        assert killed
        os.kill(killed, signal.SIGKILL)
        wait_until(lambda: states(spark)["spark-worker-2"] == "dead", "the worker is dead")
        spark.up(workers=1)
        assert states(spark)["spark-worker-2"] == "running"


def test_a_second_instance_keeps_ports_and_data_over_a_restart_and_leaves_the_first_alone(
    platform: Platform, stopped: Platform
) -> None:
    before = stopped.up()
    assert {before.kafka, before.mongodb, before.spark}.isdisjoint(vars(platform.endpoints()).values())
    messaging.create_topics(before.kafka, Topics())
    with coredms.connect(before.mongodb) as database:
        database["runs"].insert_one({"_id": "kept"})
    stopped.down()
    assert processes_of(Home(stopped.settings.home)) == []
    assert set(states(platform).values()) == {"running"}
    assert stopped.up() == before
    assert messaging.topic_id(before.kafka, "measurements")
    with coredms.connect(before.mongodb) as database:
        assert database["runs"].count_documents({"_id": "kept"}) == 1


def test_a_busy_port_is_told_before_anything_is_started(stopped: Platform) -> None:
    home = Home(stopped.settings.home)
    home.create()
    port = remember_ports(home, ["mongodb"])["mongodb"]
    with socket.create_server((LOOPBACK, port)), pytest.raises(KitError, match=f"Port {port}, which mongodb"):
        stopped.up()
    assert processes_of(home) == []
    assert read_ports(home) == {"mongodb": port}


def test_a_service_that_does_not_start_is_told_with_its_last_words_and_nothing_is_left(stopped: Platform) -> None:
    home = Home(stopped.settings.home)
    home.create()
    (home.data / "kafka").mkdir()
    (home.data / "kafka" / "meta.properties").write_text("version=1\nnode.id=7\ncluster.id=another\n")
    with pytest.raises(
        KitError, match=r"kafka ended while starting: exited with code 1 \(.*node.id.*\); see .*kafka.txt"
    ):
        stopped.up()
    assert processes_of(home) == []


def test_purging_deletes_the_instance(tmp_path: Path) -> None:
    mongodb = mongodb_alone(tmp_path / "home")
    mongodb.up()
    mongodb.down(purge=True)
    assert not mongodb.settings.home.exists()


def test_purging_keeps_checkpoints_that_are_placed_elsewhere(tmp_path: Path) -> None:
    kept = tmp_path / "elsewhere" / "app" / "offsets"
    kept.mkdir(parents=True)
    platform = Platform(load_settings(home=tmp_path / "home", checkpoints=str(tmp_path / "elsewhere")))
    Home(platform.settings.home).create()
    platform.down(purge=True)
    assert kept.exists()
    assert not platform.settings.home.exists()


def test_a_service_placed_elsewhere_is_not_started(platform: Platform, tmp_path: Path) -> None:
    kafka = platform.endpoints().kafka
    settings = load_settings(home=tmp_path / "home", kafka=kafka, spark="local[1]")
    with Platform(settings) as partly:
        assert states(partly) == {"kafka": "running", "mongodb": "running", "spark": "external"}
        assert [name for name, pid in pids(partly).items() if pid] == ["mongodb"]
        assert (partly.endpoints().kafka, partly.endpoints().spark) == (kafka, "local[1]")


def test_a_service_elsewhere_that_does_not_answer_is_unreachable(tmp_path: Path) -> None:
    settings = load_settings(home=tmp_path / "home", kafka="127.0.0.1:9", mongodb="mongodb://127.0.0.1:9", spark="yarn")
    status = Platform(settings).status()
    assert (status.kafka, status.mongodb, status.spark) == (None, None, "yarn")
    assert [service.fix for service in status.services] == ["check MYSIMBDP_KAFKA", "check MYSIMBDP_MONGODB", None]


def test_as_a_context_manager_it_is_up_inside_and_down_afterwards(tmp_path: Path) -> None:
    with mongodb_alone(tmp_path / "home") as inside:
        assert pids(inside)["mongodb"]
    assert processes_of(Home(inside.settings.home)) == []


def test_a_detached_instance_stays_up_after_the_context(tmp_path: Path) -> None:
    mongodb_alone(tmp_path / "home").up(detached=True)
    with mongodb_alone(tmp_path / "home") as inside:
        pass
    assert pids(inside)["mongodb"]
    inside.down()
    assert processes_of(Home(inside.settings.home)) == []
