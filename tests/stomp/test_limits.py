"""Frames too large: each limit holds at its very octet, however the octets are cut, and names itself."""

from __future__ import annotations

import pytest

from stomptui.stomp.codec import Limits
from stomptui.stomp.frame import Frame
from stomptui.stomp.options import LIMITS
from tests.stomp.feeding import Broken, Malformed, codes, every_way, feed

SMALL = Limits(command_line=8, header_line=10, headers=3, head=34, body=5)

WITHIN = [
    ("command line", b"FROBFROB\n\n\0"),
    ("command line with CR", b"FROBFRO\r\n\n\0"),
    ("header line", b"SEND\na:23456789\n\n\0"),
    ("headers", b"SEND\na:1\nb:2\nc:3\n\n\0"),
    ("bare head", b"SEND\na:1\nb:2\nc:3\n\0"),
    ("head", b"SEND\na:1234567\nb:1234567\nc:1234567\n\0"),
    ("body", b"SEND\n\n12345\0"),
]

BEYOND = [
    ("command_line", b"FROBFROBB\n\n\0"),
    ("command_line", b"FROBFROBBBBBBBBBBBB"),
    ("command_line", b"FROBFROB\r\n\n\0"),
    ("command_line", b"FROBFROBB\0"),
    ("command_line", b"SUBSCRIBE\nid:1\n\n\0"),
    ("header_line", b"SEND\na:234567890\n\n\0"),
    ("header_line", b"SEND\na:234567890123"),
    ("headers", b"SEND\na:1\nb:2\nc:3\nd:4\n\n\0"),
    ("head", b"SEND\na:12345678\nb:12345678\nc:12345678\n\n\0"),
    ("head", b"SEND\na:12345678\nb:12345678\nc:12345678\n\0"),
    ("body", b"SEND\n\n123456\0"),
    ("body", b"SEND\n\n1234567890"),
]


@pytest.mark.parametrize("octets", [octets for _, octets in WITHIN], ids=[name for name, _ in WITHIN])
def test_what_is_within_the_limits_is_read(octets: bytes) -> None:
    assert [type(item) for item in every_way(octets, version="1.2", limits=SMALL)] == [Frame]


@pytest.mark.parametrize(("name", "octets"), BEYOND)
def test_what_is_beyond_breaks_the_stream_and_names_the_limit(name: str, octets: bytes) -> None:
    error, broken = every_way(b"ERROR\n\n\0\n" + octets, version="1.2", limits=SMALL)
    assert error == Frame("ERROR")
    assert isinstance(broken, Broken)
    assert (broken.error, broken.offset, broken.unread) == ("LimitExceeded", 9, octets)
    assert f"`{name}`" in broken.words
    assert str(getattr(SMALL, name)) in broken.words
    options = [f"; ?{option}=" for option, limit in LIMITS.items() if limit.field == name]
    assert [option for option in options if option in broken.words] == options
    assert ("?" in broken.words) is (name != "command_line")


@pytest.mark.parametrize(("name", "octets"), BEYOND)
def test_each_limit_holds_alone(name: str, octets: bytes) -> None:
    (broken,) = every_way(octets, version="1.2", limits=Limits(**{name: getattr(SMALL, name)}))
    assert isinstance(broken, Broken)
    assert f"`{name}`" in broken.words


def test_a_counted_body_is_refused_before_it_arrives() -> None:
    for digits in ("6", "0000000000000000000000006", "9" * 5000):
        octets = f"SEND\ncontent-length:{digits}\n\n".encode()
        (broken,) = every_way(octets, limits=Limits(body=5)) if len(digits) < 99 else feed([octets])
        assert isinstance(broken, Broken)
        assert broken.error == "LimitExceeded"
        assert len(broken.words) < 160


def test_a_counted_body_within_the_limit_is_read() -> None:
    (frame,) = every_way(b"SEND\ncontent-length:5\n\n\0\0\0\0\0\0", limits=Limits(body=5))
    assert isinstance(frame, Frame)
    assert frame.body == bytes(5)


def test_zeros_in_front_of_a_content_length_are_no_size() -> None:
    (frame,) = every_way(b"SEND\ncontent-length:%030d\n\n\0\0\0\0\0\0" % 5)
    assert isinstance(frame, Frame)
    assert frame.body == bytes(5)


def test_a_command_line_cut_short_by_nul_is_malformed_up_to_its_limit() -> None:
    (item,) = every_way(b"FROBFROB\0", limits=SMALL)
    assert isinstance(item, Malformed)


def test_the_stream_stays_broken() -> None:
    items = feed([b"SEND\n\n123456", b"7\0ERROR\n\n\0"], limits=SMALL)
    assert len(items) == 1
    assert isinstance(items[0], Broken)
    assert items[0].unread == b"SEND\n\n1234567\0ERROR\n\n\0"


@pytest.mark.parametrize(
    "octets",
    [
        b"MESSAGE\nheader:" + b"x" * 1_000_000 + b"\n\n\0",
        b"MESSAGE\n" + b"a:b\n" * 2000 + b"\n\0",
        b"ACK\n\n\0" * 3,
    ],
)
def test_the_defaults_take_what_brokers_take(octets: bytes) -> None:
    assert all(isinstance(item, Frame) for item in feed([octets], version="1.2"))


def test_a_hostile_head_cannot_earn_marks_without_end() -> None:
    (frame,) = feed([b"MESSAGE\na:" + b"\\t" * 10_000 + b"\n\n\0"], version="1.2")
    assert codes(frame) == ["undefined-escape"] * 100 + ["more"]
