"""What cannot work ends with one clear line on standard error, a clean terminal and the right code."""

from __future__ import annotations

import os
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, suppress

import pytest

from tests.brokers.real import RealBroker
from tests.e2e.conftest import PROGRAM, Start

HTTP = b"HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\nno\n"
TLS_ALERT = bytes.fromhex("15030100020246")
"""A fatal alert: what a TLS server answers to the C of CONNECT."""


@pytest.fixture
def serve() -> Iterator[Callable[[bytes | None], str]]:
    """`serve(answer)` is the address of a server that says `answer` to whatever comes; None says nothing."""
    listeners = []

    def run(answer: bytes | None) -> str:
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)
        held = []

        def answer_all() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = listener.accept()
                    held.append(connection)
                    if answer is not None:
                        connection.recv(65536)
                        connection.sendall(answer)
                        connection.close()

        threading.Thread(target=answer_all, daemon=True).start()
        return f"127.0.0.1:{listener.getsockname()[1]}"

    yield run
    for listener in listeners:
        listener.close()


def last_words(start: Start, *arguments: str, code: int = 1) -> str:
    """The one line that the program ends with."""
    terminal = start(*arguments)
    assert terminal.exit_code() == code, terminal.picture()
    assert terminal.clean()
    [line] = [line for line in terminal.after_screen().splitlines() if line]
    assert "Traceback" not in line and len(line) < 400
    return line


def test_nobody_listens(start: Start) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        port = listener.getsockname()[1]
    words = last_words(start, "connect", f"stomp://127.0.0.1:{port}/")
    assert f"127.0.0.1:{port}" in words and "refused" in words


def test_a_name_that_does_not_exist(start: Start) -> None:
    assert "broker.invalid" in last_words(start, "connect", "stomp://broker.invalid/")


def test_an_http_server(start: Start, serve: Callable[[bytes | None], str]) -> None:
    assert "HTTP" in last_words(start, "connect", f"stomp://{serve(HTTP)}/")


def test_a_silent_server(start: Start, serve: Callable[[bytes | None], str]) -> None:
    words = last_words(start, "connect", f"stomp://{serve(None)}/?timeout=1")
    assert "not answered within 1 s" in words


def test_a_tls_port(start: Start, serve: Callable[[bytes | None], str]) -> None:
    assert "TLS" in last_words(start, "connect", f"stomp://{serve(TLS_ALERT)}/")


def test_a_wrong_passcode(start: Start, broker: RealBroker) -> None:
    words = last_words(start, "connect", broker.uri_for("guest", "not-the-passcode"))
    assert "not-the-passcode" not in words and broker.address in words


def test_a_wrong_virtual_host_is_named(start: Start, rabbitmq: RealBroker) -> None:
    assert "nowhere" in last_words(start, "connect", rabbitmq.uri_for("guest", "guest", "nowhere"))


@pytest.mark.parametrize(
    ("uri", "word"),
    [
        ("http://localhost/", "http"),
        ("stomp://localhost:99999/", "port"),
        ("stomp://localhost/?speed=9", "speed"),
        ("stomp:///", "host"),
    ],
)
def test_a_bad_uri(start: Start, uri: str, word: str) -> None:
    assert word in last_words(start, "connect", uri, code=2)


@pytest.mark.parametrize("arguments", [["connect", "stomp://127.0.0.1/"], ["demo"]])
def test_no_terminal(environment: dict[str, str], arguments: list[str]) -> None:
    with open(os.devnull) as nothing:
        result = subprocess.run(
            [PROGRAM, *arguments], env=environment, stdin=nothing, capture_output=True, text=True
        )
    assert result.returncode == 2
    assert result.stdout == "" and "terminal" in result.stderr and len(result.stderr.splitlines()) == 1


def test_the_passcode_is_asked_for_and_not_shown(start: Start, broker: RealBroker) -> None:
    terminal = start("connect", broker.uri_for("guest"))
    terminal.wait_for("asscode")
    terminal.type("wrong-and-hidden")
    terminal.press("enter")
    assert terminal.exit_code() == 1
    assert b"wrong-and-hidden" not in terminal.written
