"""How connections end: told as what it was, after everything that had arrived."""

from __future__ import annotations

import asyncio

import pytest

from stomptui import BrokerError, ConnectionLost, RemoteProtocolError, Subscription, connect
from stomptui.net.client import Client
from stomptui.stomp.events import Closed, ErrorReceived, Event, MessageReceived
from tests.net.peer import Peer, message, serving


async def read_all(client: Client, count: int) -> list[bytes]:
    """Subscribe without waiting for the receipt, and iterate until `count` messages or the end."""
    bodies = []
    async for one in await client.subscribe("/queue/q", receipt=False):
        bodies.append(one.body)
        if len(bodies) == count:
            break
    return bodies


async def until_lost(subscription: Subscription) -> tuple[list[bytes], str]:
    """What the iteration gives before it raises ConnectionLost, and what that says."""
    bodies: list[bytes] = []
    while True:
        try:
            bodies.append((await anext(subscription)).body)
        except ConnectionLost as error:
            return bodies, str(error)


async def closed_after(data: bytes, *, reset: bool = False) -> Closed:
    """How a connection is told to have ended that sent `data` and ended."""

    async def script(peer: Peer) -> None:
        await peer.accept()
        await peer.frame()
        await peer.send(data)
        if reset:
            await peer.frame()
            peer.reset()

    async with serving(script) as address:
        client = await connect(f"stomp://{address}")
        assert await read_all(client, 2) == [b"one", b"two"]
        if reset:
            await client.send("/queue/q")
        ended = await client.closed
        with pytest.raises(ConnectionLost, match="the connection has ended: "):
            await client.send("/queue/q")
        await client.disconnect()  # nothing to do, nothing to raise
    assert not ended.clean
    return ended


TWO = message(1, b"one") + message(2, b"two")


async def test_end_of_stream() -> None:
    assert (await closed_after(TWO)).reason == "the broker closed the connection and sent no ERROR"


async def test_cut_mid_frame() -> None:
    ended = await closed_after(TWO + b"MESSAGE\nsubs")
    assert "in the middle of a frame (12 octets of it had come)" in ended.reason


async def test_reset() -> None:
    assert (await closed_after(TWO, reset=True)).reason == "the connection was reset by the peer"


async def test_end_after_error() -> None:
    async def script(peer: Peer) -> None:
        await peer.accept()
        await peer.frame()
        await peer.send(TWO + b"ERROR\nmessage:no\n\n\0")

    errors: list[BrokerError] = []
    async with serving(script) as address:
        client = await connect(f"stomp://{address}", on_error=errors.append)
        assert await read_all(client, 2) == [b"one", b"two"]
        assert (await client.closed).reason == "the broker closed the connection after its ERROR"
    assert [str(error) for error in errors] == ["no"]


async def test_the_iteration_gives_what_arrived_and_then_raises() -> None:
    async def script(peer: Peer) -> None:
        await peer.accept()
        await peer.frame()
        await peer.send(TWO)

    async with serving(script) as address:
        client = await connect(f"stomp://{address}")
        subscription = await client.subscribe("/queue/q", receipt=False)
        await client.closed
        why = "the broker closed the connection and sent no ERROR"
        assert await until_lost(subscription) == ([b"one", b"two"], why)


async def test_what_cannot_be_read_ends_the_connection_after_what_could() -> None:
    async def script(peer: Peer) -> None:
        await peer.accept()
        await peer.frame()
        await peer.send(TWO + b"MESSAGE\ncontent-length:abc\n\n\0")
        await peer.frame()

    events: list[Event] = []
    async with serving(script) as address:
        client = await connect(f"stomp://{address}", on_events=events.extend)
        subscription = await client.subscribe("/queue/q", receipt=False)
        ended = await client.closed
        assert await until_lost(subscription) == ([b"one", b"two"], ended.reason)
    assert ended.reason.startswith("closed here, the broker's octets cannot be read on: ")
    assert "content-length" in ended.reason
    assert isinstance(client.failure, RemoteProtocolError)
    assert isinstance(events[-1], Closed)


async def test_what_the_kernel_holds_is_read_when_a_write_fails() -> None:
    """The peer says ERROR and resets while this side writes and does not read."""
    gone = asyncio.Event()
    stopped = asyncio.Event()

    async def script(peer: Peer) -> None:
        await peer.accept()
        await peer.frame()
        await stopped.wait()
        await peer.send(TWO + b"ERROR\nmessage:enough\n\n\0")
        peer.writer.close()  # with unread data: the next write is answered with RST
        await peer.writer.wait_closed()
        gone.set()

    events: list[Event] = []
    async with serving(script) as address:
        client = await connect(f"stomp://{address}", on_events=events.extend, on_error=lambda _: None)
        await client.subscribe("/queue/q", receipt=False)
        client.stop_reading()
        stopped.set()
        await gone.wait()
        while not client.closed.done():
            await client.send("/queue/q", b"x")
            await asyncio.sleep(0)
    assert sum(isinstance(event, MessageReceived) for event in events) == 2
    assert sum(isinstance(event, ErrorReceived) for event in events) == 1
    assert "after its ERROR" in client.closed.result().reason


async def test_disconnect_waits_for_the_receipt_and_closes_by_itself() -> None:
    """Some brokers leave the socket open after the receipt."""
    ended = asyncio.Event()

    async def script(peer: Peer) -> None:
        await peer.accept()
        frame = await peer.frame()
        assert frame.command == "DISCONNECT"
        await peer.receipt(frame)
        assert await peer.reader.read() == b""
        ended.set()

    async with serving(script) as address:
        client = await connect(f"stomp://{address}")
        await client.disconnect()
        assert client.closed.result().clean
        await ended.wait()


async def test_disconnect_that_is_not_answered() -> None:
    async def script(peer: Peer) -> None:
        await peer.accept()
        async for _ in peer.frames():
            pass

    async with serving(script) as address:
        client = await connect(f"stomp://{address}")
        await client.disconnect(timeout=0.05)
        assert client.closed.result().reason == "closed here, the broker did not answer DISCONNECT in time"
        assert not client.closed.result().clean


@pytest.mark.parametrize(
    ("last", "clean"), [(b"", True), (b"ERROR\nmessage:no\n\n\0", False), (b"MESSAGE\nhalf:", False)]
)
async def test_disconnect_that_is_answered_by_the_end(last: bytes, clean: bool) -> None:
    async def script(peer: Peer) -> None:
        await peer.accept()
        assert (await peer.frame()).command == "DISCONNECT"
        await peer.send(last)

    async with serving(script) as address:
        client = await connect(f"stomp://{address}", on_error=lambda error: None)
        await client.disconnect()
        assert client.closed.result().clean is clean


async def test_disconnect_reads_what_a_stop_left_unread() -> None:
    async def script(peer: Peer) -> None:
        await peer.accept()
        await peer.frame()
        await peer.send(TWO)
        await peer.receipt(await peer.frame())

    events: list[Event] = []
    async with serving(script) as address:
        client = await connect(f"stomp://{address}", on_events=events.extend)
        await client.subscribe("/queue/q", receipt=False)
        client.stop_reading()
        assert not client.reading
        await client.disconnect()
        assert client.closed.result().clean
    assert sum(isinstance(event, MessageReceived) for event in events) == 2


async def test_abort_sends_no_disconnect() -> None:
    commands = []

    async def script(peer: Peer) -> None:
        await peer.accept()
        commands.extend([frame.command async for frame in peer.frames()])

    async with serving(script) as address:
        client = await connect(f"stomp://{address}")
        client.abort_connection()
        assert (await client.closed).reason == "closed here without DISCONNECT"
    assert commands == []


async def test_a_peer_that_reads_nothing_does_not_hold_up_the_close() -> None:
    async def script(peer: Peer) -> None:
        await peer.accept()
        await asyncio.Event().wait()

    async with serving(script) as address:
        client = await connect(f"stomp://{address}")
        await client.send("/queue/q", b"x" * 8_000_000)
        await client.disconnect(timeout=0.05)
        assert client.closed.done()
