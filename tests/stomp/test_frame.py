"""Frames: what they hold, how they compare, what they never show."""

from __future__ import annotations

import copy
import pickle

import pytest

from stomptui.stomp.codec import decode, encode
from stomptui.stomp.frame import AckMode, Frame

RAW = b"CONNECT\r\nlogin:me\r\npasscode:s3cret\r\nPasscode:s3cret\r\nx\r\nhost:/\r\n\r\n\0"


def test_headers_are_taken_as_pairs_or_as_a_mapping() -> None:
    assert Frame("SEND", {"a": "1", "b": "2"}) == Frame("SEND", [("a", "1"), ("b", "2")])
    assert Frame("SEND", (pair for pair in [("a", "1")])).headers == (("a", "1"),)


def test_equality_is_on_command_headers_in_order_and_body() -> None:
    frame = Frame("SEND", [("a", "1"), ("b", "2")], b"body")
    assert frame == decode(b"SEND\r\na:1\nb:2\n\nbody\0", "1.2")
    assert hash(frame) == hash(decode(b"SEND\na:1\nb:2\n\nbody\0", "1.1"))
    assert frame != Frame("SEND", [("b", "2"), ("a", "1")], b"body")
    assert frame != Frame("SEND", frame.headers, b"")
    assert frame != Frame("ACK", frame.headers, b"body")
    assert frame != "SEND"


def test_the_body_is_octets_of_its_own() -> None:
    data = bytearray(b"body")
    frame = Frame("SEND", (), data)
    data[0] = 0
    assert frame.body == b"body"


@pytest.mark.parametrize("body", [b"", b"a", b"0123456789", b"a\0b"])
def test_size_start_and_view_say_what_the_body_does(body: bytes) -> None:
    head = b"SEND\ncontent-length:%d\n\n" % len(body)
    for frame in (Frame("SEND", {}, body), decode(head + body + b"\0", "1.2")):
        assert frame.size == len(body)
        assert [frame.start(octets) for octets in (0, 4, 10, 99)] == [body[:0], body[:4], body[:10], body]
        assert frame.view == body
        assert frame.body == body
        assert (frame.size, frame.start(4), bytes(frame.view)) == (len(body), body[:4], body)


def test_the_view_of_a_body_is_no_copy() -> None:
    frame = decode(b"SEND\n\n0123456789\0", "1.2")
    assert frame.view.obj is frame.raw


def test_first_and_all() -> None:
    octets = b"MESSAGE\na:1\naa:2\na:3\nb\\cc:4\n\n\0"
    for frame in (
        decode(octets, "1.2"),
        Frame("MESSAGE", [("a", "1"), ("aa", "2"), ("a", "3"), ("b:c", "4")]),
    ):
        assert (frame.first("a"), frame.first("aa"), frame.first("b:c")) == ("1", "2", "4")
        assert frame.all("a") == ["1", "3"]
        assert (frame.first("MESSAGE"), frame.first("A"), frame.first(""), frame.all("c")) == (
            None,
            None,
            None,
            [],
        )
        assert frame.first("nope", "default") == "default"


def test_first_does_not_look_into_the_body() -> None:
    assert decode(b"MESSAGE\na:1\n\n\nb:2\n\0", "1.2").first("b") is None


def test_first_reads_octets_that_are_not_utf_8_and_crlf() -> None:
    assert decode(b"MESSAGE\r\na:\xff\r\n\r\n\0", "1.2").first("a") == "\udcff"
    assert decode(b"MESSAGE\r\na:b\\r\r\n\r\n\0", "1.2").first("a") == "b\r"


def test_first_agrees_with_all_on_marked_frames() -> None:
    frame = decode(b"MESSAGE\nlost\na:b\\t\n\n\0", "1.2")
    assert frame.first("lost") == ""
    assert frame.first("a") == "b\\t"


def test_no_repr_shows_a_passcode() -> None:
    for frame in (decode(RAW, None), Frame("CONNECT", {"passcode": "s3cret", " Passcode ": "s3cret"})):
        for text in (repr(frame), str(frame), repr([frame]), f"{frame}"):
            assert "s3cret" not in text
            assert "***" in text
    assert "s3cret" not in repr(decode(b"CONNECT\npasscode : s3cret\n\n\0", None))


def test_a_long_body_shows_its_size() -> None:
    assert "1000 octets" in repr(Frame("SEND", (), b"x" * 1000))
    assert len(repr(Frame("SEND", (), b"x" * 1000))) < 200


def test_redacted_replaces_values_in_the_raw_octets_too() -> None:
    frame = decode(RAW, None)
    redacted = frame.redacted()
    assert redacted.raw == RAW.replace(b"s3cret", b"***")
    assert redacted.headers == (
        ("login", "me"),
        ("passcode", "***"),
        ("Passcode", "***"),
        ("x", ""),
        ("host", "/"),
    )
    assert decode(redacted.raw, None) == redacted
    assert redacted.marks == decode(redacted.raw, None).marks
    assert [mark.code for mark in redacted.marks] == ["no-colon"]
    assert frame.first("passcode") == "s3cret"


def test_redacted_takes_other_names_and_keeps_the_body() -> None:
    frame = decode(b"SEND\nx-token:a:b\nlogin:me\n\nx-token:kept\0", "1.2").redacted(("X-Token", "login"))
    assert frame.raw == b"SEND\nx-token:***\nlogin:***\n\nx-token:kept\0"
    assert (frame.first("x-token"), frame.body) == ("***", b"x-token:kept")


def test_redacted_moves_a_mark_inside_a_value_to_its_line() -> None:
    frame = decode(b"SEND\npasscode:long\\text\nlost\n\n\0", "1.2").redacted()
    assert [(mark.code, mark.offset) for mark in frame.marks] == [("undefined-escape", 5), ("no-colon", 18)]


def test_redacted_leaves_a_frame_without_secrets_as_it_is() -> None:
    frame = decode(b"SEND\na:b\n\n\0", "1.2")
    assert frame.redacted() is frame


def test_a_frame_that_was_made_has_no_raw_octets_until_encoded() -> None:
    frame = Frame("CONNECT", {"passcode": "s3cret"})
    assert frame.raw == frame.redacted().raw == b""
    sent = frame.with_raw(encode(frame, None))
    assert sent == frame
    assert sent.raw == b"CONNECT\npasscode:s3cret\n\n\0"
    assert sent.redacted().raw == b"CONNECT\npasscode:***\n\n\0"


def test_with_raw_knows_head_from_body() -> None:
    frame = Frame("SEND", {"passcode": "x"}, b"\n\npasscode:x")
    assert frame.with_raw(encode(frame, "1.2")).redacted().raw == b"SEND\npasscode:***\n\n\n\npasscode:x\0"


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, lambda frame: pickle.loads(pickle.dumps(frame))])
def test_frames_can_be_copied_and_pickled(again: object) -> None:
    assert callable(again)
    frame = decode(RAW, None)
    twin = again(frame)
    assert (twin, twin.raw, twin.marks) == (frame, frame.raw, frame.marks)


def test_ack_modes_are_their_words() -> None:
    assert [str(mode) for mode in AckMode] == ["auto", "client", "client-individual"]
