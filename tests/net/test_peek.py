"""A look at a queue of the embedded broker: what is seen, what stays, and how it ends."""

from __future__ import annotations

import asyncio

import pytest

from stomptui import BrokerError, Client, LocalProtocolError, TimedOut, connect
from stomptui.demo import Broker
from stomptui.net.peek import End, peek

QUEUE = "/queue/looked.at"


async def fill(broker: Broker, count: int) -> None:
    async with connect(broker.uri) as client:
        for number in range(count):
            await client.send(QUEUE, str(number), receipt=True)


async def left(broker: Broker, count: int) -> list[tuple[bytes, bool]]:
    """The bodies that come from the queue, and whether each is marked as redelivered."""
    async with connect(broker.uri) as client:
        subscription = await client.subscribe(QUEUE)
        messages = [await subscription.receive(20) for _ in range(count)]
        return [(message.body, message.first("redelivered") == "true") for message in messages]


@pytest.mark.parametrize("version", ["1.0", "1.1", "1.2"])
async def test_what_was_looked_at_is_back_in_its_place(demo: Broker, version: str) -> None:
    await fill(demo, 5)
    client = await connect(f"{demo.uri}?version={version}")
    found = await peek(client, QUEUE, count=3)
    assert [message.body for message in found.messages] == [b"0", b"1", b"2"]
    assert found.end is End.COUNT and not client.connected
    assert await left(demo, 5) == [(str(n).encode(), n < 3) for n in range(5)]


async def test_silence_ends_it(demo: Broker) -> None:
    await fill(demo, 2)
    found = await peek(await connect(demo.uri), QUEUE, patience=0.05)
    assert len(found.messages) == 2 and found.end is End.SILENCE
    found = await peek(await connect(demo.uri), "/queue/empty", patience=0.05)
    assert found == ((), End.SILENCE)


async def test_a_topic_keeps_nothing_and_is_not_subscribed_to(demo: Broker, client: Client) -> None:
    with pytest.raises(LocalProtocolError, match="/topic/audit: a topic keeps nothing to look at"):
        await peek(client, "/topic/audit")
    assert not client.state.subscriptions and not client.connected


async def test_a_refusal_is_the_brokers(demo: Broker, client: Client) -> None:
    with pytest.raises(BrokerError):
        await peek(client, "/none/such")


async def test_no_message_is_no_number_of_messages(client: Client) -> None:
    with pytest.raises(ValueError, match="at least one"):
        await peek(client, QUEUE, count=0)


async def test_a_look_that_is_given_up_gives_back(demo: Broker, client: Client) -> None:
    await fill(demo, 1)
    looking = asyncio.ensure_future(peek(client, QUEUE, patience=60))
    async for event in client.events():
        if type(event).__name__ == "MessageReceived":
            break
    looking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await looking
    assert not client.connected
    assert await left(demo, 1) == [(b"0", True)]


async def test_what_others_hold_is_not_seen(demo: Broker, client: Client) -> None:
    await fill(demo, 1)
    holding = await client.subscribe(QUEUE, ack="client-individual")
    await holding.receive(20)
    found = await peek(await connect(demo.uri), QUEUE, patience=0.05)
    assert not found.messages
    with pytest.raises(TimedOut):
        await holding.receive(0.01)
