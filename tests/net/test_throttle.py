"""Reading waits while whoever takes the events is behind, and never for longer than an answer may take."""

from __future__ import annotations

import asyncio

from stomptui.net.connect import connect
from stomptui.stomp.events import Event, MessageReceived
from tests.net.peer import serving
from tests.net.test_pressure import WAITING, pour


async def test_a_throttled_client_reads_no_more_until_it_is_let_go() -> None:
    arrived = 0
    throttled_at = 0

    def take(events: list[Event]) -> None:
        nonlocal arrived, throttled_at
        arrived += sum(type(event) is MessageReceived for event in events)
        if arrived >= 1000 and not throttled_at:
            client.throttle(True)
            throttled_at = arrived

    async with serving(pour) as address:
        client = await connect(f"stomp://{address}", on_events=take)
        await client.subscribe("/queue/q", receipt=False, deliver=False)
        # The receipt lies behind all the messages: what a call awaits is read, throttled or not.
        await client.send("/queue/x", b"", receipt=True)
        assert throttled_at and arrived == WAITING
        await client.disconnect()


async def test_nothing_awaited_nothing_read() -> None:
    arrived = 0
    some, all_ = asyncio.Event(), asyncio.Event()

    def take(events: list[Event]) -> None:
        nonlocal arrived
        arrived += sum(type(event) is MessageReceived for event in events)
        if arrived >= 1000 and not some.is_set():
            client.throttle(True)
            some.set()
        if arrived == WAITING:
            all_.set()

    async with serving(pour) as address:
        client = await connect(f"stomp://{address}", on_events=take)
        await client.subscribe("/queue/q", receipt=False, deliver=False)
        await some.wait()
        held = arrived
        for _ in range(1000):
            await asyncio.sleep(0)
        assert arrived == held < WAITING
        client.throttle(False)
        await all_.wait()
        await client.disconnect()
