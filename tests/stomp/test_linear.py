"""Four times the octets make four times the work, counted in calls: a clock would tell of the machine."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable

import pytest

from stomptui.stomp.codec import Decoder, encode
from stomptui.stomp.errors import RemoteProtocolError
from stomptui.stomp.frame import Frame
from stomptui.stomp.limits import NONE
from tests.stomp.hostile import STREAMS

FIXED = 60
"""Calls that a stream costs whatever its length."""


def calls(run: Callable[[], object]) -> int:
    """How many functions are called and how many generators go on, those of C included."""
    count = 0

    def profile(_: object, event: str, __: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(profile)
    try:
        run()
    finally:
        sys.setprofile(None)
    return count


def read(pieces: Iterable[bytes]) -> None:
    """Read all, and all of each frame."""
    decoder = Decoder("1.2", NONE)
    try:
        for piece in pieces:
            decoder.receive(piece)
            for item in decoder:
                if isinstance(item, Frame):
                    item.first("b")
                    item.headers  # noqa: B018
                    item.redacted(("a",))
    except RemoteProtocolError:
        pass


# What is whole is so large that neither size is read the quick way alone.
@pytest.mark.parametrize(("cut", "size"), [(1, 1_500), (7, 1_500), (500, 5_000), (10**6, 5_000)])
@pytest.mark.parametrize("name", STREAMS)
def test_reading_is_linear(name: str, cut: int, size: int) -> None:
    def work(size: int) -> int:
        octets = STREAMS[name](size)
        pieces = [octets[at : at + cut] for at in range(0, len(octets), cut)]
        return calls(lambda: read(pieces))

    assert work(4 * size) <= 4.1 * work(size) + FIXED


@pytest.mark.parametrize("sign", ["a", "\\", ":", "\n"])
def test_writing_is_linear(sign: str) -> None:
    def work(size: int) -> int:
        frame = Frame("SEND", [("a", sign * 10)] * size)
        return calls(lambda: encode(frame, "1.2"))

    assert work(400) <= 4.1 * work(100) + FIXED
