"""What holds of the linter for any octets, and for whatever our own encoder writes."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from stomptui.stomp import frame as build
from stomptui.stomp.codec import decode
from stomptui.stomp.encode import encode
from stomptui.stomp.errors import LocalProtocolError, RemoteProtocolError
from stomptui.stomp.escapes import VERSIONS
from stomptui.stomp.examine import COMMANDS, MOST
from stomptui.stomp.frame import AckMode, Frame
from stomptui.stomp.lint import lint

versions = st.sampled_from((None, *VERSIONS))
pieces = st.sampled_from(
    [
        *COMMANDS, b"\n", b"\r\n", b"\0", b":", b"\\", b"\\c", b"\\t", b"content-length:",
        b"content-length:3", b"heart-beat:",
        b"\ndestination:/q\n", b"\n\n", b"version:1.2", b"accept-version:1.0,1.2", b"id", b"ack:x",
        b"receipt:", b" ", b"\xff", b"\xc3", "ä".encode(), b"9" * 20, b"-1",
    ]
)  # fmt: skip
octets = st.binary(max_size=300) | st.lists(pieces | st.binary(max_size=4), max_size=40).map(b"".join)
text = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=20)
names = text.map("x-{}".format)


@given(octets, versions, st.booleans(), st.booleans(), st.integers(0, 1 << 40))
def test_it_never_raises_and_marks_lie_in_order_within_the_octets(
    raw: bytes, version: str | None, to_broker: bool, escapes: bool, left: int
) -> None:
    marks = lint(raw, version, to_broker=to_broker, escapes_1_0=escapes, left=left)
    offsets = [mark.offset for mark in marks]
    assert offsets == sorted(offsets)
    assert all(0 <= offset <= len(raw) for offset in offsets)
    assert len(marks) <= MOST + 1
    assert all(re.match(r"STOMP 1\.[012], \w", mark.section) for mark in marks)


@given(octets, versions)
def test_it_marks_all_that_the_decoder_marks(raw: bytes, version: str | None) -> None:
    try:
        frame = decode(raw, version)
    except RemoteProtocolError:
        return
    if len(frame.marks) < MOST // 2:
        found = {(mark.code, mark.offset) for mark in lint(raw, version, to_broker=True)}
        assert {(mark.code, mark.offset) for mark in frame.marks} <= found


@st.composite
def built(draw: st.DrawFn) -> Frame:
    """What a builder makes for a call with any values, no header twice."""
    headers = list(draw(st.dictionaries(names, text, max_size=4)).items())
    receipt = draw(st.none() | text)
    transaction = draw(st.none() | text)
    more: dict[str, Any] = {"headers": headers, "receipt": receipt}
    mode = draw(st.sampled_from((AckMode.AUTO, AckMode.CLIENT)))
    id_headers: tuple[tuple[str, str], ...] = (
        ("id", draw(text)), ("message-id", draw(text)), ("subscription", draw(text)),
    )  # fmt: skip
    made: list[Callable[[], Frame]] = [
        partial(build.send, draw(text), draw(st.binary(max_size=20)), transaction=transaction, **more),
        partial(build.subscribe, draw(text), draw(text), ack=mode, **more),
        partial(build.unsubscribe, draw(text), destination=draw(st.none() | text), **more),
        partial(build.begin, draw(text), **more),
        partial(build.commit, draw(text), **more),
        partial(build.abort, draw(text), **more),
        partial(build.disconnect, **more),
        partial(build.settle, "ACK", id_headers, transaction=transaction, **more),
    ]  # fmt: skip
    return draw(st.sampled_from(made))()


@given(built(), st.sampled_from(VERSIONS))
def test_what_our_encoder_writes_is_without_a_mark(frame: Frame, version: str) -> None:
    try:
        raw = encode(frame, version)
    except LocalProtocolError:
        return
    marks = lint(raw, version, to_broker=True)
    if version == "1.0" and b"\\" in raw:  # which may mean an escape, or itself: nobody can tell
        marks = tuple(mark for mark in marks if mark.code != "escape-in-1.0")
    assert marks == ()


@given(
    text,
    st.none() | text,
    st.sampled_from([("1.0",), ("1.2",), VERSIONS]),
    st.sampled_from([(0, 0), (5, 10)]),
)
def test_nor_is_our_connect(
    host: str, login: str | None, offered: tuple[str, ...], beats: tuple[int, int]
) -> None:
    try:
        raw = encode(build.connect(host, versions=offered, login=login, heart_beat=beats), None)
    except LocalProtocolError:
        return
    assert lint(raw, None, to_broker=True) == ()
