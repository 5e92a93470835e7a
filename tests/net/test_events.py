"""`Client.events`: everything that happens, for an iteration that may be slow."""

from __future__ import annotations

import asyncio
import gc

from stomptui import (
    Closed,
    Confirmed,
    Connected,
    ErrorReceived,
    FrameSent,
    HeartBeatMissed,
    HeartBeatReceived,
    HeartBeatSent,
    MessageReceived,
    ReceiptReceived,
    connect,
)
from stomptui.demo import Broker
from stomptui.net.delivery import EVENTS, HIGH_WATER
from stomptui.stomp.events import Event
from tests.net.conftest import Clock
from tests.net.peer import Peer, message, serving


async def test_everything_that_a_callback_could_be_told() -> None:
    async def script(peer: Peer) -> None:
        await peer.accept(b"CONNECTED\nversion:1.2\nheart-beat:1000,1000\n\n\0\n")
        frame = await peer.frame()
        await peer.receipt(frame)
        await peer.send(message(1) + b"\n\n")
        await peer.send(b"ERROR\nmessage:no more\n\n\0")

    async with serving(script) as address:
        client = await connect(f"stomp://{address}?heartbeat=1", on_error=lambda error: None)
        events = client.events()
        await client.subscribe("/queue/q", deliver=False)
        kinds = [type(event) async for event in events]
    assert kinds == [
        *(
            Connected,
            FrameSent,
            ReceiptReceived,
            Confirmed,
            MessageReceived,
            HeartBeatReceived,
            ErrorReceived,
        ),
        Closed,
    ]


async def test_a_missed_heart_beat_and_ours(clock: Clock) -> None:
    async def script(peer: Peer) -> None:
        await peer.accept(b"CONNECTED\nversion:1.2\nheart-beat:1000,1000\n\n\0\n")
        await peer.answer()

    async with serving(script) as address:
        client = await connect(f"stomp://{address}?heartbeat=1")
        events = client.events()
        await clock.forward(0.6)
        await clock.forward(4)
        kinds = {type(event) async for event in events}
    assert {HeartBeatSent, HeartBeatMissed, Closed} <= kinds


async def test_two_iterations_get_the_same(demo: Broker) -> None:
    async with connect(demo.uri) as client:
        one, other = client.events(), client.events()
        await client.send("/queue/q", receipt=True)
    mine: list[Event] = [event async for event in one]
    others: list[Event] = [event async for event in other]
    assert mine == others
    assert isinstance(mine[0], Connected)
    assert isinstance(mine[-1], Closed)


async def test_what_nobody_takes_stops_the_reading() -> None:
    enough = HIGH_WATER * EVENTS
    written = 0

    async def script(peer: Peer) -> None:
        nonlocal written
        await peer.accept()
        await peer.receipt(await peer.frame())
        while written < 20 * enough:
            await peer.send(b"".join(message(written + more) for more in range(100)))
            written += 100
        await peer.answer()

    async with serving(script) as address:
        client = await connect(f"stomp://{address}")
        events = client.events()
        await client.subscribe("/queue/q", deliver=False)
        while events.undelivered < enough:  # noqa: ASYNC110 - there is no event of what is not taken
            await asyncio.sleep(0)
        for _ in range(1000):
            await asyncio.sleep(0)
        assert events.undelivered < 2 * enough
        got = 0
        async for event in events:
            got += isinstance(event, MessageReceived)
            if got == 20 * enough:
                break
        client.abort_connection()


async def test_an_iteration_that_is_given_up_holds_nothing(demo: Broker) -> None:
    async with connect(demo.uri) as client:
        async for event in client.events():
            assert isinstance(event, Connected)
            break
        gc.collect()
        subscription = await client.subscribe("/queue/q")
        async with connect(demo.uri) as other:
            for number in range(3 * HIGH_WATER):
                await other.send("/queue/q", str(number))
        for number in range(3 * HIGH_WATER):
            assert (await anext(subscription)).body == str(number).encode()
