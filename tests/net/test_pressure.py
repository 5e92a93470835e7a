"""Back-pressure: memory stays flat, nothing that is awaited is locked out, nothing is lost."""

from __future__ import annotations

import asyncio
from functools import partial

import pytest

from stomptui import Subscription, TimedOut, connect
from stomptui.net import slot
from stomptui.net.delivery import HIGH_WATER, HIGH_WATER_OCTETS
from stomptui.net.tcp import BUFFER
from stomptui.stomp import frame as frames
from stomptui.stomp.events import Event, MessageReceived
from tests.net.conftest import Clock
from tests.net.peer import Peer, message, serving

WAITING = 100_000


def flood(count: int, body: bytes = b"body") -> list[bytes]:
    """`count` numbered messages, in pieces that do not end where frames end."""
    data = b"".join(message(number, body) for number in range(count))
    return [data[start : start + 50_001] for start in range(0, len(data), 50_001)]


async def send_all(peer: Peer, pieces: list[bytes]) -> None:
    for piece in pieces:
        await peer.send(piece)


async def pour(peer: Peer, count: int = WAITING) -> None:
    """Send all messages at the SUBSCRIBE, then receipts: those lie behind the messages."""
    await peer.accept()
    await peer.frame()
    await send_all(peer, flood(count))
    await peer.answer()


async def test_a_slow_iteration_gets_everything_and_little_is_kept() -> None:
    async with serving(pour) as address:
        client = await connect(f"stomp://{address}")
        numbers = []
        peak = 0
        async for one in await client.subscribe("/queue/q", receipt=False):
            peak = max(peak, client.undelivered + 1)
            numbers.append(int(one.first("message-id") or ""))
            if len(numbers) == WAITING:
                break
            await asyncio.sleep(0)
        assert numbers == list(range(WAITING))
        assert peak <= HIGH_WATER + BUFFER // len(message(0))
        await client.disconnect()


@pytest.mark.timeout(300)  # 200,000 frames one by one, while others use the processors too
async def test_a_receipt_for_each_of_a_hundred_thousand_messages_that_wait() -> None:
    async with serving(pour) as address:
        client = await connect(f"stomp://{address}")
        subscription = await client.subscribe("/queue/q", receipt=False)
        numbers = []
        async for one in subscription:
            numbers.append(int(one.first("message-id") or ""))
            await client.send("/queue/copy", one.body, receipt=True)
            # The first receipt lay behind all of them: they are kept and counted.
            assert client.undelivered == subscription.undelivered == WAITING - len(numbers)
            if len(numbers) == WAITING:
                break
        assert numbers == list(range(WAITING))
        await client.disconnect()
        assert client.closed.result().clean


async def test_disconnect_behind_a_hundred_thousand_messages() -> None:
    arrived = 0
    full = asyncio.Event()

    def take(events: list[Event]) -> None:
        nonlocal arrived
        arrived += sum(isinstance(event, MessageReceived) for event in events)
        if arrived >= HIGH_WATER:
            full.set()

    async with serving(pour) as address:
        client = await connect(f"stomp://{address}", on_events=take)
        await client.subscribe("/queue/q", receipt=False)
        await full.wait()
        await client.disconnect(timeout=60)
        assert client.closed.result().clean
        assert client.undelivered == WAITING


async def two_floods(peer: Peer, asked: asyncio.Event) -> None:
    """Many times the high-water mark to subscription 1, and behind it a reply to subscription 2."""
    await peer.accept()
    await peer.frame()
    await peer.frame()
    await asked.wait()
    await send_all(peer, flood(20 * HIGH_WATER))
    await peer.send(message(1, b"reply", "2"))
    await peer.answer()


@pytest.mark.parametrize("taken", [True, False])
async def test_a_reply_behind_messages_that_the_same_task_takes(taken: bool) -> None:
    asked = asyncio.Event()
    async with serving(partial(two_floods, asked=asked)) as address, connect(f"stomp://{address}") as client:
        requests = await client.subscribe("/queue/requests", receipt=False)
        replies = await client.subscribe("/queue/replies", receipt=False)
        asked.set()
        if taken:
            await anext(requests)
        assert (await anext(replies)).body == b"reply"
        assert requests.undelivered == 20 * HIGH_WATER - taken


async def test_one_who_waits_elsewhere_does_not_lift_the_mark_of_a_slow_task() -> None:
    asked, many = asyncio.Event(), asyncio.Event()

    async def slow(subscription: Subscription) -> None:
        await anext(subscription)
        await asyncio.Event().wait()

    def take(events: list[Event]) -> None:
        if client.undelivered >= HIGH_WATER // 2:
            many.set()

    async with serving(partial(two_floods, asked=asked)) as address:
        client = await connect(f"stomp://{address}", on_events=take)
        requests = await client.subscribe("/queue/requests", receipt=False)
        replies = await client.subscribe("/queue/replies", receipt=False)
        tasks = [asyncio.ensure_future(slow(requests)), asyncio.ensure_future(anext(replies))]
        await asyncio.sleep(0)
        asked.set()
        await many.wait()
        for _ in range(2_000):
            await asyncio.sleep(0)
        assert client.undelivered <= HIGH_WATER + BUFFER // len(message(0))
        for task in tasks:
            task.cancel()
        client.abort_connection()


async def test_large_messages_count_by_their_octets() -> None:
    body = b"x" * 1_000_000
    count = 40

    async def script(peer: Peer) -> None:
        await peer.accept()
        await peer.frame()
        await send_all(peer, flood(count, body))
        await peer.answer()

    async with serving(script) as address:
        client = await connect(f"stomp://{address}")
        got = peak = 0
        async for one in await client.subscribe("/queue/q", receipt=False):
            peak = max(peak, client.undelivered + 1)
            assert one.body == body
            for _ in range(100):
                await asyncio.sleep(0)
            got += 1
            if got == count:
                break
        assert peak <= HIGH_WATER_OCTETS // len(body) + 2
        await client.disconnect()


async def test_stop_reading_leaves_it_with_the_broker_until_resumed() -> None:
    arrived = 0
    some = asyncio.Event()

    def count(events: list[Event]) -> None:
        nonlocal arrived
        arrived += sum(isinstance(event, MessageReceived) for event in events)
        if arrived:
            some.set()

    async with serving(pour) as address:
        client = await connect(f"stomp://{address}", on_events=count)
        await client.subscribe("/queue/q", receipt=False, deliver=False)
        await some.wait()
        client.stop_reading()
        before = arrived
        sent = client.transmit(frames.send("/queue/q", receipt="mine"))
        with pytest.raises(TimedOut, match="reading is stopped"):
            await client.confirmation(sent.number, within=0.05)
        assert arrived == before
        client.resume_reading()
        await client.ping()
        assert arrived == WAITING
        await client.disconnect()


async def test_half_of_every_slot_is_left_to_others(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    """What takes the events uses more than the budget of a slot: the next slice waits for the next slot."""
    monkeypatch.setattr(slot, "SLOT", 0.1)
    monkeypatch.setattr(slot, "BUDGET", 0.05)
    told: list[float] = []

    def slow(events: list[Event]) -> None:
        if any(isinstance(event, MessageReceived) for event in events):
            told.append(clock())
            clock.ahead += 0.06

    async with serving(partial(pour, count=10_000)) as address:
        client = await connect(f"stomp://{address}", on_events=slow)
        await client.subscribe("/queue/q", receipt=False, deliver=False)
        await client.ping()
        assert len(told) > 10
        assert told[-1] - told[0] > 0.09 * (len(told) - 1)
        await client.disconnect()


async def test_a_slice_ends_with_its_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slot, "SLOT", 0.0002)
    monkeypatch.setattr(slot, "BUDGET", 0.0001)
    numbers: list[int] = []
    longest = 0

    def take(events: list[Event]) -> None:
        nonlocal longest
        longest = max(longest, len(events))
        numbers.extend(
            int(event.frame.first("message-id") or "")
            for event in events
            if isinstance(event, MessageReceived)
        )

    async with serving(partial(pour, count=3000)) as address:
        client = await connect(f"stomp://{address}", on_events=take)
        await client.subscribe("/queue/q", receipt=False, deliver=False)
        await client.ping()
        assert numbers == list(range(3000))
        assert longest < BUFFER // len(message(0)) // 2
        await client.disconnect()
