"""Whether a Kafka broker answers."""

import socket
import struct

from mysimbdp.errors import KitError

DEFAULT_TIMEOUT_S = 10.0

_API_VERSIONS = struct.pack(">ihhih", 10, 18, 0, 1, -1)  # size, api key, api version, correlation id, no client id


def ping(kafka: str, timeout_s: float = DEFAULT_TIMEOUT_S) -> None:
    """Return once a broker has answered a Kafka request.

    Speaks the protocol itself: a client that cannot reach its broker leaves a thread and three sockets behind,
    and the monitor probes every few seconds.

    Raises:
        KitError: no broker of the list `host:port,…` answers within `timeout_s` each.
    """
    problems = []
    for address in kafka.split(","):
        problem = _probe(address, timeout_s)
        if problem is None:
            return
        problems.append(f"{address} {problem}")
    raise KitError(f"Kafka is not reachable ({'; '.join(problems)}); is it up? See `mysimbdp status`.")


def _probe(address: str, timeout_s: float) -> str | None:
    """What is wrong with the broker at `address`, or None."""
    host, _, port = address.rpartition(":")
    try:
        with socket.create_connection((host, int(port)), timeout_s) as connection:
            connection.settimeout(timeout_s)
            connection.sendall(_API_VERSIONS)
            _size, correlation_id = struct.unpack(">ii", _receive(connection, 8))
    except TimeoutError:
        return f"gives no answer within {timeout_s:g} s"
    except OSError as error:
        return error.strerror or str(error)
    except UnicodeError:
        return "is no name of a host"
    return None if correlation_id == 1 else "does not speak Kafka's protocol"


def _receive(connection: socket.socket, size: int) -> bytes:
    received = b""
    while len(received) < size:
        part = connection.recv(size - len(received))
        if not part:
            raise ConnectionResetError("closes the connection")
        received += part
    return received
