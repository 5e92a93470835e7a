"""What the specifications say about frames, one vector a rule, each cut at every place."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from stomptui.stomp.codec import HeartBeat
from stomptui.stomp.frame import Frame
from tests.stomp.feeding import every_way


class Vector(NamedTuple):
    rule: str
    version: str | None
    octets: bytes
    items: tuple[Frame | HeartBeat, ...]


def vector(rule: str, version: str | None, octets: bytes, *items: Frame | HeartBeat) -> Vector:
    return Vector(rule, version, octets, items)


def message(headers: dict[str, str], body: bytes = b"") -> Frame:
    return Frame("MESSAGE", headers, body)


CLIENTS = ("SEND", "SUBSCRIBE", "UNSUBSCRIBE", "ACK", "NACK", "BEGIN", "COMMIT", "ABORT", "DISCONNECT")

SOUND = [
    vector(
        "1.0 frame with a body",
        "1.0",
        b"SEND\ndestination:/q\n\nhi\0",
        Frame("SEND", {"destination": "/q"}, b"hi"),
    ),
    vector("1.0 frame without headers", "1.0", b"DISCONNECT\n\n\0", Frame("DISCONNECT")),
    vector(
        "1.0 content-length counts octets and allows NUL",
        "1.0",
        b"SEND\ndestination:/q\ncontent-length:3\n\na\0b\0",
        Frame("SEND", {"destination": "/q", "content-length": "3"}, b"a\0b"),
    ),
    vector("1.0 has no escapes", "1.0", b"MESSAGE\na:b\\nc\\q\n\n\0", message({"a": "b\\nc\\q"})),
    vector("1.0 values may hold colons", "1.0", b"MESSAGE\na:b:c\n\n\0", message({"a": "b:c"})),
    vector("1.1 escapes", "1.1", b"MESSAGE\na:1\\n2\\c3\\\\4\n\n\0", message({"a": "1\n2:3\\4"})),
    vector("1.2 escapes", "1.2", b"MESSAGE\na:1\\r2\\n3\\c4\\\\5\n\n\0", message({"a": "1\r2\n3:4\\5"})),
    vector("escapes are undone once", "1.2", b"MESSAGE\na:\\\\n\\\\\\c\n\n\0", message({"a": "\\n\\:"})),
    vector("names are escaped too", "1.2", b"MESSAGE\na\\cb\\\\:c\n\n\0", message({"a:b\\": "c"})),
    vector("a body has no escapes", "1.2", b"MESSAGE\n\na\\nb\0", message({}, b"a\\nb")),
    vector(
        "1.2 line ends may be CRLF", "1.2", b"MESSAGE\r\na:b\r\n\r\nc\r\n\0", message({"a": "b"}, b"c\r\n")
    ),
    vector(
        "line ends may differ", "1.2", b"MESSAGE\na:b\r\nc:d\n\r\ne\0", message({"a": "b", "c": "d"}, b"e")
    ),
    vector("1.2 blanks belong to the value", "1.2", b"MESSAGE\n a :\tb \n\n\0", message({" a ": "\tb "})),
    vector("an empty value", "1.2", b"MESSAGE\na:\n\n\0", message({"a": ""})),
    vector("headers are UTF-8", "1.2", b"MESSAGE\n\xc3\xa4:\xe2\x82\xac\n\n\0", message({"ä": "€"})),
    vector("a body is any octets", "1.2", b"MESSAGE\n\n\xff\xfe\r\n\n\0", message({}, b"\xff\xfe\r\n\n")),
    vector(
        "a body may look like a frame", "1.2", b"MESSAGE\n\nSEND\na:b\n\nc\0", message({}, b"SEND\na:b\n\nc")
    ),
    vector(
        "repeats are kept in order",
        "1.2",
        b"MESSAGE\na:1\nb:2\na:3\n\n\0",
        Frame("MESSAGE", [("a", "1"), ("b", "2"), ("a", "3")]),
    ),
    vector(
        "content-length of nothing",
        "1.2",
        b"MESSAGE\ncontent-length:0\n\n\0",
        message({"content-length": "0"}),
    ),
    vector(
        "content-length with zeros in front",
        "1.2",
        b"MESSAGE\ncontent-length:0002\n\n\0\0\0",
        message({"content-length": "0002"}, b"\0\0"),
    ),
    vector(
        "content-length on CRLF lines",
        "1.2",
        b"MESSAGE\r\ncontent-length:2\r\n\r\n\0\n\0",
        message({"content-length": "2"}, b"\0\n"),
    ),
    vector(
        "a body of EOLs",
        "1.2",
        b"MESSAGE\ncontent-length:4\n\n\n\n\r\n\0\n",
        message({"content-length": "4"}, b"\n\n\r\n"),
    ),
    vector(
        "frames back to back",
        "1.2",
        b"RECEIPT\nreceipt-id:1\n\n\0ERROR\n\nno\0",
        Frame("RECEIPT", {"receipt-id": "1"}),
        Frame("ERROR", (), b"no"),
    ),
    vector(
        "EOLs between frames",
        "1.2",
        b"\n\r\nERROR\n\n\0\n\n\r\nERROR\n\n\0",
        HeartBeat(2, 0),
        Frame("ERROR"),
        HeartBeat(2, 12),
        Frame("ERROR"),
    ),
    vector(
        "CONNECT is not unescaped",
        "1.2",
        b"CONNECT\naccept-version:1.2\nlogin:a\\cb\n\n\0",
        Frame("CONNECT", {"accept-version": "1.2", "login": "a\\cb"}),
    ),
    vector(
        "STOMP is CONNECT",
        None,
        b"STOMP\naccept-version:1.1\nhost:a\\cb\n\n\0",
        Frame("STOMP", {"accept-version": "1.1", "host": "a\\cb"}),
    ),
    vector(
        "CONNECTED is not unescaped",
        None,
        b"CONNECTED\nversion:1.2\nsession:ID:a\\c1\n\n\0",
        Frame("CONNECTED", {"version": "1.2", "session": "ID:a\\c1"}),
    ),
    vector(
        "ERROR before CONNECTED is not unescaped",
        None,
        b"ERROR\nmessage:a\\cb\n\n\0",
        Frame("ERROR", {"message": "a\\cb"}),
    ),
    vector(
        "ERROR after CONNECTED is unescaped",
        "1.2",
        b"ERROR\nmessage:a\\cb\n\n\0",
        Frame("ERROR", {"message": "a:b"}),
    ),
    vector(
        "CONNECTED sets 1.2",
        None,
        b"CONNECTED\nversion:1.2\n\n\0\nMESSAGE\na:\\c\n\n\0",
        Frame("CONNECTED", {"version": "1.2"}),
        message({"a": ":"}),
    ),
    vector(
        "CONNECTED sets 1.0",
        None,
        b"CONNECTED\nversion:1.0\n\n\0\nMESSAGE\na:\\c\n\n\0",
        Frame("CONNECTED", {"version": "1.0"}),
        message({"a": "\\c"}),
    ),
    vector(
        "CONNECTED without version is 1.0",
        None,
        b"CONNECTED\nsession:1\n\n\0MESSAGE\na:\\c\n\n\0",
        Frame("CONNECTED", {"session": "1"}),
        message({"a": "\\c"}),
    ),
    *(
        vector(f"{command} is known", "1.2", f"{command}\nid:1\n\n\0".encode(), Frame(command, {"id": "1"}))
        for command in CLIENTS
    ),
]


@pytest.mark.parametrize("case", SOUND, ids=lambda case: case.rule)
def test_a_sound_frame_is_read_without_a_mark(case: Vector) -> None:
    items = every_way(case.octets, version=case.version)
    assert items == list(case.items)
    frames = [item for item in items if isinstance(item, Frame)]
    assert not any(frame.marks for frame in frames)
    assert all(frame.raw in case.octets and frame.raw[-1] == 0 for frame in frames)


@pytest.mark.parametrize("case", SOUND, ids=lambda case: case.rule)
def test_strict_reading_reads_the_same(case: Vector) -> None:
    assert every_way(case.octets, version=case.version, strict=True) == list(case.items)


@pytest.mark.parametrize("case", SOUND, ids=lambda case: case.rule)
def test_one_header_is_found_like_all(case: Vector) -> None:
    for whole, again in zip(
        every_way(case.octets, version=case.version),
        every_way(case.octets, version=case.version),
        strict=True,
    ):
        if isinstance(whole, Frame) and isinstance(again, Frame):
            for name, _ in whole.headers:
                assert again.first(name) == whole.all(name)[0]
