"""A frame of which only the beginning is at hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stomptui.stomp.codec import decode, encode
from stomptui.stomp.errors import RemoteProtocolError
from stomptui.stomp.frame import Frame
from stomptui.stomp.single import begun

values = st.text(st.sampled_from("a:\\\n\r ä"), max_size=6)


@given(
    st.sampled_from(["1.0", "1.1", "1.2", None]),
    st.lists(values, max_size=3),
    st.binary(max_size=20),
    st.data(),
)
def test_what_is_begun_is_what_the_whole_begins_with(
    version: str | None, some: list[str], body: bytes, data: st.DataObject
) -> None:
    if version in (None, "1.0"):
        some = [value.strip().translate({10: "", 13: "", 92: ""}) for value in some]
    elif version == "1.1":
        some = [value.replace("\r", "") for value in some]
    headers = [(f"h{at}", value) for at, value in enumerate(some)]
    raw = encode(Frame("MESSAGE", [*headers, ("content-length", str(len(body)))], body), version)
    head = raw.index(b"\n\n") + 2
    kept = data.draw(st.integers(0, len(body)))
    frame, whole = begun(raw[: head + kept] + b"\0", version), decode(raw, version)
    assert (frame.command, frame.headers, frame.body) == (whole.command, whole.headers, body[:kept])
    assert frame.marks == whole.marks


@pytest.mark.parametrize("raw", [b"", b"\0", b"MESSAGE\n", b"MESSAGE\na:b\n\0", b"\x16\x03\x01\0"])
def test_what_has_no_head_is_refused(raw: bytes) -> None:
    with pytest.raises(RemoteProtocolError, match="do not begin a frame"):
        begun(raw, "1.2")
