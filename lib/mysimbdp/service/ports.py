"""Loopback ports of an instance: chosen once, kept for every restart."""

import json
import random
import socket
import time

import psutil

from mysimbdp.service.home import Home, write_json

LOOPBACK = "127.0.0.1"

# Below the range from which Linux and macOS take ports for outgoing connections, so that a restart finds them free.
CHOICES = range(20000, 32000)
PATIENCE_S = 3.0


def read_ports(home: Home) -> dict[str, int]:
    """The ports of the instance by the name of their service."""
    ports: dict[str, int] = json.loads(home.ports.read_text()) if home.ports.exists() else {}
    return ports


def remember_ports(home: Home, names: list[str]) -> dict[str, int]:
    """The ports of the instance; those named that have none yet get a free one, which is remembered."""
    ports = read_ports(home)
    for name in names:
        ports.setdefault(name, _free_port(set(ports.values())))
    write_json(home.ports, ports)
    return ports


def is_free(port: int) -> bool:
    """Whether a server could listen on the port now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as candidate:
        # As the servers do: connections of an earlier run that are still winding down do not count.
        candidate.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            candidate.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def becomes_free(port: int) -> bool:
    """Whether the port is free within a moment: a server that was just killed holds it a little longer."""
    deadline = time.monotonic() + PATIENCE_S
    while not is_free(port):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def listener_on(port: int) -> str:
    """Who has the port, as far as the system tells."""
    try:
        for connection in psutil.net_connections("tcp"):
            if connection.laddr and connection.laddr.port == port and connection.pid:
                return f"{psutil.Process(connection.pid).name()} (pid {connection.pid})"
    except psutil.Error:
        pass
    return "another program"


def _free_port(taken: set[int]) -> int:
    candidates = random.sample(CHOICES, k=len(CHOICES))
    return next(port for port in candidates if port not in taken and is_free(port))
