"""Whether a broker answers is known within the time given, and asking costs nothing."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mysimbdp.errors import KitError
from mysimbdp.messaging import ping
from mysimbdp.service.platform import Platform

NOBODY = "127.0.0.1:1"


@contextmanager
def server(answer: bytes | None) -> Iterator[str]:
    """A server that is no broker: it answers so and closes, or (None) accepts and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        if answer is not None:
            threading.Thread(target=_answer_once, args=(listening, answer), daemon=True).start()
        yield f"127.0.0.1:{listening.getsockname()[1]}"


def _answer_once(listening: socket.socket, answer: bytes) -> None:
    connection, _ = listening.accept()
    with connection:
        connection.recv(1024)
        connection.sendall(answer)


def test_a_broker_answers(platform: Platform) -> None:
    ping(platform.endpoints().kafka, timeout_s=5)


def test_one_broker_of_the_list_is_enough(platform: Platform) -> None:
    ping(f"{NOBODY},{platform.endpoints().kafka}", timeout_s=5)


@pytest.mark.parametrize(
    ("answer", "timeout_s", "sentence"),
    [
        (None, 0.2, "gives no answer within 0.2 s"),
        (b"", 30, "closes the connection"),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", 30, "does not speak Kafka's protocol"),
    ],
)
def test_what_is_no_broker_is_told_apart(answer: bytes | None, timeout_s: float, sentence: str) -> None:
    with server(answer) as address, pytest.raises(KitError, match=f"{address} {sentence}"):
        ping(address, timeout_s)


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        (NOBODY, "Connection refused"),
        ("no-such-host.invalid:9092", "no-such-host.invalid:9092 .+; is it up"),
        ("no..host:9092", "no..host:9092 is no name of a host"),
    ],
)
def test_the_sentence_names_the_address_and_the_problem(address: str, sentence: str) -> None:
    with pytest.raises(KitError, match=sentence):
        ping(address, timeout_s=5)


def test_asking_in_vain_leaves_neither_threads_nor_files_open() -> None:
    def held() -> tuple[int, int]:
        return threading.active_count(), len(list(Path("/proc/self/fd").iterdir()))

    before = held()
    for _ in range(20):
        with pytest.raises(KitError):
            ping(NOBODY, timeout_s=1)
    assert held() == before
