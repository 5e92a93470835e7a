"""What the linter says of octets, code by code and version by version, and what it leaves alone."""

from __future__ import annotations

import pytest

from stomptui.stomp.examine import MOST
from stomptui.stomp.lint import HEADERS, LOOKED_AT, lint

Found = list[tuple[str, int]]

TO_Q = b"SEND\ndestination:/q\n"
"""20 octets, and
"""
LENGTH = TO_Q + b"content-length:"
"""35."""


def found(raw: bytes, version: str | None, *, to_broker: bool, **how: bool | int) -> Found:
    """Codes and offsets."""
    return [(mark.code, mark.offset) for mark in lint(raw, version, to_broker=to_broker, **how)]  # type: ignore[arg-type]


def sent(raw: bytes, version: str | None = "1.2", **how: bool | int) -> Found:
    return found(raw, version, to_broker=True, **how)


def came(raw: bytes, version: str | None = "1.2", **how: bool | int) -> Found:
    return found(raw, version, to_broker=False, **how)


SOUND: list[tuple[str | None, bytes]] = [
    (None, b"CONNECT\nlogin:a\npasscode:b:c\\d\n\n\0"),
    (None, b"CONNECT\naccept-version:1.0,1.1,1.2\nhost:/\nheart-beat:10000,10000\n\n\0"),
    (None, b"CONNECT\r\naccept-version:1.2\r\nhost:/\r\n\r\n\0"),
    (None, b"STOMP\naccept-version:1.1\nhost:a:61613\n\n\0"),
    ("1.0", b"SEND\ndestination: /queue/a:b\n\nhello\0"),
    ("1.0", b"SUBSCRIBE\ndestination:/queue/a\nack:client\n\n\0"),
    ("1.0", b"SEND\ndestination:/a\nx:1\nx:2\n\n\0"),
    ("1.0", b"UNSUBSCRIBE\ndestination:/queue/a\n\n\0"),
    ("1.0", b"UNSUBSCRIBE\nid:0\n\n\0"),
    ("1.0", b"ACK\nmessage-id:1\n\n\0"),
    ("1.1", b"ACK\nmessage-id:1\nsubscription:0\n\n\0"),
    ("1.1", b"NACK\nsubscription:0\nmessage-id:1\n\n\0"),
    ("1.1", b"SUBSCRIBE\nid:0\ndestination:/a\nack:client-individual\n\n\0"),
    ("1.2", b"SEND\r\ndestination:/q\r\nx:a\\r\\n\\c\\\\\r\ncontent-length:3\r\n\r\na\0b\0"),
    ("1.2", b"ACK\nid:1\ntransaction:t\n\n\0"),
    ("1.2", b"BEGIN\ntransaction:t\n\n\0\n\r\n"),
    ("1.2", b"DISCONNECT\nreceipt:77\n\n\0"),
    ("1.2", b"SEND\ndestination:/q\ncontent-length:1\n\na\0\n\n"),
]  # fmt: skip


@pytest.mark.parametrize(("version", "raw"), SOUND)
def test_what_a_client_may_write(version: str | None, raw: bytes) -> None:
    assert sent(raw, version) == []


@pytest.mark.parametrize(
    ("version", "raw"),
    [
        (None, b"CONNECTED\nsession:ID:host-1:1\n\n\0"),
        (None, b"CONNECTED\nversion:1.2\nsession:ID:host-1:1\nheart-beat:0,0\n\n\0"),
        (None, b"ERROR\nmessage:Invalid version[2.0]: [1.2, 1.1]\n\nwhy\0"),
        ("1.0", b"MESSAGE\ndestination:/a\nmessage-id:ID:1:2\n\nhello\0"),
        ("1.2", b"MESSAGE\ndestination:/a\nmessage-id:ID\\c1\nsubscription:0\nack:7\n\nhello\0"),
        ("1.2", b"RECEIPT\nreceipt-id:1\n\n\0"),
        ("1.2", b"ERROR\n\n\0"),
    ],
)
def test_what_a_broker_may_write(version: str | None, raw: bytes) -> None:
    assert came(raw, version) == []


@pytest.mark.parametrize(
    ("version", "raw", "expected"),
    [
        # How a frame is put together.
        ("1.2", b"SEND\0", [("nul-in-command", 4)]),
        ("1.2", b"SEND", [("no-command", 0), ("missing-nul", 4)]),
        ("1.2", TO_Q + b"", [("no-blank-line", 20), ("missing-nul", 20)]),
        ("1.2", TO_Q + b"\nab", [("missing-nul", 23)]),
        ("1.2", TO_Q + b"\0", [("nul-ends-head", 20)]),
        ("1.1", b"SEND\r\ndestination:/q\r\n\r\n\0", [("crlf", 4)]),
        ("1.0", b"SEND\r\ndestination:/q\n\n\0", [("crlf", 4)]),
        ("1.2", b"BEGIN\ntransaction:t\n\nbody\0", [("unexpected-body", 21)]),
        # Its length.
        ("1.2", TO_Q + b"\na\0b\0", [("nul-in-body", 22)]),
        ("1.2", LENGTH + b"9\n\na\0", [("wrong-content-length", 35)]),
        ("1.1", LENGTH + b"1\n\nabc\0", [("wrong-content-length", 35)]),
        ("1.0", LENGTH + b" 9\n\na\0", [("wrong-content-length", 36)]),
        ("1.2", LENGTH + b"9\n\na", [("wrong-content-length", 35), ("missing-nul", 39)]),
        ("1.2", LENGTH + b"+1\n\na\0", [("unreadable-content-length", 35)]),
        ("1.2", LENGTH + b"\xd9\xa1\n\na\0", [("unreadable-content-length", 35)]),
        ("1.2", LENGTH + b"9" * 30 + b"\n\na\0", [("unreadable-content-length", 35)]),
        ("1.2", LENGTH + b"1\ncontent-length:2\n\na\0", [("content-length-differs", 37)]),
        ("1.2", LENGTH + b"1\ncontent-length:1\n\na\0", [("repeated-header", 37)]),
        # Its headers.
        ("1.2", TO_Q + b"x:a:b\n\n\0", [("raw-colon", 23)]),
        ("1.1", TO_Q + b"x:\xc3\xa4:b:c\n\n\0", [("raw-colon", 24)]),
        ("1.2", TO_Q + b"x:\\t\n\n\0", [("undefined-escape", 22)]),
        ("1.1", TO_Q + b"x:\\r\n\n\0", [("cr-escape", 22)]),
        ("1.1", TO_Q + b"x:\\t\n\n\0", [("undefined-escape", 22)]),
        ("1.0", TO_Q + b"x: a\\cb\n\n\0", [("escape-in-1.0", 24)]),
        ("1.0", TO_Q + b"x\\\\y:1\n\n\0", [("escape-in-1.0", 21)]),
        ("1.2", TO_Q + b"x:1\ny:2\nx:1\n\n\0", [("repeated-header", 28)]),
        ("1.1", TO_Q + b"x:1\nx:2\n\n\0", [("repeated-header", 24)]),
        ("1.2", TO_Q + b"x\n\n\0", [("no-colon", 20)]),
        ("1.2", TO_Q + b":x\n\n\0", [("empty-name", 20)]),
        ("1.2", TO_Q + b"x:\xff\n\n\0", [("not-utf-8", 22)]),
        ("1.2", TO_Q + b"x:a\rb\n\n\0", [("raw-cr", 23)]),
        ("1.2", TO_Q + b"x:a\0b\n\n\0", [("nul-in-header", 23)]),
        # Its command.
        ("1.2", b"send\ndestination:/q\n\n\0", [("unknown-command", 0)]),
        ("1.0", b"NACK\nmessage-id:1\n\n\0", [("unknown-command", 0)]),
        ("1.0", b"STOMP\naccept-version:1.2\nhost:/\n\n\0", [("unknown-command", 0)]),
        ("1.2", b"MESSAGE\ndestination:/q\nmessage-id:1\nsubscription:0\n\n\0", [("wrong-direction", 0)]),
        (None, b"CONNECT\naccept-version:1.2\n\n\0", [("missing-header", 0)]),
        (None, b"STOMP\n\n\0", [("missing-header", 0), ("missing-header", 0)]),
        (None, b"CONNECT\naccept-version:1.2\nhost:/\nreceipt:1\n\n\0", [("receipt-on-connect", 34)]),
        (None, b"CONNECT\naccept-version:1.2\nhost:/\nheart-beat:5 s\n\n\0", [("bad-heart-beat", 45)]),
        ("1.2", b"SUBSCRIBE\nid:0\ndestination:/q\nack:often\n\n\0", [("unknown-ack-mode", 34)]),
        ("1.0", b"SUBSCRIBE\ndestination:/q\nack:client-individual\n\n\0", [("unknown-ack-mode", 29)]),
    ],
)  # fmt: skip
def test_what_departs(version: str | None, raw: bytes, expected: Found) -> None:
    assert sent(raw, version) == expected


@pytest.mark.parametrize(
    ("raw", "lacking"),
    [
        (b"SEND\n\n\0", {"1.0": 1, "1.1": 1, "1.2": 1}),
        (b"SUBSCRIBE\n\n\0", {"1.0": 1, "1.1": 2, "1.2": 2}),
        (b"UNSUBSCRIBE\n\n\0", {"1.0": 1, "1.1": 1, "1.2": 1}),
        (b"UNSUBSCRIBE\ndestination:/q\n\n\0", {"1.0": 0, "1.1": 1, "1.2": 1}),
        (b"ACK\n\n\0", {"1.0": 1, "1.1": 2, "1.2": 1}),
        (b"ACK\nmessage-id:1\nsubscription:0\n\n\0", {"1.0": 0, "1.1": 0, "1.2": 1}),
        (b"ACK\nid:1\n\n\0", {"1.0": 1, "1.1": 2, "1.2": 0}),
        (b"NACK\n\n\0", {"1.1": 2, "1.2": 1}),
        (b"BEGIN\n\n\0", {"1.0": 1, "1.1": 1, "1.2": 1}),
        (b"COMMIT\n\n\0", {"1.0": 1, "1.1": 1, "1.2": 1}),
        (b"ABORT\n\n\0", {"1.0": 1, "1.1": 1, "1.2": 1}),
        (b"DISCONNECT\n\n\0", {"1.0": 0, "1.1": 0, "1.2": 0}),
        (b"MESSAGE\n\n\0", {"1.0": 2, "1.1": 3, "1.2": 3}),
        (b"RECEIPT\n\n\0", {"1.0": 1, "1.1": 1, "1.2": 1}),
        (b"ERROR\n\n\0", {"1.0": 0, "1.1": 0, "1.2": 0}),
    ],
)
def test_headers_that_a_command_must_have(raw: bytes, lacking: dict[str, int]) -> None:
    to_broker = not raw.startswith((b"MESSAGE", b"RECEIPT", b"ERROR"))
    for version, count in lacking.items():
        assert found(raw, version, to_broker=to_broker) == [("missing-header", 0)] * count, version


def test_words_name_the_header_and_the_section_of_that_version() -> None:
    (mark,) = lint(b"ACK\nmessage-id:1\nsubscription:0\n\n\0", "1.2", to_broker=True)
    assert mark.words == "ACK has no id header; message-id and subscription are of STOMP 1.1"
    assert mark.section == "STOMP 1.2, ACK"
    (mark,) = lint(b"SEND\ndestination:/q\nx:a:b\n\n\0", "1.1", to_broker=True)
    assert (mark.words, mark.section) == ("raw colon in a value", "STOMP 1.1, Value Encoding")
    # STOMP 1.0 has no section about bodies.
    (mark,) = lint(b"BEGIN\ntransaction:t\n\nx\0", "1.0", to_broker=True)
    assert mark.section == "STOMP 1.2, Body"


def test_a_client_frame_from_a_broker() -> None:
    assert came(b"SEND\ndestination:/q\n\n\0") == [("wrong-direction", 0)]
    assert came(b"CONNECTED\nversion:1.3\n\n\0", None) == [("unknown-version", 18)]
    assert came(b"CONNECTED\nversion:1.1\nheart-beat:often\n\n\0", None) == [("bad-heart-beat", 33)]


def test_escapes_of_a_broker_that_undoes_them_in_1_0() -> None:
    raw = b"MESSAGE\ndestination:/q\nmessage-id:1\nx:a\\cb\n\n\0"
    for escapes in (False, True):
        (mark,) = lint(raw, "1.0", to_broker=False, escapes_1_0=escapes)
        assert (mark.code, mark.offset) == ("escape-in-1.0", 39)
        assert ("this broker undoes it" in mark.words) is escapes


def test_octets_that_were_left_out_are_not_missed() -> None:
    raw = b"SEND\ndestination:/q\ncontent-length:1000\n\nbegins\0"
    assert sent(raw, left=994) == []
    assert sent(raw, left=993) == [("wrong-content-length", 35)]


def test_a_hostile_head_is_looked_at_as_far_as_it_is_worth() -> None:
    many = sent(b"SEND\ndestination:/q\n" + b":\n" * 200_000 + b"\n\0")
    assert len(many) == MOST + 1
    assert many[-1][0] == "more"
    long = sent(b"SEND\ndestination:/q\n" + b"x:" + b"a" * (2 * LOOKED_AT) + b"\n\n\0")
    assert long == [("more", 20)]
    plain = b"".join(b"x%d:1\n" % number for number in range(2 * HEADERS))
    assert sent(b"SEND\n" + plain + b"destination:/q\n\n\0") == [("missing-header", 0)]
