"""Ports are chosen once, kept for every restart, and never shared."""

import socket
from pathlib import Path

import pytest

from mysimbdp.service.checks import check_ports
from mysimbdp.service.home import Home
from mysimbdp.service.ports import LOOPBACK, is_free, remember_ports


def test_a_restart_gets_the_same_ports(home: Home) -> None:
    first = remember_ports(home, ["kafka", "mongodb"])
    assert remember_ports(home, ["kafka", "mongodb"]) == first
    assert remember_ports(home, ["spark"])["kafka"] == first["kafka"]


def test_two_services_never_get_the_same_port(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mysimbdp.service.ports.CHOICES", range(20000, 20040))
    ports = remember_ports(home, [f"service-{number}" for number in range(20)])
    assert len(set(ports.values())) == 20


@pytest.mark.parametrize("address", [LOOPBACK, "0.0.0.0"])
def test_a_port_somebody_listens_on_is_not_free(address: str) -> None:
    with socket.create_server((address, 0)) as server:
        port = server.getsockname()[1]
        assert not is_free(port)
    assert is_free(port)


def test_a_port_with_connections_that_are_winding_down_is_free() -> None:
    with socket.create_server((LOOPBACK, 0)) as server, socket.create_connection(server.getsockname()) as caller:
        port = server.getsockname()[1]
        server.accept()[0].close()  # who closes first keeps the port in TIME_WAIT
        assert caller.recv(1) == b""
    assert is_free(port)


def test_a_busy_port_is_named_with_who_has_it_and_the_fix(home: Home) -> None:
    port = remember_ports(home, ["kafka"])["kafka"]
    with socket.create_server((LOOPBACK, port)), pytest.raises(Exception, match=f"Port {port}, which kafka") as caught:
        check_ports(home, ["kafka"]).require()
    assert "(pid " in str(caught.value)
    assert str(Path(home.path) / "ports.json") in str(caught.value)


def test_only_the_ports_of_what_is_to_be_started_matter(home: Home) -> None:
    port = remember_ports(home, ["kafka", "mongodb"])["kafka"]
    with socket.create_server((LOOPBACK, port)):
        assert check_ports(home, ["mongodb"]).ok
