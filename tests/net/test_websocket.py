"""A WebSocket as a transport: octets both ways, back-pressure, and how it ends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest

from stomptui import ConnectionLost, LimitExceeded, RemoteProtocolError, parse_uri
from stomptui.net import websocket
from stomptui.net.websocket import CLOSE_LIMIT, WebSocket, open_websocket
from stomptui.stomp.limits import Limits
from tests.net.conftest import Clock
from tests.net.peer import Peer, serving
from tests.net.web_peer import Ear, WebPeer, accepting, web_serving

BIG = bytes(range(256)) * (12 * 1024)
"""3 MiB that are not UTF-8."""


def future() -> asyncio.Future[Any]:
    """What a script finds out."""
    return asyncio.get_running_loop().create_future()


@asynccontextmanager
async def opened(
    script: Callable[[WebPeer], Awaitable[None]], limits: Limits | None = None, **options: Any
) -> AsyncIterator[tuple[WebSocket, Ear]]:
    async with web_serving(script, **options) as uri:
        endpoint = parse_uri(uri)
        ear = Ear()
        web = await open_websocket(replace(endpoint, limits=limits) if limits else endpoint, ear)
        try:
            yield web, ear
        finally:
            web.abort()


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


@pytest.fixture
def for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is cut off here when it takes long."""
    monkeypatch.setattr(websocket, "CLOSE_LIMIT", 3600)


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


@pytest.mark.parametrize("code", [1000, 1001, None])
async def test_a_close_in_order(code: int | None) -> None:
    async def script(peer: WebPeer) -> None:
        await peer.text(b"the last words")
        if code is None:
            peer.web.transport.write(b"\x88\x00")  # a close without a code
            await peer.web.wait_closed()
        else:
            await peer.web.close(code, "STOMP died")

    async with opened(script) as (web, ear):
        assert await ear.end is None
        assert ear.octets == b"the last words"
        await web.gone()


@pytest.mark.parametrize(
    ("code", "reason", "words"),
    [
        (
            1002,
            "",
            "the broker closed the WebSocket with code 1002 (it found a fault in the WebSocket protocol)",
        ),
        (
            1008,
            "no\r\nway",
            "the broker closed the WebSocket with code 1008 (a message broke its rules): no way",
        ),
        (1009, "", "code 1009 (a message was larger than it takes: send smaller bodies)"),
        (1011, "oh", "code 1011 (it failed itself): oh"),
        (4711, "its own", "the broker closed the WebSocket with code 4711: its own"),
    ],
)
async def test_a_close_with_a_code(code: int, reason: str, words: str) -> None:
    async def script(peer: WebPeer) -> None:
        await peer.text(b"the last words")
        await peer.web.close(code, reason)

    async with opened(script) as (web, ear):
        error = await ear.end
        assert isinstance(error, ConnectionLost)
        assert str(error).endswith(words)
        assert ear.octets == b"the last words"
        await web.gone()


async def test_a_reset() -> None:
    async def script(peer: WebPeer) -> None:
        await peer.web.recv()
        peer.reset()

    async with opened(script) as (web, ear):
        web.write(b"x")
        assert isinstance(await ear.end, ConnectionResetError)
        await web.gone()


async def test_an_end_of_stream_without_a_close() -> None:
    async def script(peer: WebPeer) -> None:
        await peer.text(b"the last words")
        peer.web.transport.close()

    async with opened(script) as (_, ear):
        error = await ear.end
        assert str(error) == "the connection ended without the close that a WebSocket ends with"
        assert ear.octets == b"the last words"


@pytest.mark.parametrize(
    "octets",
    [
        b"\xff\xffno frame",
        b"\x81\x85maskhello",  # masked, as only a client may
        b"\x80\x01x",  # a continuation of nothing
        b"\xc1\x01x",  # compressed, which was not agreed on
        b"\x88\x02\x00\x01",  # a close with a code that there is not
    ],
)
async def test_what_is_no_websocket_frame(octets: bytes) -> None:
    async def script(peer: WebPeer) -> None:
        await peer.text(b"the last words")
        peer.web.transport.pause_reading()  # it pays no attention to what is said of it
        peer.web.transport.write(octets)
        await asyncio.Event().wait()

    async with opened(script) as (web, ear):
        error = await ear.end
        assert isinstance(error, RemoteProtocolError)
        assert str(error).startswith("what the broker sends is no WebSocket: ")
        assert ear.octets == b"the last words"
        await web.gone()


async def test_closing_lets_the_backlog_leave_and_says_so() -> None:
    heard = future()
    go_on = asyncio.Event()

    async def script(peer: WebPeer) -> None:
        await go_on.wait()
        lengths = [len(message) async for message in peer.web]
        heard.set_result((lengths, peer.web.close_code))

    async with opened(script) as (web, ear):
        for _ in range(8):
            web.write(BIG)
        assert web.backlog() > 0
        web.close()
        web.close()
        web.write(b"too late")
        go_on.set()
        await web.gone()
        assert await heard == ([len(BIG)] * 8, 1000)
        assert not ear.end.done()


async def test_a_peer_that_answers_the_close_and_keeps_the_connection(for_ever: None) -> None:
    async def script(peer: Peer) -> None:
        await peer.send(accepting(await peer.reader.readuntil(b"\r\n\r\n")))
        await peer.reader.readexactly(8)
        await peer.send(b"\x88\x02\x03\xe8")
        assert await peer.reader.read() == b""

    async with serving(script) as address:
        web = await open_websocket(parse_uri(f"ws://{address}/"), Ear())
        web.close()
        await web.gone()


async def test_closing_while_reading_is_paused_behind_much_that_was_not_read(for_ever: None) -> None:
    async def script(peer: WebPeer) -> None:
        async def pour() -> None:
            while True:
                await peer.binary(BIG)

        pouring = asyncio.create_task(pour())
        assert [message async for message in peer.web] == ["the last words"]
        pouring.cancel()

    async with opened(script, close_timeout=None) as (web, ear):
        web.pause_reading()
        web.write(b"the last words")
        web.close()
        await web.gone()
        assert not ear.end.done()


async def test_a_peer_that_never_answers_the_close(clock: Clock) -> None:
    for_ever = asyncio.Event()

    async def script(peer: WebPeer) -> None:
        peer.web.transport.pause_reading()
        await peer.text(b"x")
        await for_ever.wait()

    async with opened(script) as (web, ear):
        await ear.until(lambda: ear.octets == b"x")
        web.close()
        gone = asyncio.ensure_future(web.gone())
        await clock.forward(CLOSE_LIMIT - 0.1)
        assert not gone.done()
        await clock.forward(0.1)
        await gone


async def test_nothing_raises_once_it_has_ended() -> None:
    async def script(peer: WebPeer) -> None:
        await peer.web.close()

    async with opened(script) as (web, ear):
        await ear.end
        for _ in range(2):
            web.write(b"x")
            web.pause_reading()
            web.resume_reading()
            assert web.backlog() == 0
            web.close()
            web.abort()
            await web.gone()


async def test_aborting() -> None:
    code = future()

    async def script(peer: WebPeer) -> None:
        await peer.web.wait_closed()
        code.set_result(peer.web.close_code)

    async with opened(script) as (web, ear):
        web.abort()
        await web.gone()
        assert await code == 1006
        assert not ear.end.done()
