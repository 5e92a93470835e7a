"""Plain frames mean the same to other implementations of STOMP, both ways."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stomptui.stomp.codec import decode, encode
from stomptui.stomp.frame import Frame, send
from tests.stomp.feeding import every_way

stomp_py: Any = pytest.importorskip("stomp.utils", reason="pip install stomp.py")
stompman: Any = pytest.importorskip("stompman.serde", reason="pip install stompman")

names = st.text("abcxyz-", min_size=1, max_size=6).map(lambda text: "x-" + text)
values = st.text("abc/ 09_äß€", max_size=8)
tricky = st.text("ab:\\\n", max_size=8)
bodies = st.binary(max_size=30)


def message(headers: dict[str, str], body: bytes) -> Frame:
    own = {"subscription": "1", "message-id": "2", "destination": "/q"}
    return Frame("MESSAGE", {**own, **headers, "content-length": str(len(body))}, body)


@given(headers=st.dictionaries(names, values | tricky, max_size=4), body=bodies)
@settings(max_examples=100)
def test_stomp_py_reads_what_we_write(headers: dict[str, str], body: bytes) -> None:
    frame = message(headers, body)
    theirs = stomp_py.parse_frame(encode(frame, "1.2")[:-1])
    assert (theirs.cmd, theirs.headers, theirs.body) == (frame.command, dict(frame.headers), body)


@given(headers=st.dictionaries(names, values | tricky, max_size=4), body=bodies)
@settings(max_examples=100)
def test_stompman_reads_what_we_write(headers: dict[str, str], body: bytes) -> None:
    frame = message(headers, body)
    (theirs,) = stompman.FrameParser().parse_frames_from_chunk(encode(frame, "1.2"))
    assert (theirs.headers, theirs.body) == (dict(frame.headers), body)


@given(headers=st.dictionaries(names, values, max_size=4), body=bodies)
@settings(max_examples=100)
def test_we_read_what_stomp_py_writes(headers: dict[str, str], body: bytes) -> None:
    theirs = stomp_py.Frame("SEND", {**headers, "content-length": len(body)}, body)
    frame = decode(b"".join(stomp_py.convert_frame(theirs)), "1.2")
    assert (frame.command, dict(frame.headers), frame.body) == (
        "SEND",
        {**headers, "content-length": str(len(body))},
        body,
    )


@given(headers=st.dictionaries(names, values | tricky, max_size=4), body=bodies)
@settings(max_examples=100)
def test_we_read_what_stompman_writes(headers: dict[str, str], body: bytes) -> None:
    made = send("/q", body, headers=headers)
    theirs = stompman.SendFrame(headers=dict(made.headers), body=body)
    frame = decode(stompman.dump_frame(theirs), "1.2")
    assert (dict(frame.headers), frame.body) == (dict(made.headers), body)


@pytest.mark.parametrize(
    ("octets", "frames"),
    [
        (b"\n\n\nMESSAGE\na:b\n\nbody\0", [Frame("MESSAGE", {"a": "b"}, b"body")]),
        (b"MESSAGE\na:b\n\r\nbody\0", [Frame("MESSAGE", {"a": "b"}, b"body")]),
        (
            b"CONNECTED\nversion:1.2\nsession:ID:1\\c2\n\n\0",
            [Frame("CONNECTED", {"version": "1.2", "session": "ID:1\\c2"})],
        ),
        (b"MESSAGE\na:C\\\\new\n\n\0", [Frame("MESSAGE", {"a": "C\\new"})]),
        (b"MESSAGE\na:b\\r\\nc\n\n\0", [Frame("MESSAGE", {"a": "b\r\nc"})]),
        (b"MESSAGE\nack:ID:x:1\n\n\0", [Frame("MESSAGE", {"ack": "ID:x:1"})]),
        (b"MESSAGE\nb:2\na:1\n\n\0", [Frame("MESSAGE", [("b", "2"), ("a", "1")])]),
        (b"FROB\n\n\0", [Frame("FROB")]),
    ],
)
def test_what_other_parsers_lose_is_kept(octets: bytes, frames: list[Frame]) -> None:
    assert [item for item in every_way(octets, version="1.2") if isinstance(item, Frame)] == frames
