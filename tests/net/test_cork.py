"""Frames of one turn of the loop: the first leaves at once, the others together, and never out of order."""

from __future__ import annotations

import asyncio

from stomptui.net.cork import FULL, Cork


class Wire:
    """A transport that notes its writes."""

    said = ""

    def __init__(self) -> None:
        self.writes: list[tuple[bytes, ...]] = []

    def write(self, *frames: bytes) -> None:
        self.writes.append(frames)

    def backlog(self) -> int:
        return 0

    def pause_reading(self) -> None: ...

    def resume_reading(self) -> None: ...

    def close(self) -> None: ...

    def abort(self) -> None: ...

    async def gone(self) -> None: ...


def corked() -> tuple[Cork, Wire]:
    cork, wire = Cork(asyncio.get_running_loop()), Wire()
    cork.transport = wire
    return cork, wire


async def test_the_first_leaves_at_once_and_the_others_when_the_turn_ends() -> None:
    cork, wire = corked()
    for data in (b"1", b"", b"2", b"3"):
        cork.write(data)
    assert wire.writes == [(b"1",)]
    await asyncio.sleep(0)
    assert wire.writes == [(b"1",), (b"2", b"3")]
    cork.write(b"4")
    assert wire.writes[2:] == [(b"4",)]


async def test_between_push_and_pull_everything_is_kept_back() -> None:
    cork, wire = corked()
    cork.push()
    cork.write(b"1")
    cork.write(b"2")
    assert wire.writes == []
    cork.pull()
    cork.write(b"3")
    assert wire.writes == [(b"1", b"2"), (b"3",)]
    cork.pull()
    assert len(wire.writes) == 2


async def test_what_is_kept_back_is_bounded() -> None:
    cork, wire = corked()
    data = b"x" * (FULL // 2)
    for _ in range(5):
        cork.write(data)
    assert wire.writes == [(data,), (data, data), (data, data)]


async def test_nothing_is_kept_for_a_transport_that_is_not_there() -> None:
    cork, wire = corked()
    cork.transport = None
    cork.write(b"1")
    cork.transport = wire
    await asyncio.sleep(0)
    assert wire.writes == []
