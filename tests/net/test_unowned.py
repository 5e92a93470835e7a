"""ERRORs that no waiting call owns, and transactions."""

from __future__ import annotations

import asyncio

import pytest

from stomptui import BrokerError, Client, LocalProtocolError, Message, Subscription, connect
from stomptui.demo import Broker
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


async def test_a_transaction_commits_what_went_through_it(client: Client, demo: Broker) -> None:
    subscription = await client.subscribe("/queue/in", ack="client-individual")
    await client.send("/queue/in", b"a")
    one = await anext(subscription)
    async with client.transaction() as tx:
        sent = await tx.send("/queue/out", b"b", receipt=True)
        await tx.ack(one)
        await client.send("/queue/out", b"outside", receipt=True)
        assert demo.queue("/queue/out").depth == 1
    assert await sent > 0
    assert demo.queue("/queue/out").depth == 2
    assert demo.queue("/queue/in").settled == 1


async def test_a_transaction_aborts_when_its_block_raises(client: Client, demo: Broker) -> None:
    subscription = await client.subscribe("/queue/in", ack="client-individual")
    await client.send("/queue/in", b"a")
    one = await anext(subscription)
    with pytest.raises(ZeroDivisionError):
        async with client.transaction() as tx:
            await tx.ack(one)
            await tx.send("/queue/out", b"b")
            raise ZeroDivisionError
    assert demo.queue("/queue/out").depth == 0
    await one.ack(receipt=True)
    assert demo.queue("/queue/in").settled == 1


async def test_begin_is_joined_until_commit(client: Client, demo: Broker) -> None:
    name = await client.begin()
    assert name == client.state.joined == "tx-1"
    staged = await client.send("/queue/q", b"in", receipt=True)
    assert staged.transaction == name
    apart = await client.send("/queue/q", b"out", receipt=True, join=False)
    assert apart.transaction is None
    assert demo.queue("/queue/q").depth == 1
    await client.commit(name)
    assert demo.queue("/queue/q").depth == 2
    await client.send("/queue/q", b"after", receipt=True)
    assert demo.queue("/queue/q").depth == 3


async def test_abort(client: Client, demo: Broker) -> None:
    name = await client.begin("mine")
    await client.send("/queue/q", b"in")
    await client.abort(name)
    await client.ping()
    assert demo.queue("/queue/q").depth == 0


async def test_a_receipt_that_only_the_commit_would_have_brought() -> None:
    """RabbitMQ holds the receipt of a SEND until the COMMIT; after an ABORT it never comes."""

    async def script(peer: Peer) -> None:
        await peer.accept(b"CONNECTED\nversion:1.2\nserver:RabbitMQ/3.10.8\n\n\0\n")
        async for frame in peer.frames():
            if frame.first("receipt") is not None and frame.command != "SEND":
                await peer.receipt(frame)

    async with serving(script) as address, connect(f"stomp://{address}") as client:
        name = await client.begin()
        sent = await client.send("/queue/q", receipt=True)
        await client.abort(name)
        with pytest.raises(LocalProtocolError, match="SEND was not done: its transaction ended"):
            await sent
