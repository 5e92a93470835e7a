"""While there is no connection: what is refused, what waits, what ends."""

from __future__ import annotations

import asyncio

import pytest

from stomptui import (
    Connected,
    ConnectionLost,
    LocalProtocolError,
    Offline,
    Retrying,
    TransactionLost,
    connect,
)
from tests.net.lost import NEVER, SOON, Told, answers, closes, in_turn, subscribed
from tests.net.peer import Peer, serving


async def test_sends_are_refused_while_offline() -> None:
    events = Told()
    async with (
        serving(in_turn(closes, answers)) as address,
        connect(f"stomp://{address}", reconnect=NEVER, on_events=events) as client,
    ):
        await events.until(Retrying)
        for call in (client.send("/queue/q"), client.subscribe("/queue/q"), client.begin()):
            with pytest.raises(Offline, match="the connection has ended"):
                await call
        client.reconnect()
        await events.until(Connected, 2)
        with pytest.raises(LocalProtocolError, match="there is a connection"):
            client.reconnect()
        await client.send("/queue/q", receipt=True)


async def test_sends_wait_in_their_order_while_offline() -> None:
    got: list[bytes] = []

    async def second(peer: Peer) -> None:
        await peer.accept()
        async for frame in peer.frames():
            if frame.command == "SEND":
                got.append(frame.body)
            if frame.first("receipt") is not None:
                await peer.receipt(frame)

    events = Told()
    async with (
        serving(in_turn(closes, second)) as address,
        connect(f"stomp://{address}", reconnect=NEVER, while_offline="queue", on_events=events) as client,
    ):
        await events.until(Retrying)
        sends = [
            asyncio.ensure_future(client.send("/queue/q", str(number), receipt=number % 2 == 0))
            for number in range(20)
        ]
        await asyncio.sleep(0)
        sends[7].cancel()
        client.reconnect()
        await asyncio.gather(*sends[:7], *sends[8:])
        await client.send("/queue/q", "last", receipt=True)
    assert got == [str(number).encode() for number in range(20) if number != 7] + [b"last"]


async def test_a_transaction_begins_once_there_is_a_connection() -> None:
    got: list[tuple[str, str | None]] = []

    async def second(peer: Peer) -> None:
        await peer.accept()
        async for frame in peer.frames():
            got.append((frame.command, frame.first("transaction")))
            await peer.receipt(frame)

    events = Told()
    async with (
        serving(in_turn(closes, second)) as address,
        connect(f"stomp://{address}", reconnect=NEVER, while_offline="queue", on_events=events) as client,
    ):
        await events.until(Retrying)

        async def sends() -> None:
            async with client.transaction() as transaction:
                await transaction.send("/queue/q", receipt=True)

        sending = asyncio.ensure_future(sends())
        await asyncio.sleep(0)
        client.reconnect()
        await sending
        assert not client.state.transactions
    assert got == [("BEGIN", "tx-1"), ("SEND", "tx-1"), ("COMMIT", "tx-1"), ("DISCONNECT", None)]


async def test_a_call_right_after_the_end_does_not_wait_behind_those_that_fail() -> None:
    events = Told()
    async with serving(closes) as address:
        client = await connect(f"stomp://{address}", reconnect=NEVER, while_offline="queue", on_events=events)
        await events.until(Retrying)
        waiting = asyncio.ensure_future(client.send("/queue/q"))
        await asyncio.sleep(0)
        client.abort_connection()
        for call in (client.send("/queue/q"), waiting):
            with pytest.raises(Offline):
                await call
        assert [event async for event in client.events()] == []


async def test_no_more_than_a_thousand_sends_wait() -> None:
    events = Told()
    async with serving(in_turn(closes, answers)) as address:
        client = await connect(f"stomp://{address}", reconnect=NEVER, while_offline="queue", on_events=events)
        await events.until(Retrying)
        sends = [asyncio.ensure_future(client.send("/queue/q")) for _ in range(1000)]
        await asyncio.sleep(0)
        with pytest.raises(Offline, match="1000 calls wait for a connection already; nothing was sent"):
            await client.send("/queue/q")
        await client.disconnect()
        outcomes = await asyncio.gather(*sends, return_exceptions=True)
        assert all(isinstance(outcome, Offline) for outcome in outcomes)


async def test_no_call_waits_for_a_connection_without_end() -> None:
    events = Told()
    async with serving(closes) as address:
        uri = f"stomp://{address}"
        async with connect(
            uri, reconnect=NEVER, while_offline="queue", offline_time=0.01, on_events=events
        ) as client:
            await events.until(Retrying)
            calls = (
                client.send("/queue/q"),
                client.send("/queue/q", receipt=True),
                client.subscribe("/queue/q"),
            )
            for outcome in await asyncio.gather(*calls, return_exceptions=True):
                assert isinstance(outcome, Offline)
                assert str(outcome) == "there was no connection within 0.01 s; nothing was sent"


async def test_disconnect_ends_the_waiting() -> None:
    events = Told()
    async with serving(subscribed()) as address:
        client = await connect(f"stomp://{address}", reconnect=NEVER, on_events=events)
        subscription = await client.subscribe("/queue/q")
        await events.until(Retrying)
        await client.disconnect()
        assert client.closed.done()
        with pytest.raises(ConnectionLost):
            await anext(subscription)
        with pytest.raises(LocalProtocolError, match="the client has disconnected"):
            client.reconnect()


async def test_disconnect_ends_a_try() -> None:
    connecting = asyncio.Event()

    async def silent(peer: Peer) -> None:
        await peer.frame()
        connecting.set()
        await peer.frame()

    async with serving(in_turn(closes, silent)) as address:
        client = await connect(f"stomp://{address}", reconnect=SOON)
        await connecting.wait()
        await client.disconnect()
        assert client.closed.done()


async def test_unsubscribed_while_offline_is_not_made_again() -> None:
    events = Told()
    commands: list[str] = []

    async def second(peer: Peer) -> None:
        await peer.accept()
        async for frame in peer.frames():
            commands.append(frame.command)
            await peer.receipt(frame)

    async with (
        serving(in_turn(subscribed(), second)) as address,
        connect(f"stomp://{address}", reconnect=NEVER, on_events=events) as client,
    ):
        subscription = await client.subscribe("/queue/q")
        await events.until(Retrying)
        await subscription.unsubscribe()
        assert [one async for one in subscription] == []
        client.reconnect()
        await events.until(Connected, 2)
    assert commands == ["DISCONNECT"]


async def test_a_commit_while_offline_names_what_was_lost() -> None:
    events = Told()

    async def first(peer: Peer) -> None:
        await peer.accept()
        await peer.receipt(await peer.frame())

    async with (
        serving(first) as address,
        connect(f"stomp://{address}", reconnect=NEVER, on_events=events) as client,
    ):
        name = await client.begin()
        await events.until(Retrying)
        with pytest.raises(TransactionLost, match=f"{name} was lost with connection 1"):
            await client.commit(name)


async def test_abort_connection_while_offline_ends_it() -> None:
    events = Told()
    async with serving(closes) as address:
        client = await connect(f"stomp://{address}", reconnect=NEVER, on_events=events)
        await events.until(Retrying)
        client.abort_connection()
        assert client.closed.done()


def test_a_word_for_offline_that_means_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match='while_offline is "refuse" or "queue", not \'wait\''):
        connect("stomp://127.0.0.1", while_offline="wait")  # type: ignore[arg-type]
