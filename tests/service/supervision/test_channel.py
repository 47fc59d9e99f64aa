"""Requests to the supervisor: who is answered, and that no frame waits for the acknowledgement of another."""

import os
import socket
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import AuthenticationError
from multiprocessing.connection import Connection, Listener

import pytest

from mysimbdp.service.supervision import channel
from mysimbdp.service.supervision.channel import Message

KEY = b"a key"


def sends_at_once(connection: Connection) -> bool:
    with socket.socket(fileno=os.dup(connection.fileno())) as view:
        return bool(view.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))


def answer_one(listener: Listener) -> Message:
    """Answer a request with what it asked, and say what it was and whether frames were sent at once."""
    with listener.accept() as connection:
        assert isinstance(connection, Connection)
        channel.accept_authenticated(connection, KEY)
        request = channel.receive(connection)
        channel.send(connection, {"echo": request})
        return request | {"at_once": sends_at_once(connection)}


def test_a_request_is_answered_and_no_frame_is_held_back(monkeypatch: pytest.MonkeyPatch) -> None:
    asking: list[bool] = []
    receive = channel.receive

    def look(connection: Connection) -> Message:
        asking.append(sends_at_once(connection))
        return receive(connection)

    monkeypatch.setattr(channel, "receive", look)
    with channel.listen() as listener, ThreadPoolExecutor() as pool:
        answering = pool.submit(answer_one, listener)
        assert channel.ask(listener.address[1], KEY, {"do": "it"}, 10) == {"echo": {"do": "it"}}
        assert answering.result() == {"do": "it", "at_once": True}
    assert asking == [True, True]


def test_who_does_not_know_the_key_is_not_answered() -> None:
    with channel.listen() as listener, ThreadPoolExecutor() as pool:
        answering = pool.submit(answer_one, listener)
        with pytest.raises((AuthenticationError, EOFError, OSError)):
            channel.ask(listener.address[1], b"another", {"do": "it"}, 10)
        with pytest.raises((AuthenticationError, EOFError, OSError)):
            answering.result()
