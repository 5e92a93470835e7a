"""Heads written from what is kept of their kind: the same octets and refusals, and bounded."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stomptui.stomp import encode as encoder
from stomptui.stomp.codec import encode
from stomptui.stomp.errors import LocalProtocolError
from stomptui.stomp.frame import Frame
from stomptui.stomp.skeleton import HEADERS, KEPT, OCTETS, Skeletons

TEXTS = st.lists(
    st.sampled_from(["a", "é", ":", "\n", "\r", "\0", "\\", "\\c", " ", "\udcff", "\ud800"]), max_size=3
).map("".join)
NAMES = st.sampled_from(["a", "b", "content-length", "content-length ", "x-content-length"]) | TEXTS
VALUES = st.sampled_from(["0", "1", "2", "plain"]) | TEXTS
FRAMES = st.builds(
    Frame,
    st.sampled_from(["SEND", "CONNECT", "CONNECTED", "", "A:B", "A\n", "\ud800"]),
    st.lists(st.tuples(NAMES, VALUES), max_size=4),
    st.sampled_from([b"", b"x", b"\0", b"\0\0"]),
)


def outcome(frame: Frame, version: str | None, escapes: bool) -> bytes | str:
    try:
        return encode(frame, version, escapes_1_0=escapes, escape_connect=escapes)
    except LocalProtocolError as error:
        return str(error)


@given(FRAMES, st.sampled_from([None, "1.0", "1.1", "1.2"]), st.booleans())
def test_it_writes_and_refuses_what_the_thorough_way_does(
    frame: Frame, version: str | None, escapes: bool
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(encoder, "_skeletons", kept := Skeletons())
        patch.setattr(encoder, "_writers", writers := {})
        quick = [outcome(frame, version, escapes) for _ in range(3)]
        kept.given_up = True
        writers.clear()
        assert quick == [outcome(frame, version, escapes)] * 3


@given(st.lists(FRAMES, min_size=2, max_size=6))
def test_what_one_frame_left_behind_does_not_show_in_another(made: list[Frame]) -> None:
    """Other names, other values or another length in the next frame of a command with so many headers."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(encoder, "_skeletons", Skeletons())
        patch.setattr(encoder, "_writers", writers := {})
        together = [outcome(frame, "1.2", False) for frame in made]
        alone = []
        for frame in made:
            writers.clear()
            alone.append(outcome(frame, "1.2", False))
    assert together == alone


def test_a_writer_is_left_once_a_value_needs_an_escape(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoder, "_skeletons", Skeletons())
    monkeypatch.setattr(encoder, "_writers", writers := {})
    for value, kept in [("1", True), ("2", True), (":", False), ("\\", False), ("3", True)]:
        head = (
            f"SEND\na:{value}\n\n".encode()
            if kept
            else f"SEND\na:\\{'c' if value == ':' else value}\n\n".encode()
        )
        assert encode(Frame("SEND", [("a", value)]), "1.2") == head + b"\0"
        assert (("SEND", 1) in writers) is kept


@pytest.mark.parametrize("body", [b"", b"xx", b"\0"])
def test_a_writer_leaves_a_length_that_is_not_the_body_s_to_be_refused(body: bytes) -> None:
    headers = [("destination", "/queue/a"), ("content-length", "1")]
    for _ in range(3):
        assert encode(Frame("SEND", headers, b"x"), "1.2").endswith(b"length:1\n\nx\0")
    if len(body) == 1:
        assert encode(Frame("SEND", headers, body), "1.2").endswith(b"length:1\n\n\0\0")
    else:
        with pytest.raises(LocalProtocolError):
            encode(Frame("SEND", headers, body), "1.2")


def test_a_value_that_is_no_text_is_written_as_it_was() -> None:
    frame = Frame("SEND", [("a", 5), ("content-length", 1)], b"x")  # type: ignore[list-item]
    assert encode(frame, "1.2") == b"SEND\na:5\ncontent-length:1\n\nx\0"


def test_what_is_kept_is_bounded() -> None:
    kept = Skeletons()
    for number in range(KEPT):
        assert kept["SEND", (f"x-{number}",)] is not None
    assert kept["SEND", ("y" * OCTETS,)] is None
    assert kept["SEND", ("x-1",)] is not None
    assert (len(kept), kept.given_up) == (KEPT, False)
    assert kept["SEND", ("one more",)] is None
    assert (len(kept), kept.given_up) == (0, True)


def test_a_frame_of_many_headers_is_not_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoder, "_skeletons", kept := Skeletons())
    for count in (HEADERS, HEADERS + 1):
        headers = [(f"x-{number}", "1:2") for number in range(count)]
        assert encode(Frame("SEND", headers), "1.2").count(b":1\\c2\n") == count
    assert len(kept) == 1
