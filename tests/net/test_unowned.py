"""ERRORs that no waiting call owns."""

from __future__ import annotations

import asyncio

import pytest

from stomptui import BrokerError, Message, Subscription, connect
from stomptui.stomp.events import ErrorReceived, Event
from tests.net.peer import Peer, message, serving

ERROR = b"ERROR\nmessage:no such thing\n\n\0"


async def waiting(subscription: Subscription) -> asyncio.Future[Message]:
    """The next message, once somebody waits for it."""
    task = asyncio.ensure_future(anext(subscription))
    await asyncio.sleep(0)
    return task


async def test_it_is_raised_in_every_iteration_that_waits() -> None:
    tell = asyncio.Event()

    async def script(peer: Peer) -> None:
        await peer.accept()
        await peer.frame()
        await peer.frame()
        await tell.wait()
        await peer.send(ERROR + message(1, b"after", "b"))
        await peer.answer()

    async with serving(script) as address, connect(f"stomp://{address}") as client:
        a = await client.subscribe("/queue/a", id="a", receipt=False)
        b = await client.subscribe("/queue/b", id="b", receipt=False)
        pending = [await waiting(a), await waiting(b)]
        tell.set()
        for task in pending:
            with pytest.raises(BrokerError, match="no such thing"):
                await task
        assert (await anext(b)).body == b"after"


async def test_it_is_raised_in_every_call_that_waits() -> None:
    async def script(peer: Peer) -> None:
        await peer.accept()
        await peer.frame()
        await peer.frame()
        await peer.send(b"ERROR\nreceipt-id:somebody-elses\nmessage:no such thing\n\n\0")
        await peer.answer()

    async with serving(script) as address, connect(f"stomp://{address}") as client:
        with pytest.raises(BrokerError, match="no such thing"):
            await client.ping()


async def test_it_is_kept_for_the_next_call_when_nothing_waits() -> None:
    told = asyncio.Event()

    def take(events: list[Event]) -> None:
        if any(isinstance(event, ErrorReceived) for event in events):
            told.set()

    async def script(peer: Peer) -> None:
        await peer.accept()
        await peer.frame()
        await peer.send(ERROR)
        await peer.answer()

    async with serving(script) as address, connect(f"stomp://{address}", on_events=take) as client:
        await client.send("/nowhere")
        await told.wait()
        with pytest.raises(BrokerError, match="no such thing"):
            await client.send("/queue/q")
        await client.send("/queue/q", receipt=True)


async def test_it_is_raised_when_the_context_is_left_and_the_connection_is_closed_first() -> None:
    async def script(peer: Peer) -> None:
        await peer.accept()
        await peer.frame()
        await peer.send(ERROR)
        await peer.answer()

    async with serving(script) as address:
        with pytest.raises(BrokerError, match="no such thing"):
            async with connect(f"stomp://{address}") as client:
                await client.send("/nowhere")
        assert client.closed.done()


async def test_on_error_gets_it_instead() -> None:
    errors: asyncio.Queue[BrokerError] = asyncio.Queue()

    async def script(peer: Peer) -> None:
        await peer.accept()
        await peer.frame()
        await peer.send(ERROR + message(1))
        await peer.answer()

    async with (
        serving(script) as address,
        connect(f"stomp://{address}", on_error=errors.put_nowait) as client,
    ):
        subscription = await client.subscribe("/queue/q", receipt=False)
        assert (await anext(subscription)).body == b"body"
        assert str(await errors.get()) == "no such thing"
