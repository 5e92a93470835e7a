"""Calls that are cancelled, and subscriptions that nobody reads to the end: nothing is left hanging."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest

from stomptui import BrokerError, connect
from stomptui.demo import Broker
from stomptui.net.delivery import HIGH_WATER
from stomptui.stomp.events import ErrorReceived, Event
from stomptui.stomp.frame import Frame
from tests.net.peer import Peer, message, serving


async def cancelled(call: Coroutine[Any, Any, Any], sent: asyncio.Queue[str], command: str) -> None:
    """Cancel `call` once the peer has its `command`."""
    task = asyncio.ensure_future(call)
    while await sent.get() != command:
        pass
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_cancelled_subscribe_takes_nothing_from_the_queue(demo: Broker) -> None:
    demo.faults.no_receipts = True
    async with connect(demo.uri) as client:
        subscribing = asyncio.ensure_future(client.subscribe("/queue/q", ack="client", id="mine"))
        await demo.until(lambda: bool(demo.subscriptions("/queue/q")))
        subscribing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await subscribing
        await demo.until(lambda: not demo.subscriptions("/queue/q"))
        demo.faults.no_receipts = False
        await client.subscribe("/queue/q", id="mine")


async def test_a_cancelled_unsubscribe_ends_the_iteration() -> None:
    sent: asyncio.Queue[str] = asyncio.Queue()

    async def script(peer: Peer) -> None:
        await peer.accept()
        async for frame in peer.frames():
            if frame.command == "SUBSCRIBE":
                await peer.send(message(1))
            sent.put_nowait(frame.command)

    async with serving(script) as address:
        client = await connect(f"stomp://{address}")
        subscription = await client.subscribe("/queue/q", receipt=False)
        assert (await anext(subscription)).body == b"body"
        await cancelled(subscription.unsubscribe(), sent, "UNSUBSCRIBE")
        assert [one async for one in subscription] == []
        client.abort_connection()


async def test_a_cancelled_disconnect_closes_the_connection() -> None:
    sent: asyncio.Queue[str] = asyncio.Queue()
    ended = asyncio.Event()

    async def script(peer: Peer) -> None:
        await peer.accept()
        async for frame in peer.frames():
            sent.put_nowait(frame.command)
        ended.set()

    async with serving(script) as address:
        client = await connect(f"stomp://{address}")
        await cancelled(client.disconnect(), sent, "DISCONNECT")
        assert client.closed.done()
        await ended.wait()


async def test_a_cancelled_begin_leaves_nothing_that_later_frames_would_join() -> None:
    sent: asyncio.Queue[str] = asyncio.Queue()
    frames: list[Frame] = []

    async def script(peer: Peer) -> None:
        await peer.accept()
        async for frame in peer.frames():
            frames.append(frame)
            sent.put_nowait(frame.command)
            if frame.command not in ("BEGIN", "ABORT"):
                await peer.receipt(frame)

    async with serving(script) as address, connect(f"stomp://{address}") as client:
        await cancelled(client.begin(), sent, "BEGIN")
        await client.send("/queue/q", receipt=True)
    assert [(frame.command, frame.first("transaction")) for frame in frames] == [
        ("BEGIN", "tx-1"),
        ("ABORT", "tx-1"),
        ("SEND", None),
        ("DISCONNECT", None),
    ]


async def test_a_cancelled_transaction_does_not_wait_for_its_abort() -> None:
    sent: asyncio.Queue[str] = asyncio.Queue()

    async def script(peer: Peer) -> None:
        await peer.accept()
        async for frame in peer.frames():
            sent.put_nowait(frame.command)
            if frame.command in ("BEGIN", "DISCONNECT"):
                await peer.receipt(frame)

    async with serving(script) as address, connect(f"stomp://{address}", receipt_time=1e6) as client:

        async def stays_inside() -> None:
            async with client.transaction() as transaction:
                await transaction.send("/queue/q")
                await asyncio.Event().wait()

        await cancelled(stays_inside(), sent, "SEND")
        assert await sent.get() == "ABORT"


async def test_a_cancelled_wait_for_the_end_takes_it_from_nobody(demo: Broker) -> None:
    async with connect(demo.uri) as client:
        subscription = await client.subscribe("/queue/q")
        reading = asyncio.ensure_future(anext(subscription))

        async def until_closed() -> str:
            return (await client.closed).reason

        waiting = asyncio.ensure_future(until_closed())
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(client.closed, 0)
        assert client.closed is client.closed, "asked for in a loop it is one and the same"
    assert await waiting == "disconnected"
    assert client.closed.result().clean
    with pytest.raises(StopAsyncIteration):
        await reading


async def test_what_nobody_read_before_unsubscribing_holds_up_nobody() -> None:
    async def script(peer: Peer) -> None:
        await peer.accept()
        await peer.frame()
        await peer.send(b"".join(message(number) for number in range(2 * HIGH_WATER)))
        await peer.receipt(await peer.frame())
        await peer.frame()
        await peer.send(message(1, b"other", "b"))
        await peer.answer()

    async with serving(script) as address, connect(f"stomp://{address}") as client:
        left = await client.subscribe("/queue/a", receipt=False)
        await anext(left)
        await left.unsubscribe()
        other = await client.subscribe("/queue/b", id="b", receipt=False)
        assert (await anext(other)).body == b"other"
        assert len([one async for one in left]) == 2 * HIGH_WATER - 1
        assert client.undelivered == 0


async def test_a_transaction_whose_commit_is_not_sent_is_aborted() -> None:
    """An ERROR that nobody owned is raised by the next call, which here is the COMMIT."""
    ended: asyncio.Queue[Frame] = asyncio.Queue()

    async def script(peer: Peer) -> None:
        await peer.accept()
        await peer.receipt(await peer.frame())
        await peer.frame()
        await peer.send(b"ERROR\nmessage:no such exchange\n\n\0")
        frame = await peer.frame()
        ended.put_nowait(frame)
        await peer.receipt(frame)
        await peer.answer()

    told = asyncio.Event()

    def take(events: list[Event]) -> None:
        if any(isinstance(event, ErrorReceived) for event in events):
            told.set()

    async with serving(script) as address, connect(f"stomp://{address}", on_events=take) as client:
        with pytest.raises(BrokerError, match="no such exchange"):
            async with client.transaction() as tx:
                await tx.send("/exchange/nosuch")
                await told.wait()
        assert (await ended.get()).command == "ABORT"
        assert not client.state.transactions
