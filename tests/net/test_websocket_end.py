"""How a WebSocket ends as a transport: from the other side, from this side, by faults."""

from __future__ import annotations

import asyncio

import pytest

from stomptui import ConnectionLost, RemoteProtocolError, parse_uri
from stomptui.net import websocket
from stomptui.net.websocket import CLOSE_LIMIT, open_websocket
from tests.net.conftest import Clock
from tests.net.peer import Peer, serving
from tests.net.web_peer import BIG, Ear, WebPeer, accepting, future, opened


@pytest.fixture
def for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is cut off here when it takes long."""
    monkeypatch.setattr(websocket, "CLOSE_LIMIT", 3600)


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
        assert web.said == ("" if code is None else "STOMP died")
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


async def test_aborting_from_within_what_is_told() -> None:
    class Aborting(Ear):
        def received(self, data: memoryview) -> None:
            super().received(data)
            web.abort()

    async def script(peer: Peer) -> None:
        await peer.send(accepting(await peer.reader.readuntil(b"\r\n\r\n")))
        await peer.reader.readexactly(7)
        await peer.send(b"\x81\x04last\x88\x02\x03\xe8")
        await peer.reader.read()

    async with serving(script) as address:
        ear = Aborting()
        web = await open_websocket(parse_uri(f"ws://{address}/"), ear)
        web.write(b"x")
        await web.gone()
        assert ear.octets == b"last"
        assert not ear.end.done()


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
