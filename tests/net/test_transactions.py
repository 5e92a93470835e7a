"""Transactions: joined by hand, by themselves, or not at all."""

from __future__ import annotations

import pytest

from stomptui import Client, Connected, LocalProtocolError, StompError, TransactionLost, connect
from stomptui.demo import Broker
from stomptui.net.line import LOST_KEPT
from stomptui.net.settling import settle_outside
from stomptui.stomp import frame as frames
from tests.net.lost import SOON, Told, answers, in_turn
from tests.net.peer import Peer, serving


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


async def test_only_so_many_lost_transactions_are_remembered_and_the_oldest_are_forgotten() -> None:
    names = [f"tx-{number}" for number in range(LOST_KEPT + 3)]

    async def first(peer: Peer) -> None:
        await peer.accept()
        for _ in names:
            await peer.frame()

    def refusal(name: str) -> StompError:
        with pytest.raises(StompError) as caught:
            client.transmit(frames.send("/queue/q", transaction=name))
        return caught.value

    events = Told()
    async with (
        serving(in_turn(first, answers)) as address,
        connect(f"stomp://{address}", reconnect=SOON, on_events=events) as client,
    ):
        for name in names:
            client.transmit(frames.begin(name), automatic=False)
        await events.until(Connected, 2)
        kinds = [type(refusal(name)) for name in names]
    assert kinds == [LocalProtocolError] * 3 + [TransactionLost] * LOST_KEPT


async def test_what_is_settled_outside_joins_no_transaction_that_is_open(
    client: Client, demo: Broker
) -> None:
    for body in (b"a", b"b", b"c"):
        await client.send("/queue/in", body)
    await client.subscribe("/queue/in", ack="client-individual", deliver=False)
    await demo.until(lambda: demo.queue("/queue/in").unsettled == 3)
    await client.ping()
    numbers = list(client.state.ledger)
    name = await client.begin()
    assert client.state.joined == name
    sent = await settle_outside(client, "ACK", numbers[:2])
    discard = (("requeue", "false"),)
    last = await settle_outside(client, "NACK", numbers[2:], headers=discard, receipt=True)
    await last.sent[-1]
    assert [one.transaction for one in (*sent.sent, *last.sent)] == [None, None, None]
    assert (demo.queue("/queue/in").settled, demo.queue("/queue/in").discarded) == (2, 1)
    await client.abort(name)
    assert client.state.ledger.open == 0


async def test_many_are_settled_in_a_transaction_of_their_own(client: Client, demo: Broker) -> None:
    for body in (b"a", b"b", b"c"):
        await client.send("/queue/in", body)
    await client.subscribe("/queue/in", ack="client-individual", deliver=False)
    await demo.until(lambda: demo.queue("/queue/in").unsettled == 3)
    await client.ping()
    numbers = list(client.state.ledger)
    async with client.transaction() as tx:
        acked = await tx.settle_many("ACK", numbers[:2], receipt=True)
        nacked = await tx.settle_many("NACK", numbers[2:], headers=(("requeue", "false"),))
        assert {one.transaction for one in (*acked.sent, *nacked.sent)} == {tx.name}
        assert await acked.sent[-1] > 0
        assert demo.queue("/queue/in").settled == 0 and client.state.ledger.open == 0
    assert demo.queue("/queue/in").settled == 2
    assert demo.queue("/queue/in").discarded == 1
    with pytest.raises(ZeroDivisionError):
        async with client.transaction() as tx:
            refused = await tx.settle_many("ACK", numbers)
            assert len(refused.refused) == 3, "settled already"
            raise ZeroDivisionError
