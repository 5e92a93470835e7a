"""The words for what went wrong."""

from __future__ import annotations

import errno
import socket

import pytest

from stomptui import Frame, parse_uri
from stomptui.net import explain

MQ1 = parse_uri("stomp://ops:secret@mq1:61613/")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (socket.gaierror(socket.EAI_NONAME, "x"), "mq1: this host name is unknown"),
        (socket.gaierror(socket.EAI_AGAIN, "x"), "mq1: no name server answered"),
        (ConnectionRefusedError(errno.ECONNREFUSED, "x"), "mq1:61613: connection refused"),
        (TimeoutError(), "mq1:61613: no answer to the connection attempt"),
        (OSError(errno.EHOSTUNREACH, "x"), "mq1:61613: there is no route to this host"),
        (OSError(errno.ENETUNREACH, "x"), "mq1:61613: there is no route to this host"),
        (OSError(errno.EMFILE, "Too many open files"), "mq1:61613: Too many open files"),
    ],
)
def test_no_connection(error: OSError, words: str) -> None:
    assert explain.unreachable(error, MQ1).startswith(words)


@pytest.mark.parametrize(
    "words",
    [
        explain.unreachable(ConnectionRefusedError(errno.ECONNREFUSED, "x"), MQ1, known=True),
        explain.no_connection_in_time(MQ1, known=True),
        explain.silent(MQ1, 0, known=True),
        explain.ended_before_connected(MQ1, None, [], 0, known=True),
        explain.ended_before_connected(parse_uri("stomps://mq1"), None, [], 0, known=True),
    ],
)
def test_of_a_broker_that_was_there_nobody_asks_whether_it_is_one(words: str) -> None:
    assert "answered there before" in words
    for doubt in ("STOMP port", "stomp+ssl", "check host and port", "certificate"):
        assert doubt not in words


@pytest.mark.parametrize(
    "first", [b"", b"\n", b"\r\n\n", b"C", b"CONNECTED", b"CONNECTED\r", b"ERROR\r\nmessage"]
)
def test_what_may_be_stomp_is_not_judged(first: bytes) -> None:
    assert explain.not_stomp(first, MQ1) is None


@pytest.mark.parametrize(
    "first", [b"connected\n", b"HTTP/1.1", b"\0", b"CONNECTED \n", b"A" * 33, b"\x16\x03"]
)
def test_what_cannot_be_stomp(first: bytes) -> None:
    assert explain.not_stomp(first, MQ1) is not None


@pytest.mark.parametrize(
    ("error", "after_error", "unread", "words"),
    [
        (None, False, 0, "the broker closed the connection and sent no ERROR"),
        (None, True, 0, "the broker closed the connection after its ERROR"),
        (ConnectionResetError(), False, 0, "the connection was reset by the peer"),
        (
            BrokenPipeError(),
            True,
            0,
            "the broker had closed the connection already after its ERROR",
        ),
        (TimeoutError(), False, 0, "the connection timed out: the network no longer carries it"),
        (OSError(errno.EIO, "I/O error"), False, 0, "the connection broke: I/O error"),
        (
            ConnectionResetError(),
            False,
            7,
            "the connection was reset by the peer, in the middle of a frame (7 octets of it had come)",
        ),
        (
            None,
            True,
            7,
            "the broker closed the connection in the middle of a frame (7 octets of it had come) after",
        ),
    ],
)
def test_ends(error: Exception | None, after_error: bool, unread: int, words: str) -> None:
    assert explain.how_it_ended(error, after_error=after_error, unread=unread).startswith(words)


TRACE = "org.apache.activemq.X: No subscription matched.\n\tat org.apache.activemq.Y.z(Y.java:1)\n"


@pytest.mark.parametrize(
    ("message", "body", "words"),
    [
        ("Bad CONNECT", "Access refused for user 'guest'\n", "Bad CONNECT: Access refused for user 'guest'"),
        ("No subscription matched.", TRACE, "No subscription matched."),
        ("It is invalid.", "It is invalid.", "It is invalid."),
        (None, "first line\nsecond", "first line"),
        (None, "", "ERROR without a word"),
        ("two\r\nlines\tand a tab", "", "two lines and a tab"),
        ("x" * 400, "", "x" * 297 + "..."),
    ],
)
def test_what_an_error_says_is_one_short_line(message: str | None, body: str, words: str) -> None:
    headers = [] if message is None else [("message", message)]
    assert explain.broker_words(Frame("ERROR", headers, body.encode())) == words


def test_a_body_that_is_no_text() -> None:
    assert explain.broker_words(Frame("ERROR", [("message", "no")], b"\xff\xfe")) == "no: \ufffd\ufffd"


def test_no_passcode_is_ever_said() -> None:
    connect = Frame("CONNECT", [("host", "/"), ("login", "ops"), ("passcode", "***")])
    for text in (
        explain.silent(MQ1, 0),
        explain.ended_before_connected(MQ1, None, ["ops", "secret"], 0),
        explain.refused(Frame("ERROR", [("message", "Login failed")]), MQ1, connect),
        explain.no_connection_in_time(MQ1),
    ):
        assert "secret" not in text
