"""The same streams read by us, by stomp.py and by stompman: a difference has a reason that is known."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stomptui.stomp.frame import Frame
from tests.benchmarks.codec_peers import STOMP_PY, STOMPMAN, Peer
from tests.benchmarks.codec_streams import Made
from tests.stomp.feeding import feed

ESCAPES = {"\\": "\\\\", ":": "\\c", "\n": "\\n", "\r": "\\r"}


class Written(NamedTuple):
    """A frame, the EOLs of its head (the last closes the blank line) and those after its NUL."""

    made: Made
    eols: tuple[bytes, ...]
    after: tuple[bytes, ...]

    @property
    def octets(self) -> bytes:
        lines = [self.made.command.encode(), *(self._line(*pair).encode() for pair in self.made.headers), b""]
        head = b"".join(line + self.eols[at % len(self.eols)] for at, line in enumerate(lines))
        return head + self.made.body + b"\0" + b"".join(self.after)

    def _line(self, name: str, value: str) -> str:
        if self.made.command == "CONNECTED":
            return f"{name}:{value}"
        table = str.maketrans(ESCAPES)
        return f"{name.translate(table)}:{value.translate(table)}"


names = st.text("abcxyz-", min_size=1, max_size=5).map(lambda text: "x-" + text)
tricky_names = names | st.text("ab:\\\n", min_size=1, max_size=4).map(lambda text: "x" + text)
values = (
    st.text("abc/ 09_äß€", max_size=8) | st.text("ab:\\\ncnr", max_size=8) | st.text("a\r\n:", max_size=3)
)
bodies = st.binary(max_size=20) | st.sampled_from([b"\n\n", b"\0\0\n", b"MESSAGE\n\n\0", b"x" * 200])
eols = st.sampled_from([(b"\n",)] * 6 + [(b"\r\n",), (b"\n", b"\r\n"), (b"\r\n", b"\n")])
between = st.sampled_from([[b"\n"], []]) | st.lists(st.sampled_from([b"\n", b"\r\n"]), max_size=3)


@st.composite
def frames(draw: st.DrawFn) -> Written:
    """A frame of a broker, well-formed in STOMP 1.2."""
    command = draw(st.sampled_from(["MESSAGE", "MESSAGE", "RECEIPT", "ERROR", "CONNECTED"]))
    if command == "CONNECTED":
        sound = st.text("abc:/ \\n", max_size=8)
        headers = [("version", "1.2"), *draw(st.lists(st.tuples(names, sound), max_size=3))]
    else:
        headers = draw(st.lists(st.tuples(tricky_names, values), max_size=4))
    body = draw(bodies) if command in ("MESSAGE", "ERROR") else b""
    if b"\0" in body or draw(st.booleans()):
        headers.insert(draw(st.integers(0, len(headers))), ("content-length", str(len(body))))
    return Written(Made(command, tuple(headers), body), draw(eols), tuple(draw(between)))


def ours(pieces: list[bytes]) -> list[Made]:
    items = [item for item in feed(pieces, version="1.2") if isinstance(item, Frame)]
    return [Made(frame.command, frame.headers, frame.body) for frame in items]


def theirs(peer: Peer, pieces: list[bytes]) -> list[Made]:
    got: list[Any] = []
    peer.decode(pieces, got.append)
    return [peer.meant(frame) for frame in got]


def first_of_each(made: Made) -> tuple[str, dict[str, str], bytes]:
    """What libraries tell that keep headers in a dict."""
    return made.command, dict(reversed(made.headers)), made.body


def why_stomp_py(written: list[Written]) -> Iterator[str]:
    for frame in written:
        if len(frame.after) > 1:
            yield "two EOLs in one read take the next frame with them"
        if len(frame.eols) > 1:
            yield "a blank line that ends otherwise than the line before hides the body or leaves a CR"
        if frame.made.command == "CONNECTED" and any("\\" in value for _, value in frame.made.headers):
            yield "CONNECTED is unescaped"


def why_stompman(written: list[Written]) -> Iterator[str]:
    for frame in written:
        if any("\r" in name + value for name, value in frame.made.headers):
            yield "the escape of CR is dropped"
        if frame.made.command == "CONNECTED" and any("\\" in value for _, value in frame.made.headers):
            yield "CONNECTED is unescaped"
        if frame.made.command == "CONNECTED" and any(":" in value for _, value in frame.made.headers):
            yield "a header with a colon in its value is dropped"


def faultless(frame: Written) -> bool:
    return not [*why_stomp_py([frame]), *why_stompman([frame])]


cuts = st.lists(st.integers(1, 300), max_size=6)


def cut(written: list[Written], places: list[int]) -> list[bytes]:
    """The octets of all frames, cut where it is said."""
    octets = b"".join(frame.octets for frame in written)
    bounds = sorted({0, len(octets), *(place for place in places if place < len(octets))})
    return [octets[start:end] for start, end in pairwise(bounds)]


@given(written=st.lists(frames().filter(faultless), min_size=1, max_size=4), places=cuts)
@settings(max_examples=200)
def test_all_read_alike_what_touches_no_known_fault(written: list[Written], places: list[int]) -> None:
    pieces = cut(written, places)
    meant = [frame.made for frame in written]
    assert ours(pieces) == meant
    for peer in (STOMP_PY, STOMPMAN):
        assert list(map(first_of_each, theirs(peer, pieces))) == list(map(first_of_each, meant)), peer.name


@given(written=st.lists(frames(), min_size=1, max_size=3), places=cuts)
@settings(max_examples=200)
def test_where_others_read_something_else_a_fault_of_theirs_is_known(
    written: list[Written], places: list[int]
) -> None:
    pieces = cut(written, places)
    meant = [frame.made for frame in written]
    assert ours(pieces) == meant
    for peer, why in ((STOMP_PY, why_stomp_py), (STOMPMAN, why_stompman)):
        if list(map(first_of_each, theirs(peer, pieces))) != list(map(first_of_each, meant)):
            assert list(why(written)), peer.name


MESSAGE = b"MESSAGE\na:b\n\nbody\0"


@pytest.mark.parametrize(
    ("peer", "pieces", "told", "meant"),
    [
        (STOMP_PY, [b"\n\n" + MESSAGE], [], [Made("MESSAGE", (("a", "b"),), b"body")]),
        (
            STOMP_PY,
            [b"MESSAGE\na:b\n\r\nbody\0"],
            [Made("MESSAGE", (("a", "b"),), b"")],
            [Made("MESSAGE", (("a", "b"),), b"body")],
        ),
        (
            STOMP_PY,
            [b"MESSAGE\na:b\r\n\nbody\0"],
            [Made("MESSAGE", (("a", "b\r"),), b"body")],
            [Made("MESSAGE", (("a", "b"),), b"body")],
        ),
        (
            STOMP_PY,
            [b"CONNECTED\nsession:a\\cb\n\n\0"],
            [Made("CONNECTED", (("session", "a:b"),), b"")],
            [Made("CONNECTED", (("session", "a\\cb"),), b"")],
        ),
        (
            STOMPMAN,
            [b"MESSAGE\na:b\\r\\nc\n\n\0"],
            [Made("MESSAGE", (("a", "b\nc"),), b"")],
            [Made("MESSAGE", (("a", "b\r\nc"),), b"")],
        ),
        (
            STOMPMAN,
            [b"CONNECTED\nsession:a\\cb\n\n\0"],
            [Made("CONNECTED", (("session", "a:b"),), b"")],
            [Made("CONNECTED", (("session", "a\\cb"),), b"")],
        ),
        (
            STOMPMAN,
            [b"CONNECTED\nsession:a:b\n\n\0"],
            [Made("CONNECTED", (), b"")],
            [Made("CONNECTED", (("session", "a:b"),), b"")],
        ),
        (STOMPMAN, [b"FROB\n\n\0"], [], [Made("FROB", (), b"")]),
    ],
)
def test_the_known_faults_are_still_there(
    peer: Peer, pieces: list[bytes], told: list[Made], meant: list[Made]
) -> None:
    assert theirs(peer, pieces) == told
    assert ours(pieces) == meant
