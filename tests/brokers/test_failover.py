"""Brokers that die and come back: what the client promises, against what the brokers have afterwards."""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter

import pytest

from stomptui import Backoff, ConnectionLost, connect
from stomptui.net.client import Client
from stomptui.stomp.errors import Offline, StaleMessage, TransactionLost
from stomptui.stomp.events import Closed, Connected, Event
from tests.brokers.peer import Peer
from tests.brokers.private import Private

SOON = Backoff(first=0.05, longest=0.2)
KEPT = {"persistent": "true"}
"""A header of SEND: the broker writes the message down before it sends the receipt."""
QUEUE = "/queue/q"
LAST = b"the last"
SENDERS = 32


def failover(*brokers: Private) -> str:
    return f"failover:({','.join(broker.uri for broker in brokers)})"


def found(broker: Private) -> list[bytes]:
    """All bodies that a broker holds for the queue."""
    with Peer(broker.broker) as peer:
        peer.publish(QUEUE, LAST)
        peer.subscribe(QUEUE)
        return list(iter(lambda: peer.receive().body, LAST))


class Watch:
    """Takes the events of a client: `up` while it is connected, `lost` once a connection has ended."""

    def __init__(self) -> None:
        self.up, self.lost = asyncio.Event(), asyncio.Event()

    def __call__(self, events: list[Event]) -> None:
        for event in events:
            if isinstance(event, Connected):
                self.up.set()
            elif isinstance(event, Closed):
                self.up.clear()
                self.lost.set()


class Load:
    """Senders that number their messages, send again and again, and note the outcome of each."""

    def __init__(self, client: Client, watch: Watch) -> None:
        self.confirmed: set[bytes] = set()
        self.unknown: set[bytes] = set()
        self.unsent: set[bytes] = set()
        self.cancelled: set[bytes] = set()
        self._client = client
        self._watch = watch
        self._numbers = itertools.count()
        self._more = asyncio.Condition()

    async def send(self) -> None:
        """Send until cancelled."""
        while True:
            body = b"%d" % next(self._numbers)
            try:
                await self._client.send(QUEUE, body, headers=KEPT, receipt=True)
            except Offline:
                self.unsent.add(body)
                await self._watch.up.wait()
            except ConnectionLost:
                self.unknown.add(body)
            except asyncio.CancelledError:
                self.cancelled.add(body)
                raise
            else:
                self.confirmed.add(body)
                async with self._more:
                    self._more.notify_all()

    async def grow(self, by: int) -> None:
        """Wait until `by` more are confirmed."""
        goal = len(self.confirmed) + by
        async with self._more:
            await self._more.wait_for(lambda: len(self.confirmed) >= goal)


async def test_what_was_confirmed_is_kept_and_what_was_not_is_told(
    two_brokers: tuple[Private, Private],
) -> None:
    one, two = two_brokers
    watch = Watch()
    async with connect(failover(one, two), reconnect=SOON, on_events=watch) as client:
        load = Load(client, watch)
        senders = [asyncio.create_task(load.send()) for _ in range(SENDERS)]
        await load.grow(200)
        await asyncio.to_thread(one.kill)
        await watch.lost.wait()
        await load.grow(200)
        for sender in senders:
            sender.cancel()
        await asyncio.wait(senders)
        assert client.endpoint.port == two.broker.port
    await asyncio.to_thread(one.start)
    kept = Counter(found(one) + found(two))
    assert load.unknown  # those under way when it died
    assert load.confirmed <= set(kept)
    assert set(kept) <= load.confirmed | load.unknown | load.cancelled
    assert not load.unsent & set(kept)
    assert set(kept.values()) == {1}  # nothing is ever sent twice by itself


async def test_a_subscription_goes_on_at_the_other_broker(two_brokers: tuple[Private, Private]) -> None:
    one, two = two_brokers
    watch = Watch()
    async with connect(failover(one, two), reconnect=SOON, while_offline="queue", on_events=watch) as client:
        subscription = await client.subscribe(QUEUE, ack="client-individual")
        await client.send(QUEUE, b"at the first", headers=KEPT, receipt=True)
        first = await anext(subscription)
        await asyncio.to_thread(one.kill)
        await watch.lost.wait()
        await client.send(QUEUE, b"at the second", receipt=True)
        second = await anext(subscription)
        assert (first.body, second.body) == (b"at the first", b"at the second")
        with pytest.raises(StaleMessage):
            await first.ack()
        await second.ack(receipt=True)
    await asyncio.to_thread(one.start)
    assert (found(one), found(two)) == ([b"at the first"], [])


async def test_a_transaction_does_not_outlive_its_broker(two_brokers: tuple[Private, Private]) -> None:
    one, two = two_brokers
    watch = Watch()
    async with connect(failover(one, two), reconnect=SOON, while_offline="queue", on_events=watch) as client:
        with pytest.raises(TransactionLost):
            async with client.transaction() as transaction:
                await transaction.send(QUEUE, b"staged", headers=KEPT)
                await asyncio.to_thread(one.kill)
                await watch.lost.wait()
                await client.send(QUEUE, b"outside", headers=KEPT, receipt=True)
    await asyncio.to_thread(one.start)
    assert (found(one), found(two)) == ([], [b"outside"])


async def test_the_first_broker_that_is_there_is_taken(two_brokers: tuple[Private, Private]) -> None:
    one, two = two_brokers
    await asyncio.to_thread(one.stop)
    async with connect(failover(one, two)) as client:
        assert client.endpoint.port == two.broker.port
        await asyncio.to_thread(two.stop)
        await client.closed
        with pytest.raises(Offline):
            await client.send(QUEUE, b"to nobody")
    with pytest.raises(ConnectionLost, match="none of the 2 brokers can be reached"):
        await connect(failover(one, two))


async def test_a_rabbitmq_that_was_restarted_is_met_again(mortal_rabbitmq: Private) -> None:
    """One message waits here for its ack, one is confirmed: both are there when the node is.

    Not killed: right after a queue was declared a kill may undo that, and what was confirmed goes with it.
    """
    watch = Watch()
    async with connect(mortal_rabbitmq.uri, reconnect=SOON, on_events=watch) as client:
        subscription = await client.subscribe(QUEUE, ack="client-individual", prefetch=1)
        for body in (b"held", b"next"):
            await client.send(QUEUE, body, headers=KEPT, receipt=True)
        held = await anext(subscription)
        await asyncio.to_thread(mortal_rabbitmq.stop)
        await watch.lost.wait()
        with pytest.raises(StaleMessage):
            await held.ack()
        await asyncio.to_thread(mortal_rabbitmq.start)
        again = await anext(subscription)
        assert (again.body, again.first("redelivered")) == (b"held", "true")
        await again.ack(receipt=True)
        assert (await anext(subscription)).body == b"next"
    assert found(mortal_rabbitmq) == [b"next"]
