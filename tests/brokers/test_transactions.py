"""Transactions of the client on the real brokers: sends and acks of one happen together, or not at all."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from stomptui import connect
from tests.brokers.peer import Peer
from tests.brokers.real import RealBroker
from tests.brokers.test_facts_headers import WORDS


class Changed(Exception):
    """The mind."""


@pytest.fixture
def work(destinations: Callable[..., str]) -> str:
    return destinations("work")


@pytest.fixture
def results(destinations: Callable[..., str]) -> str:
    return destinations("results")


async def left(broker: RealBroker, destination: str) -> list[tuple[bytes, bool]]:
    """What a new connection finds there, and whether it was delivered before."""
    async with connect(broker.uri) as client:
        await client.send(destination, b"the last", receipt=True)
        subscription = await client.subscribe(destination)
        found = []
        async for message in subscription:
            if message.body == b"the last":
                return found
            found.append((message.body, message.first("redelivered") == "true"))
    raise AssertionError("the subscription ended")


async def test_a_commit_sends_and_acks(broker: RealBroker, work: str, results: str) -> None:
    async with connect(broker.uri) as client, connect(broker.uri) as other:
        done = await other.subscribe(results)
        todo = await client.subscribe(work, ack="client-individual")
        for body in (b"one", b"two"):
            await client.send(work, body, receipt=True)
        one, two = await anext(todo), await anext(todo)
        async with client.transaction() as transaction:
            sent = await transaction.send(results, b"result of one", receipt=True)
            await transaction.ack(one)
            await client.send(results, b"outside", receipt=True)
        await sent
        assert [(await anext(done)).body for _ in range(2)] == [b"outside", b"result of one"]
        assert list(client.state.ledger) == [two.number]
    assert await left(broker, work) == [(b"two", True)]


async def test_an_abort_does_neither(broker: RealBroker, work: str, results: str) -> None:
    async with connect(broker.uri) as client, connect(broker.uri) as other:
        done = await other.subscribe(results)
        todo = await client.subscribe(work, ack="client-individual")
        for body in (b"one", b"two"):
            await client.send(work, body, receipt=True)
        one, two = await anext(todo), await anext(todo)
        with pytest.raises(Changed):
            async with client.transaction() as transaction:
                await transaction.send(results, b"result of one")
                await transaction.ack(one)
                raise Changed
        await client.send(results, b"afterwards", receipt=True)
        assert (await anext(done)).body == b"afterwards"
        assert list(client.state.ledger) == [one.number, two.number]
        await two.ack(receipt=True)
    assert await left(broker, work) == [(b"one", True)]


async def test_what_was_acked_and_aborted_can_be_acked_again(broker: RealBroker, work: str) -> None:
    async with connect(broker.uri) as client:
        todo = await client.subscribe(work, ack="client-individual")
        await client.send(work, b"one", receipt=True)
        one = await anext(todo)
        with pytest.raises(Changed):
            async with client.transaction() as transaction:
                await transaction.ack(one)
                raise Changed
        await one.ack(receipt=True)
    assert await left(broker, work) == []


async def test_two_at_once_keep_apart(broker: RealBroker, results: str) -> None:
    async with connect(broker.uri) as client:
        done = await client.subscribe(results)
        async with client.transaction() as first:
            async with client.transaction() as second:
                await first.send(results, b"of the first")
                await second.send(results, b"of the second")
            assert (await anext(done)).body == b"of the second"
        assert (await anext(done)).body == b"of the first"


def test_when_the_receipt_of_a_staged_send_comes(broker: RealBroker, work: str) -> None:
    """With the COMMIT and never after an ABORT, or at once: as the broker's dialect has it."""
    waits = WORDS[broker.name].dialect.transacted_receipts_wait

    def came(peer: Peer, receipt: bytes) -> bool:
        """Whether a RECEIPT came before that of a frame sent now."""
        peer.publish(work, b"outside")
        return any(frame.first(b"receipt-id") == receipt for frame in peer._waiting)

    with Peer(broker) as peer:
        for end, name in (("COMMIT", "kept"), ("ABORT", "dropped")):
            peer.sure("BEGIN", f"transaction:{name}")
            peer.send("SEND", f"destination:{work}", f"transaction:{name}", f"receipt:{name}")
            assert came(peer, name.encode()) is not waits
            peer.sure(end, f"transaction:{name}")
            assert came(peer, name.encode()) is (end == "COMMIT" or not waits)
