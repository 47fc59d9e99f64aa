"""Requests to the supervisor and its answers: JSON frames over an authenticated loopback connection."""

import json
import os
import socket
import struct
from multiprocessing.connection import Client, Connection, Listener, answer_challenge, deliver_challenge
from typing import Any

Message = dict[str, Any]

LOOPBACK = "127.0.0.1"
HANDSHAKE_TIMEOUT_S = 5.0


def listen() -> Listener:
    """A listener on a free loopback port. It does not shake hands itself: a silent caller would hold up the others."""
    return Listener((LOOPBACK, 0), backlog=16)


def accept_authenticated(connection: Connection, key: bytes) -> None:
    """Check that the other side knows the key and prove that this side does.

    Raises:
        AuthenticationError, EOFError, OSError: the other side does not know the key, or does not answer in time.
    """
    _prepare(connection, HANDSHAKE_TIMEOUT_S)
    deliver_challenge(connection, key)
    answer_challenge(connection, key)


def ask(port: int, key: bytes, request: Message, timeout_s: float) -> Message:
    """Send one request and return its answer.

    Raises:
        AuthenticationError, EOFError, OSError: nobody who knows the key answers there in time.
    """
    with Client((LOOPBACK, port)) as connection:
        _prepare(connection, timeout_s)
        answer_challenge(connection, key)
        deliver_challenge(connection, key)
        send(connection, request)
        return receive(connection)


def send(connection: Connection, message: Message) -> None:
    connection.send_bytes(json.dumps(message).encode())


def receive(connection: Connection) -> Message:
    message: Message = json.loads(connection.recv_bytes())
    return message


def _prepare(connection: Connection, timeout_s: float) -> None:
    """Let every read and write on the connection fail after `timeout_s` instead of waiting for ever.

    A frame is sent at once: in a handshake one side writes twice in a row, and the kernel would keep the second frame
    until the first is acknowledged, which the other side puts off for 40 ms.
    """
    seconds, fraction = divmod(timeout_s, 1)
    timeval = struct.pack("ll", int(seconds), int(fraction * 1e6))
    with socket.socket(fileno=os.dup(connection.fileno())) as view:
        view.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, timeval)
        view.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, timeval)
        view.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
