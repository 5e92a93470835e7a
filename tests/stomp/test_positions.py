"""Where brokers and libraries differ, what this decoder does; each vector cut at every place."""

from __future__ import annotations

import pytest

from stomptui.stomp.codec import Decoder
from stomptui.stomp.frame import Frame, Mark
from tests.stomp.feeding import Broken, HeartBeat, Malformed, codes, every_way, feed, only

MARKED = [
    ("1 undefined escape", "1.2", b"MESSAGE\na:b\\tc\nd\\c:e\n\n\0", ["undefined-escape"], 11),
    ("1 backslash at the end", "1.2", b"MESSAGE\na:b\\\n\n\0", ["undefined-escape"], 11),
    ("1 backslash before ESC", "1.2", b"MESSAGE\na:\\\x1b[2J\n\n\0", ["undefined-escape"], 10),
    ("1 backslash before CRLF", "1.2", b"MESSAGE\na:b\\\r\n\n\0", ["undefined-escape"], 11),
    ("1 undefined in a name", "1.2", b"MESSAGE\na\\x:b\n\n\0", ["undefined-escape"], 9),
    ("1 after two backslashes", "1.2", b"MESSAGE\na:\\\\\\t\n\n\0", ["undefined-escape"], 12),
    ("1 several", "1.2", b"MESSAGE\na:\\t\\c\\u\n\n\0", ["undefined-escape", "undefined-escape"], 10),
    ("1 in an ERROR", "1.1", b"ERROR\na:\\t\n\n\0", ["undefined-escape"], 8),
    ("1 \\r on 1.1", "1.1", b"MESSAGE\na:b\\rc\n\n\0", ["cr-escape"], 11),
    ("2 raw CR on 1.2", "1.2", b"MESSAGE\na:b\rc\r\r\n\n\0", ["raw-cr"], 11),
    ("3 no colon", "1.2", b"MESSAGE\nabc\n\n\0", ["no-colon"], 8),
    ("3 no colon in 1.0", "1.0", b"MESSAGE\na:b\ne\\f\rg\n\n\0", ["no-colon"], 12),
    ("3 colons elsewhere", "1.2", b"MESSAGE\nabc\nd:e:f\n\n\0", ["no-colon"], 8),
    ("3 empty name", "1.2", b"MESSAGE\na:b\n:c\n\n\0", ["empty-name"], 12),
    ("3 only a colon", "1.2", b"MESSAGE\r\n:\r\n\r\n\0", ["empty-name"], 9),
    (
        "4 content-lengths",
        "1.2",
        b"MESSAGE\ncontent-length:1\ncontent-length:2\n\na\0",
        ["content-length-differs"],
        25,
    ),
    ("6 NUL in a value", "1.2", b"MESSAGE\na:b\0c\n\nbody\0", ["nul-in-header"], 11),
    ("6 NUL in a name", "1.1", b"MESSAGE\na\0b:c\n\nbody\0", ["nul-in-header"], 9),
    ("6 NUL ends the head", "1.2", b"RECEIPT\nreceipt-id:1\n\0", ["nul-ends-head"], 21),
    ("6 NUL after the command", "1.2", b"DISCONNECT\n\0", ["nul-ends-head"], 11),
    ("6 stray NUL", "1.2", b"\0\0MESSAGE\n\n\0", ["stray-nul"], 0),
    ("8 unknown command", "1.2", b"FROB\na:b\n\nbody\0", ["unknown-command"], 0),
    ("8 lower case", "1.2", b"message\na:b\n\nbody\0", ["unknown-command"], 0),
    ("8 blank in front", "1.2", b" MESSAGE\n\n\0", ["unknown-command"], 0),
    ("8 body on RECEIPT", "1.2", b"RECEIPT\nreceipt-id:1\n\nx\0", ["unexpected-body"], 22),
    ("8 body on CONNECTED", None, b"CONNECTED\nversion:1.2\n\nx\0", ["unexpected-body"], 23),
    ("9 not UTF-8", "1.2", b"MESSAGE\na:\xff\n\n\0", ["not-utf-8"], 10),
    ("an unknown version", None, b"CONNECTED\nversion:1.3\n\n\0", ["unknown-version"], 10),
]


@pytest.mark.parametrize(
    ("octets", "version", "marked", "offset"),
    [
        pytest.param(octets, version, marked, offset, id=name)
        for name, version, octets, marked, offset in MARKED
    ],
)
def test_departures_are_delivered_with_a_mark(
    octets: bytes, version: str | None, marked: list[str], offset: int
) -> None:
    frame = only(octets, version)
    assert codes(frame) == marked
    assert frame.marks[0].offset == offset
    for mark in frame.marks:
        assert mark.words.isprintable()
        assert mark.section.startswith("STOMP 1.")
    assert frame.raw == octets.lstrip(b"\0")


def test_1_a_header_with_an_undefined_escape_stays_raw_and_the_others_do_not() -> None:
    frame = only(b"MESSAGE\na\\c:b\\tc\nd\\c:e\\n\n\n\0")
    assert frame.headers == (("a\\c", "b\\tc"), ("d:", "e\n"))
    assert frame.first("d:") == "e\n"


def test_1_cr_escape_on_1_1_is_understood() -> None:
    assert only(b"MESSAGE\na:b\\rc\n\n\0", "1.1").headers == (("a", "b\rc"),)


def test_1_a_broker_that_escapes_1_0_is_read_so() -> None:
    frame = only(b"MESSAGE\na: b\\cc\n\n\0", "1.0", escapes_1_0=True)
    assert frame.headers == (("a", " b:c"),)
    assert frame.first("a") == "b:c"
    assert not frame.marks


def test_1_nothing_is_undefined_where_nothing_is_escaped() -> None:
    for octets in (b"CONNECTED\nversion:1.2\na:\\t\n\n\0", b"ERROR\na:\\t\n\n\0"):
        frame = only(octets, None)
        assert frame.first("a") == "\\t"
        assert not frame.marks


@pytest.mark.parametrize("version", ["1.0", "1.1", "1.2"])
def test_2_crlf_in_every_version_and_one_carriage_return_only(version: str) -> None:
    frame = only(b"MESSAGE\r\na:b\r\r\nc:d\r\n\r\nbody\0", version)
    assert frame.command == "MESSAGE"
    assert frame.headers == (("a", "b\r"), ("c", "d"))
    assert frame.body == b"body"


def test_3_a_raw_colon_splits_at_the_first() -> None:
    frame = only(b"MESSAGE\nid:ID:host:1\n\n\0")
    assert frame.headers == (("id", "ID:host:1"),)
    assert not frame.marks


def test_3_a_line_without_colon_is_kept() -> None:
    assert only(b"MESSAGE\na:b\nlost\nc:d\n\n\0").headers == (("a", "b"), ("lost", ""), ("c", "d"))


def test_4_the_first_of_repeats_wins() -> None:
    frame = only(b"MESSAGE\nsubscription:1\nsubscription:spoof\n\n\0")
    assert frame.first("subscription") == "1"
    assert frame.all("subscription") == ["1", "spoof"]


def test_4_the_first_content_length_wins_and_equal_ones_are_no_departure() -> None:
    assert only(b"MESSAGE\ncontent-length:1\ncontent-length:9\n\n\0\0").body == b"\0"
    first, *_ = feed([b"MESSAGE\ncontent-length:1\ncontent-length:3\n\na\0b\0"], version="1.2")
    assert first == Frame("MESSAGE", [("content-length", "1"), ("content-length", "3")], b"a")
    assert not only(b"MESSAGE\ncontent-length:1\ncontent-length:01\n\n\0\0").marks


@pytest.mark.parametrize("text", ["+3", "1_0", "-1", " 3", "3 ", "", "٣", "3.0", "0x3", "three", "  3"])
@pytest.mark.parametrize("command", ["MESSAGE", "RECEIPT", "FROB"])
def test_5_an_unreadable_content_length_breaks_the_stream(text: str, command: str) -> None:
    octets = b"ERROR\n\n\0" + f"{command}\na:b\ncontent-length:{text}\n\nabc\0".encode()
    error, broken = every_way(octets, version="1.2")
    assert error == Frame("ERROR")
    assert isinstance(broken, Broken)
    assert (broken.error, broken.offset, broken.unread) == ("RemoteProtocolError", 8, octets[8:])
    assert "content-length" in broken.words


def test_5_an_unreadable_content_length_breaks_a_bare_head_too() -> None:
    (broken,) = every_way(b"RECEIPT\ncontent-length:x\n\0", version="1.2")
    assert isinstance(broken, Broken)


@pytest.mark.parametrize("version", ["1.0", None])
def test_5_in_1_0_one_leading_blank_counts(version: str | None) -> None:
    assert only(b"MESSAGE\ncontent-length: 2\n\n\0\0\0", version).body == b"\0\0"
    (broken,) = every_way(b"MESSAGE\ncontent-length:  2\n\n\0\0\0", version=version)
    assert isinstance(broken, Broken)


def test_5_content_length_is_case_sensitive() -> None:
    assert only(b"MESSAGE\nContent-Length:x\n\nabc\0").body == b"abc"


def test_5_content_length_holds_for_every_command() -> None:
    assert only(b"FROB\ncontent-length:2\n\n\0\0\0").body == b"\0\0"


@pytest.mark.parametrize("size", [1, 2, 4])
def test_5_a_nul_must_follow_the_counted_body(size: int) -> None:
    octets = b"MESSAGE\ncontent-length:%d\n\nabc\0\n\n" % size
    (broken,) = every_way(octets, version="1.2")
    assert isinstance(broken, Broken)
    assert (broken.error, broken.offset, broken.unread) == ("RemoteProtocolError", 0, octets)


def test_6_nul_in_a_header_is_kept() -> None:
    frame = only(b"MESSAGE\nx:a\0b\n\nbody\0")
    assert (frame.headers, frame.body) == ((("x", "a\0b"),), b"body")


def test_6_a_nul_at_the_start_of_a_header_line_ends_the_frame() -> None:
    items = every_way(
        b"CONNECT\naccept-version:1.2\nlogin:x\n\0\nSEND\ncontent-length:4\n\0\nERROR\n\n\0", version="1.2"
    )
    assert items == [
        Frame("CONNECT", {"accept-version": "1.2", "login": "x"}),
        Frame("SEND", {"content-length": "4"}),
        Frame("ERROR"),
    ]
    assert codes(items[0]) == ["nul-ends-head"]


def test_6_nul_in_the_command_line_is_malformed_and_reading_goes_on() -> None:
    items = every_way(b"GET / HTTP\0\nabc\0\r\nERROR\n\n\0", version="1.2")
    assert [item[:2] for item in items[:2] if isinstance(item, Malformed)] == [
        (b"GET / HTTP\0", 0),
        (b"abc\0", 12),
    ]
    assert items[2:] == [Frame("ERROR")]


def test_6_stray_nuls_are_counted_on_the_next_frame() -> None:
    items = every_way(b"ERROR\n\n\0\0\n\0\n\0ERROR\n\n\0ERROR\n\n\0", version="1.2")
    assert items == [Frame("ERROR"), HeartBeat(1, 11), Frame("ERROR"), Frame("ERROR")]
    assert items[2].marks == (Mark("stray-nul", 0, "3 NUL before this frame", "STOMP 1.2, Augmented BNF"),)
    assert codes(items[3]) == []


def test_6_stray_nuls_outlast_what_is_malformed() -> None:
    items = every_way(b"\0x\0ERROR\n\n\0", version="1.2")
    assert isinstance(items[0], Malformed)
    assert codes(items[1]) == ["stray-nul"]


@pytest.mark.parametrize("eol", [b"\n", b"\r\n"])
def test_7_the_first_eol_after_a_frame_is_no_heart_beat(eol: bytes) -> None:
    items = every_way(b"ERROR\n\n\0" + eol + b"ERROR\n\n\0" + eol * 3 + b"ERROR\n\n\0", version="1.2")
    assert items == [Frame("ERROR"), Frame("ERROR"), HeartBeat(2, 16 + 2 * len(eol)), Frame("ERROR")]


def test_7_the_first_eol_may_come_in_a_later_chunk() -> None:
    decoder = Decoder("1.2")
    counts = []
    for chunk in (b"ERROR\n\n\0", b"\n", b"\n\n", b"\r", b"\n"):
        decoder.receive(chunk)
        counts.append([item.count for item in decoder if isinstance(item, HeartBeat)])
    assert counts == [[], [], [2], [], [1]]


def test_7_before_the_first_frame_every_eol_is_a_heart_beat() -> None:
    assert every_way(b"\n\r\n\n") == [HeartBeat(3, 0)]


def test_8_bodies_of_unknown_and_bodiless_frames_are_delivered() -> None:
    assert only(b"FROB\na:b\n\nbody\0") == Frame("FROB", {"a": "b"}, b"body")
    assert only(b"RECEIPT\n\nbody\0") == Frame("RECEIPT", (), b"body")


def test_9_octets_that_are_not_utf_8_come_back_the_same() -> None:
    frame = only(b"MESSAGE\n\xff\xc3:\xe4\\n\xf6\n\n\0")
    assert frame.headers == (("\udcff\udcc3", "\udce4\n\udcf6"),)
    assert frame.first("\udcff\udcc3") == "\udce4\n\udcf6"


def test_10_padding_of_1_0_shows_and_does_not_count() -> None:
    octets = b"MESSAGE\ndestination: /q \n\tid :\t7\n\n\0"
    (fresh,) = feed([octets], version="1.0")
    assert isinstance(fresh, Frame)
    assert fresh.first("destination") == "/q"
    frame = only(octets, "1.0")
    assert frame.headers == (("destination", " /q "), ("\tid ", "\t7"))
    assert (frame.first("destination"), frame.first("id"), frame.all("id")) == ("/q", "7", ["7"])


def test_10_padding_counts_in_later_versions() -> None:
    (fresh,) = feed([b"MESSAGE\ndestination: /q\n\n\0"], version="1.1")
    assert isinstance(fresh, Frame)
    assert fresh.first("destination") == " /q"


def test_10_connect_tells_its_own_version() -> None:
    assert only(b"CONNECT\nlogin: me\n\n\0", None).first("login") == "me"
    assert only(b"CONNECT\naccept-version:1.1\nlogin: me\n\n\0", None).first("login") == " me"
