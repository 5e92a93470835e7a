"""A WebSocket as a transport: octets both ways, and back-pressure."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from stomptui import LimitExceeded
from stomptui.net import websocket
from stomptui.stomp.limits import Limits
from tests.net.web_peer import BIG, WebPeer, future, opened


async def test_where_messages_end_means_nothing() -> None:
    async def script(peer: WebPeer) -> None:
        await peer.text(b"several\0frames\0in one")
        await peer.text(b" and ")
        await peer.binary(b"one over several")
        await peer.binary([b", over ", b"", b"fragments"])
        await peer.web.close()

    async with opened(script) as (_, ear):
        assert await ear.end is None
        assert ear.octets == b"several\0frames\0in one and one over several, over fragments"


async def test_text_need_not_be_utf_8() -> None:
    async def script(peer: WebPeer) -> None:
        await peer.text(b"caf\xe9 ")
        await peer.text([b"\xc3", b"\xa9 in two fragments"])
        await peer.web.close()

    async with opened(script) as (_, ear):
        assert await ear.end is None
        assert ear.octets == b"caf\xe9 \xc3\xa9 in two fragments"


async def test_more_fragments_than_the_library_would_collect() -> None:
    async def script(peer: WebPeer) -> None:
        await peer.binary([b"x"] * 5000)
        await peer.web.close()

    async with opened(script) as (_, ear):
        assert await ear.end is None
        assert ear.octets == b"x" * 5000


async def test_each_write_is_one_message_text_if_it_is_utf_8() -> None:
    heard = future()

    async def script(peer: WebPeer) -> None:
        heard.set_result([await peer.web.recv() for _ in range(8)])

    async with opened(script) as (web, _):
        web.write(b"several", b"in one \xff", b"write")
        for data in (b"SEND\n\ncaf\xc3\xa9\0", b"\n", b"caf\xe9", BIG, b"x" * 2_000_000):
            web.write(data)
        assert await heard == [
            "several",
            b"in one \xff",
            "write",
            "SEND\n\ncafé\0",
            "\n",
            b"caf\xe9",
            BIG,
            "x" * 2_000_000,
        ]


async def test_three_mebibytes_in_one_message() -> None:
    async def script(peer: WebPeer) -> None:
        await peer.text(BIG)
        await peer.web.close()

    async with opened(script) as (_, ear):
        assert await ear.end is None
        assert ear.octets == BIG


@pytest.mark.parametrize("pieces", [1, 4])
async def test_a_message_larger_than_the_limits(pieces: int) -> None:
    code = future()

    async def script(peer: WebPeer) -> None:
        await peer.text(b"before")
        await peer.binary([b"x" * (2000 // pieces)] * pieces)
        await peer.web.wait_closed()
        code.set_result(peer.web.close_code)

    async with opened(script, Limits(head=1000, body=999)) as (_, ear):
        error = await ear.end
        assert isinstance(error, LimitExceeded)
        assert "larger than the limits `head` and `body` together" in str(error)
        assert "1999" in str(error)
        assert ear.octets == b"before" + b"x" * (1500 if pieces > 1 else 0)
        assert await code == 1009


async def test_a_peer_that_sends_without_end_is_held_back_and_nothing_is_lost() -> None:
    # More than the buffers of both sockets: what is not read stays with the peer.
    count, piece = 1024, 65_536
    sent = 0

    async def script(peer: WebPeer) -> None:
        nonlocal sent
        for number in range(count):
            await peer.binary(number.to_bytes(4, "big") * (piece // 4))
            sent += 1
        await peer.web.close()

    async with opened(script) as (web, ear):
        await ear.until(lambda: len(ear.octets) > piece)
        web.pause_reading()
        before = len(ear.octets)
        await held_back(lambda: sent)
        assert sent < count
        assert len(ear.octets) == before
        web.resume_reading()
        assert await ear.end is None
        assert len(ear.octets) == count * piece
        assert all(
            ear.octets[start : start + 4] == (start // piece).to_bytes(4, "big")
            for start in range(0, len(ear.octets), piece)
        )


async def held_back(progress: Callable[[], int]) -> None:
    """Wait until `progress` stands still: both ends are in this loop, neither goes on with a full socket."""
    still = 0
    while still < 1000:
        before = progress()
        await asyncio.sleep(0)
        still = still + 1 if progress() == before else 0


async def test_a_ping_is_answered_also_when_it_came_while_reading_was_paused() -> None:
    go_on, pinged = asyncio.Event(), asyncio.Event()

    async def script(peer: WebPeer) -> None:
        await (await peer.web.ping())
        await peer.text(b"one")
        await go_on.wait()
        pong = await peer.web.ping()
        pinged.set()
        await pong
        await peer.text(b"two")
        await peer.web.close()

    async with opened(script) as (web, ear):
        await ear.until(lambda: ear.octets == b"one")
        web.pause_reading()
        go_on.set()
        await pinged.wait()
        web.write(b"the other way is open")
        web.resume_reading()
        assert await ear.end is None
        assert ear.octets == b"onetwo"


async def test_pings_of_a_peer_that_does_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(websocket, "BACKLOG_LIMIT", 100_000)
    go_on = asyncio.Event()

    async def script(peer: WebPeer) -> None:
        peer.web.transport.pause_reading()
        for _ in range(400):
            peer.web.transport.write((b"\x89\x7d" + b"x" * 125) * 200)
            await asyncio.sleep(0)
        await peer.text(b"all")
        await go_on.wait()
        peer.web.transport.resume_reading()
        await peer.answer()

    async with opened(script) as (web, ear):
        await ear.until(lambda: ear.octets == b"all")
        assert 0 < web.backlog() < 100_000 + 2 * 65_536
        go_on.set()
        await ear.until(lambda: ear.ready[-1:] == [True])


async def test_a_peer_that_does_not_read() -> None:
    go_on = asyncio.Event()
    heard = future()

    async def script(peer: WebPeer) -> None:
        await go_on.wait()
        heard.set_result(sum([len(message) async for message in peer.web]))

    async with opened(script) as (web, ear):
        written = 0
        while not ear.ready:
            web.write(b"x" * 65_536)
            written += 65_536
            await asyncio.sleep(0)
        assert ear.ready == [False]
        assert 0 < web.backlog() < written + 100
        go_on.set()
        await ear.until(lambda: len(ear.ready) > 1)
        assert ear.ready == [False, True]
        assert web.backlog() <= 16_384
        web.close()
        await web.gone()
        assert await heard == written
