"""Writing to a broker that does not read: bounded, and nothing is lost."""

from __future__ import annotations

import asyncio
import socket

import pytest

from stomptui import ConnectionLost, LocalProtocolError, TimedOut, connect
from stomptui.net import link as links
from stomptui.net.tcp import open_tcp
from stomptui.stomp import frame as frames
from tests.net.peer import Peer, serving

BODY = b"x" * 65536
COUNT = 500


async def test_sending_waits_for_a_broker_that_does_not_read() -> None:
    gate = asyncio.Event()
    got = 0

    async def script(peer: Peer) -> None:
        nonlocal got
        await peer.accept()
        await gate.wait()
        async for frame in peer.frames():
            got += frame.command == "SEND"
            if frame.command == "DISCONNECT":
                await peer.receipt(frame)

    sent = 0

    async def send_all() -> None:
        nonlocal sent
        for _ in range(COUNT):
            await client.send("/queue/q", BODY)
            sent += 1

    async with serving(script) as address:
        client = await connect(f"stomp://{address}")
        sending = asyncio.ensure_future(send_all())
        for _ in range(2 * COUNT):
            await asyncio.sleep(0)
        assert not sending.done()
        before = sent
        for _ in range(COUNT):
            await asyncio.sleep(0)
        assert sent == before
        gate.set()
        await sending
        await client.disconnect(timeout=30)
        assert client.closed.result().clean
    assert got == COUNT


async def test_what_waits_to_send_hears_of_the_end() -> None:
    async def script(peer: Peer) -> None:
        await peer.accept()
        await asyncio.Event().wait()

    async def send_all() -> None:
        for _ in range(COUNT):
            await client.send("/queue/q", BODY)

    async with serving(script) as address:
        client = await connect(f"stomp://{address}")
        sending = asyncio.ensure_future(send_all())
        for _ in range(2 * COUNT):
            await asyncio.sleep(0)
        client.abort_connection("enough")
        with pytest.raises(ConnectionLost, match="the connection has ended: enough"):
            await sending


async def test_what_waits_to_send_does_not_wait_for_ever() -> None:
    async def script(peer: Peer) -> None:
        await peer.accept()
        await asyncio.Event().wait()

    async with serving(script) as address:
        client = await connect(f"stomp://{address}", receipt_time=0.2)
        with pytest.raises(TimedOut, match=r"what waits for it within 0\.2 s; this was not sent"):
            for _ in range(COUNT):
                await client.send("/queue/q", BODY)
        assert client.connected
        client.abort_connection()


async def test_writing_at_once_is_bounded_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(links, "BACKLOG_LIMIT", 1024 * 1024)

    async def script(peer: Peer) -> None:
        await peer.accept()
        await asyncio.Event().wait()

    async with serving(script) as address:
        client = await connect(f"stomp://{address}")
        with pytest.raises(LocalProtocolError, match="the broker has not read the last 1 MiB"):
            for _ in range(COUNT):
                client.transmit(frames.send("/queue/q", BODY))
        assert not client.closed.done()
        client.abort_connection()


class Deaf:
    """A receiver that takes no notice."""

    def received(self, data: memoryview) -> None: ...

    def write_ready(self, ready: bool) -> None: ...

    def ended(self, error: Exception | None) -> None: ...


async def test_small_frames_leave_at_once_and_a_dead_peer_is_noticed() -> None:
    async with serving(Peer.answer) as address:
        host, _, port = address.partition(":")
        transport = await open_tcp(host, int(port), Deaf())
        wire = transport._transport.get_extra_info("socket")
        assert wire.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        assert wire.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
        transport.abort()
        await transport.gone()
