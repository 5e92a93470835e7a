"""The frames that clients make, right for every version."""

from __future__ import annotations

import pytest

from stomptui.stomp import frame as frames
from stomptui.stomp.codec import decode, encode
from stomptui.stomp.frame import AckMode, Frame

MADE = [
    (frames.connect("/"), "CONNECT", [("accept-version", "1.0,1.1,1.2"), ("host", "/")]),
    (
        frames.connect(
            "v", versions=["1.2"], login="", passcode="p", heart_beat=(0, 5), headers={"client-id": "c"}
        ),
        "CONNECT",
        [
            ("accept-version", "1.2"),
            ("host", "v"),
            ("login", ""),
            ("passcode", "p"),
            ("heart-beat", "0,5"),
            ("client-id", "c"),
        ],
    ),
    (
        frames.connect("/", versions=("1.0",), heart_beat=(1, 1)),
        "CONNECT",
        [("accept-version", "1.0"), ("host", "/")],
    ),
    (frames.subscribe("/q", "1"), "SUBSCRIBE", [("destination", "/q"), ("id", "1"), ("ack", "auto")]),
    (
        frames.subscribe(
            "/q", "1", ack=AckMode.CLIENT_INDIVIDUAL, headers={"prefetch-count": "10"}, receipt="r"
        ),
        "SUBSCRIBE",
        [
            ("destination", "/q"),
            ("id", "1"),
            ("ack", "client-individual"),
            ("receipt", "r"),
            ("prefetch-count", "10"),
        ],
    ),
    (frames.unsubscribe("1"), "UNSUBSCRIBE", [("id", "1")]),
    (
        frames.unsubscribe("1", destination="/q", receipt="r", headers=[("durable", "true")]),
        "UNSUBSCRIBE",
        [("id", "1"), ("destination", "/q"), ("receipt", "r"), ("durable", "true")],
    ),
    (frames.begin("t"), "BEGIN", [("transaction", "t")]),
    (frames.commit("t", receipt="r"), "COMMIT", [("transaction", "t"), ("receipt", "r")]),
    (frames.abort("t", headers={"a": "b"}), "ABORT", [("transaction", "t"), ("a", "b")]),
    (frames.disconnect(receipt="r"), "DISCONNECT", [("receipt", "r")]),
    (frames.settle("ACK", (("id", "1"),)), "ACK", [("id", "1")]),
    (
        frames.settle(
            "NACK",
            (("subscription", "s"), ("message-id", "m")),
            transaction="t",
            receipt="r",
            headers={"requeue": "false"},
        ),
        "NACK",
        [
            ("subscription", "s"),
            ("message-id", "m"),
            ("transaction", "t"),
            ("receipt", "r"),
            ("requeue", "false"),
        ],
    ),
]


@pytest.mark.parametrize(("frame", "command", "headers"), MADE)
def test_headers_and_their_order(frame: Frame, command: str, headers: list[tuple[str, str]]) -> None:
    assert frame == Frame(command, headers)


@pytest.mark.parametrize("version", ["1.0", "1.1", "1.2"])
@pytest.mark.parametrize("frame", [frame for frame, _, _ in MADE])
def test_they_can_be_written_in_every_version(frame: Frame, version: str) -> None:
    again = decode(encode(frame, version), version)
    assert again == frame
    assert not again.marks


def test_send_says_how_long_its_body_is() -> None:
    frame = frames.send(
        "/q",
        b"body",
        content_type="text/plain",
        headers=[("a", "1"), ("a", "2")],
        receipt="r",
        transaction="t",
    )
    assert frame == Frame(
        "SEND",
        [
            ("destination", "/q"),
            ("content-type", "text/plain"),
            ("transaction", "t"),
            ("receipt", "r"),
            ("a", "1"),
            ("a", "2"),
            ("content-length", "4"),
        ],
        b"body",
    )


def test_content_length_can_be_left_out_unless_the_body_holds_nul() -> None:
    assert frames.send("/q", b"body", content_length=False).first("content-length") is None
    assert frames.send("/q", b"bo\0dy", content_length=False).first("content-length") == "5"


def test_a_content_length_of_ones_own_is_left_alone() -> None:
    assert frames.send("/q", b"body", headers={"content-length": "9"}).all("content-length") == ["9"]


def test_an_empty_body_has_a_length_too() -> None:
    assert frames.send("/q").first("content-length") == "0"


def test_settling_re_escapes_ids() -> None:
    message = decode(b"MESSAGE\nack:ID\\cHOST-4\\c3\n\n\0", "1.2")
    assert (
        encode(frames.settle("ACK", (("id", message.first("ack") or ""),)), "1.2")
        == b"ACK\nid:ID\\cHOST-4\\c3\n\n\0"
    )
