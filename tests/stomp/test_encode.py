"""Frames become octets: byte-exact per version, and refused where a version cannot write them."""

from __future__ import annotations

import pytest

from stomptui.stomp.codec import encode
from stomptui.stomp.errors import LocalProtocolError
from stomptui.stomp.frame import Frame

HARD = Frame("SEND", [("destination", "/q"), ("a:b", "1\n2:3\\4"), ("a:b", "again")], b"body\n")


@pytest.mark.parametrize(
    ("frame", "version", "octets"),
    [
        (Frame("DISCONNECT"), "1.2", b"DISCONNECT\n\n\0"),
        (HARD, "1.1", b"SEND\ndestination:/q\na\\cb:1\\n2\\c3\\\\4\na\\cb:again\n\nbody\n\0"),
        (HARD, "1.2", b"SEND\ndestination:/q\na\\cb:1\\n2\\c3\\\\4\na\\cb:again\n\nbody\n\0"),
        (Frame("SEND", {"a": "\r"}), "1.2", b"SEND\na:\\r\n\n\0"),
        (Frame("SEND", {"a": " b:c\\d "}), "1.0", b"SEND\na: b:c\\d \n\n\0"),
        (Frame("SEND", {"a": ""}), "1.0", b"SEND\na:\n\n\0"),
        (Frame("SEND", {"ä": "€\udcff"}), "1.2", b"SEND\n\xc3\xa4:\xe2\x82\xac\xff\n\n\0"),
        (Frame("SEND", {"content-length": "3"}, b"\0\n\0"), "1.2", b"SEND\ncontent-length:3\n\n\0\n\0\0"),
        (Frame("SEND", (), b"x" * 70_000), "1.2", b"SEND\n\n" + b"x" * 70_000 + b"\0"),
        (Frame("CONNECT", {"passcode": "a\\b:c"}), None, b"CONNECT\npasscode:a\\b:c\n\n\0"),
        (Frame("CONNECT", {"passcode": "a\\b:c"}), "1.2", b"CONNECT\npasscode:a\\b:c\n\n\0"),
        (Frame("CONNECTED", {"session": "ID:1"}), "1.2", b"CONNECTED\nsession:ID:1\n\n\0"),
        (Frame("ERROR", {"message": "a:b"}), None, b"ERROR\nmessage:a:b\n\n\0"),
        (Frame("ERROR", {"message": "a:b"}), "1.1", b"ERROR\nmessage:a\\cb\n\n\0"),
        (Frame("frob", (), b"body"), "1.2", b"frob\n\nbody\0"),
        (Frame("fr\udcff"), "1.2", b"fr\xff\n\n\0"),
    ],
)
def test_octets(frame: Frame, version: str | None, octets: bytes) -> None:
    assert encode(frame, version) == octets


def test_a_broker_that_escapes_1_0_is_written_to_so() -> None:
    frame = Frame("SEND", {"a": "b:c\\d\n"})
    assert encode(frame, "1.0", escapes_1_0=True) == b"SEND\na:b\\cc\\\\d\\n\n\n\0"


def test_connect_is_escaped_on_request_only() -> None:
    frame = Frame("CONNECT", {"passcode": "a\\b:c"})
    assert encode(frame, None, escape_connect=True) == b"CONNECT\npasscode:a\\\\b\\cc\n\n\0"
    connected = Frame("CONNECTED", {"session": "ID:1"})
    assert encode(connected, "1.2", escape_connect=True) == b"CONNECTED\nsession:ID:1\n\n\0"


@pytest.mark.parametrize(
    ("frame", "version", "words"),
    [
        (Frame("SEND", {"a": "b\0"}), "1.2", "header 'a' holds a NUL"),
        (Frame("SEND", {"a\0": "b"}), "1.2", "holds a NUL"),
        (Frame("SEND", {"a": "b\n"}), "1.0", "holds a line feed; STOMP 1.0"),
        (Frame("SEND", {"a": "b\r"}), "1.0", "holds a carriage return; STOMP 1.0"),
        (Frame("SEND", {"a": "b\rc"}), "1.1", "holds a carriage return; STOMP 1.1"),
        (Frame("SEND", {"a:b": "c"}), "1.0", "a colon in its name"),
        (Frame("CONNECT", {"a:b": "c"}), "1.2", "a colon in its name; CONNECT"),
        (Frame("CONNECT", {"login": "a\nb"}), None, "holds a line feed; CONNECT"),
        (Frame("CONNECTED", {"session": "a\r"}), "1.2", "holds a carriage return; CONNECTED"),
        (Frame("STOMP", {"host": "\0"}), None, "holds a NUL"),
        (Frame("ERROR", {"message": "a\nb"}), None, "holds a line feed"),
        (Frame("SEND", {"": "b"}), "1.2", "a header without a name"),
        (Frame("SEND", [("a", "b"), ("", "c")]), "1.2", "a header without a name"),
        (Frame("SEND", [("a", "b:"), ("", "c")]), "1.2", "a header without a name"),
        (Frame("SEND", [("", ""), ("a\n", "b:")]), "1.2", "a header without a name"),
        (Frame("SEND", [("a", "b\0c"), ("d", "e\0f")]), "1.2", "header 'a' holds a NUL"),
        (Frame("SEND", {"a": "\ud800"}), "1.2", "holds U+D800"),
        (Frame("\ud800"), "1.2", "holds U+D800"),
        (Frame(""), "1.2", "cannot be a command"),
        (Frame("SEND\n"), "1.2", "cannot be a command"),
        (Frame("SE\0ND"), "1.2", "cannot be a command"),
        (Frame("SEND\r"), "1.2", "cannot be a command"),
        (Frame("SEND\n", {"a": "\0"}), "1.2", "cannot be a command"),
        (
            Frame("SEND", {"content-length": "4"}, b"body!"),
            "1.2",
            "content-length says '4', but the body has 5",
        ),
        (Frame("SEND", {"content-length": "+4"}, b"body"), "1.2", "content-length says '+4'"),
        (
            Frame("SEND", [("content-length", "1"), ("content-length", "2")], b"1"),
            "1.2",
            "content-length says",
        ),
        (Frame("SEND", (), b"bo\0dy"), "1.2", "the body holds NUL"),
    ],
)
def test_what_cannot_be_written_is_refused(frame: Frame, version: str | None, words: str) -> None:
    with pytest.raises(LocalProtocolError) as caught:
        encode(frame, version)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_refusal_never_shows_the_passcode() -> None:
    with pytest.raises(LocalProtocolError) as caught:
        encode(Frame("CONNECT", {"passcode": "secret\n"}), None)
    assert "secret" not in str(caught.value)
