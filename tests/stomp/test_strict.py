"""Strict reading: what the specification calls fatal breaks the stream, all else is as ever."""

from __future__ import annotations

import pytest

from stomptui.stomp.frame import Frame
from tests.stomp.feeding import Broken, codes, every_way

FATAL = [
    b"MESSAGE\na:\\t\n\n\0",
    b"MESSAGE\na\\b:c\n\n\0",
    b"MESSAGE\nabc\n\n\0",
    b"MESSAGE\n:abc\n\n\0",
    b"FROB\0",
]

MERELY_MARKED = [
    (b"ERROR\na:\\t\n\n\0", "undefined-escape"),
    (b"RECEIPT\nreceipt-id:1\n\0", "nul-ends-head"),
    (b"FROB\na:b\n\n\0", "unknown-command"),
    (b"RECEIPT\n\nx\0", "unexpected-body"),
    (b"MESSAGE\na:\xff\n\n\0", "not-utf-8"),
]


@pytest.mark.parametrize("octets", FATAL)
def test_what_is_fatal_breaks_the_stream_at_its_frame(octets: bytes) -> None:
    error, broken = every_way(b"ERROR\n\n\0" + octets, version="1.2", strict=True)
    assert error == Frame("ERROR")
    assert isinstance(broken, Broken)
    assert (broken.error, broken.offset, broken.unread) == ("RemoteProtocolError", 8, octets)


def test_the_escape_of_1_2_is_fatal_on_1_1() -> None:
    (broken,) = every_way(b"MESSAGE\na:\\r\n\n\0", version="1.1", strict=True)
    assert isinstance(broken, Broken)


@pytest.mark.parametrize(("octets", "code"), MERELY_MARKED)
def test_what_is_merely_odd_is_marked(octets: bytes, code: str) -> None:
    (frame,) = every_way(octets, version="1.2", strict=True)
    assert codes(frame) == [code]
