"""A connection that is lost is made again, with its subscriptions and never with its promises."""

from __future__ import annotations

import asyncio
import gc
import weakref

import pytest

from stomptui import (
    BrokerError,
    Closed,
    Connected,
    ConnectionLost,
    LocalProtocolError,
    NotSubscribed,
    Retrying,
    StaleMessage,
    TransactionLost,
    connect,
)
from stomptui.stomp.events import Event, TransactionEnded, Unconfirmed
from stomptui.stomp.frame import Frame
from tests.net.conftest import Clock
from tests.net.lost import NEVER, SOON, Script, Told, answers, in_turn, subscribed
from tests.net.peer import Peer, message, serving


async def test_subscriptions_are_made_again_and_go_on() -> None:
    made: list[Frame] = []

    def delivers(number: int, stays: bool) -> Script:
        async def script(peer: Peer) -> None:
            await peer.accept()
            frame = await peer.frame()
            made.append(frame)
            await peer.receipt(frame)
            await peer.send(message(number, f"of {number}".encode(), "orders"))
            if stays:
                await peer.answer()

        return script

    events = Told()
    async with (
        serving(in_turn(delivers(1, False), delivers(2, True))) as address,
        connect(f"stomp://{address}", reconnect=SOON, on_events=events) as client,
    ):
        subscription = await client.subscribe(
            "/queue/q", id="orders", prefetch=5, headers={"selector": "a = 1"}
        )
        first = await anext(subscription)
        second = await anext(subscription)
        assert (first.body, second.body) == (b"of 1", b"of 2")
        assert (first.connection, second.connection) == (1, 2)
        assert second.number > first.number, "a number means one frame, whatever the connection"
        assert client.state.predecessor == 1
    again = [header for header in made[1].headers if header[0] != "receipt"]
    assert again == [header for header in made[0].headers if header[0] != "receipt"]
    kinds = [type(event) for event in events if isinstance(event, Connected | Closed | Retrying)]
    assert kinds == [Connected, Closed, Retrying, Connected, Closed]


async def test_a_message_of_a_lost_connection_is_not_acked() -> None:
    sent: list[str] = []

    async def second(peer: Peer) -> None:
        await peer.accept()
        await peer.receipt(await peer.frame())
        await peer.send(message(1, b"again"))
        async for frame in peer.frames():
            sent.append(frame.command)
            if frame.first("receipt") is not None:
                await peer.receipt(frame)

    async with (
        serving(in_turn(subscribed(message(1, b"first")), second)) as address,
        connect(f"stomp://{address}", reconnect=SOON) as client,
    ):
        subscription = await client.subscribe("/queue/q", ack="client-individual")
        stale = await anext(subscription)
        fresh = await anext(subscription)
        with pytest.raises(StaleMessage) as caught:
            await stale.ack()
        assert str(caught.value) == (
            f"ACK of {stale.number:05d}: it came on connection 1, which has ended; a queue delivers it again"
        )
        with pytest.raises(LocalProtocolError, match="it came on a connection that has ended"):
            await client.nack(stale.number)
        await fresh.ack(receipt=True)
    assert sent == ["ACK", "DISCONNECT"]


@pytest.mark.parametrize(("mode", "given"), [("auto", [b"1", b"2", b"3"]), ("client", [b"1", b"3"])])
async def test_what_nobody_took_is_dropped_if_it_comes_again(mode: str, given: list[bytes]) -> None:
    events = Told()
    lost = subscribed(message(1, b"1"), message(2, b"2"))
    async with (
        serving(in_turn(lost, subscribed(message(3, b"3"), stays=True))) as address,
        connect(f"stomp://{address}", reconnect=SOON, on_events=events) as client,
    ):
        subscription = await client.subscribe("/queue/q", ack=mode)
        bodies = [(await anext(subscription)).body]
        await events.until(Connected, 2)
        while bodies[-1] != b"3":
            bodies.append((await anext(subscription)).body)
        assert bodies == given
        assert client.undelivered == 0


async def test_lost_transactions_are_named() -> None:
    async def first(peer: Peer) -> None:
        await peer.accept()
        for _ in range(2):
            await peer.receipt(await peer.frame())
        await peer.frame()

    events = Told()
    async with (
        serving(in_turn(first, answers)) as address,
        connect(f"stomp://{address}", reconnect=SOON, on_events=events) as client,
    ):
        with pytest.raises(TransactionLost, match="tx-1 was lost with connection 1, nothing of it was done"):
            async with client.transaction() as transaction:
                assert transaction.name == "tx-1"
                await client.begin("mine")
                await transaction.send("/queue/q")
                await events.until(Connected, 2)
                with pytest.raises(TransactionLost, match="tx-1 was lost"):
                    await transaction.send("/queue/q")
        with pytest.raises(TransactionLost, match="COMMIT: transaction mine was lost with connection 1"):
            await client.commit("mine")
        assert await client.begin() == "tx-2", "a name that was lost does not come again by itself"
        assert await client.begin("mine") == "mine"
        await client.commit("mine")
    ended = {event.name: event.outcome for event in events.all(TransactionEnded)}
    assert ended == {"tx-1": "lost", "mine": "committed", "tx-2": "lost"}
    lost = [event.name for event in events.all(TransactionEnded) if event.connection == 1]
    assert sorted(lost) == ["mine", "tx-1"]


async def test_what_would_have_joined_a_lost_transaction_is_refused_once() -> None:
    async def first(peer: Peer) -> None:
        await peer.accept()
        await peer.receipt(await peer.frame())
        await peer.frame()

    events = Told()
    sent: list[bytes] = []

    async def second(peer: Peer) -> None:
        await peer.accept()
        async for frame in peer.frames():
            if frame.command == "SEND":
                sent.append(frame.body)
            if frame.first("receipt") is not None:
                await peer.receipt(frame)

    async with (
        serving(in_turn(first, second)) as address,
        connect(f"stomp://{address}", reconnect=SOON, on_events=events) as client,
    ):
        assert await client.begin() == "tx-1"
        await client.send("/queue/q", "staged")
        await events.until(Connected, 2)
        await client.send("/queue/q", "outside", join=False)
        with pytest.raises(
            TransactionLost, match="SEND: it would have joined transaction tx-1, which was lost"
        ):
            await client.send("/queue/q", "refused")
        await client.send("/queue/q", "alone", receipt=True)
    assert sent == [b"outside", b"alone"]


async def test_the_outcome_of_what_was_under_way_is_unknown() -> None:
    async def first(peer: Peer) -> None:
        await peer.accept()
        await peer.frame()

    events = Told()
    async with (
        serving(in_turn(first, answers)) as address,
        connect(f"stomp://{address}", reconnect=SOON, on_events=events) as client,
    ):
        with pytest.raises(ConnectionLost, match="SEND was not confirmed, its outcome is unknown"):
            await client.send("/queue/q", receipt=True)
        await events.until(Connected, 2)
        await client.send("/queue/q", receipt=True)
    assert len(events.all(Unconfirmed)) == 1


async def test_a_subscription_that_is_refused_now_ends_alone() -> None:
    async def second(peer: Peer) -> None:
        await peer.accept()
        refused = await peer.frame()
        await peer.send(f"ERROR\nmessage:no such queue\nreceipt-id:{refused.first('receipt')}\n\n\0".encode())
        await peer.receipt(await peer.frame())
        await peer.send(message(1, b"of the other", "2"))
        await peer.answer()

    async def first(peer: Peer) -> None:
        await peer.accept()
        for _ in range(2):
            await peer.receipt(await peer.frame())

    events = Told()
    async with (
        serving(in_turn(first, second)) as address,
        connect(f"stomp://{address}", reconnect=SOON, on_events=events) as client,
    ):
        gone = await client.subscribe("/queue/gone")
        other = await client.subscribe("/queue/other")
        with pytest.raises(BrokerError, match="/queue/gone could not be made again: no such queue"):
            await anext(gone)
        with pytest.raises(StopAsyncIteration):
            await anext(gone)
        assert (await anext(other)).body == b"of the other"
        [told] = events.all(NotSubscribed)
        assert told[0] == 2 and told[2:] == ("1", "/queue/gone", "no such queue")
        assert [one.destination for one in client.subscriptions] == ["/queue/other"]
        once_more = await client.subscribe("/queue/gone")
        assert {one.id for one in client.subscriptions} == {"2", once_more.id}


async def test_a_subscription_that_this_version_has_not_is_not_given_up_in_silence() -> None:
    """Nobody iterates over it, and no SUBSCRIBE is sent that could be refused."""

    async def old(peer: Peer) -> None:
        await peer.accept(b"CONNECTED\nversion:1.0\n\n\0")
        await peer.answer()

    events = Told()
    async with (
        serving(in_turn(subscribed(), old)) as address,
        connect(f"stomp://{address}", reconnect=SOON, on_events=events) as client,
    ):
        await client.subscribe("/queue/q", ack="client-individual", deliver=False)
        told = await events.until(NotSubscribed)
        assert told.destination == "/queue/q" and "STOMP 1.0 has no client-individual" in told.reason
        assert client.subscriptions == ()
        await client.subscribe("/queue/q", ack="client", deliver=False)


async def test_a_subscription_that_is_not_confirmed_now_keeps_no_other_back(clock: Clock) -> None:
    made: list[str | None] = []
    asked = asyncio.Event()

    async def first(peer: Peer) -> None:
        await peer.accept()
        for _ in range(2):
            await peer.receipt(await peer.frame())

    async def second(peer: Peer) -> None:
        await peer.accept()
        made.append((await peer.frame()).first("id"))
        asked.set()
        frame = await peer.frame()
        made.append(frame.first("id"))
        await peer.receipt(frame)
        await peer.send(message(1, b"of one", "1") + message(2, b"of the other", "2"))
        await peer.answer()

    async with (
        serving(in_turn(first, second)) as address,
        connect(f"stomp://{address}?heartbeat=0", reconnect=SOON, receipt_time=60) as client,
    ):
        one, other = await client.subscribe("/queue/a"), await client.subscribe("/queue/b")
        await asked.wait()
        await clock.forward(60)
        assert (await anext(one)).body == b"of one"
        assert (await anext(other)).body == b"of the other"
    assert made == ["1", "2"]


async def test_one_who_is_quicker_than_the_subscribing_again() -> None:
    commands: list[str] = []

    async def second(peer: Peer) -> None:
        await peer.accept()
        async for frame in peer.frames():
            commands.append(f"{frame.command} {frame.first('id')}")
            await peer.receipt(frame)

    async def first(peer: Peer) -> None:
        await peer.accept()
        for _ in range(3):
            await peer.receipt(await peer.frame())

    leaves: list[asyncio.Task[None]] = []

    def take(events: list[Event]) -> None:
        if any(isinstance(event, Connected) and event.connection == 2 for event in events):
            leaves.append(asyncio.create_task(subscriptions[2].unsubscribe()))

    async with (
        serving(in_turn(first, second)) as address,
        connect(f"stomp://{address}", reconnect=SOON, on_events=take) as client,
    ):
        subscriptions = [await client.subscribe("/queue/q") for _ in range(3)]
        assert [one async for one in subscriptions[2]] == []
        await leaves[0]
        await client.send("/queue/q", receipt=True)
    assert [command for command in commands if command.startswith("SUBSCRIBE")][:1] == ["SUBSCRIBE 1"]
    assert "SUBSCRIBE 3" not in commands


async def test_subscriptions_are_made_again_also_while_nothing_is_read() -> None:
    made = asyncio.Event()

    async def first(peer: Peer) -> None:
        await peer.accept()
        for _ in range(2):
            await peer.receipt(await peer.frame())

    async def second(peer: Peer) -> None:
        await peer.accept()
        for frame in (await peer.frame(), await peer.frame()):
            assert frame.command == "SUBSCRIBE"
            await peer.receipt(frame)
        await peer.send(message(1, b"later", "2"))
        made.set()
        await peer.answer()

    events = Told()
    async with (
        serving(in_turn(first, second)) as address,
        connect(f"stomp://{address}", reconnect=NEVER, on_events=events) as client,
    ):
        await client.subscribe("/queue/a")
        other = await client.subscribe("/queue/b")
        await events.until(Retrying)
        client.stop_reading()
        client.reconnect()
        await made.wait()
        assert not client.reading and not other.undelivered
        client.resume_reading()
        assert (await anext(other)).body == b"later"


async def test_a_client_id_that_the_lost_connection_still_has_is_asked_for_again() -> None:
    async def taken(peer: Peer) -> None:
        await peer.frame()
        await peer.send(b"ERROR\nmessage:Broker: b1 - Client: me already connected from tcp://h:1\n\n\0")

    events = Told()
    async with (
        serving(in_turn(subscribed(), taken, taken, subscribed(message(1), stays=True))) as address,
        connect(
            f"stomp://{address}", headers={"client-id": "me"}, reconnect=SOON, on_events=events
        ) as client,
    ):
        subscription = await client.subscribe("/topic/t")
        assert (await anext(subscription)).connection == 4
    assert "Client: me already connected" in events.all(Retrying)[2].reason


async def test_nothing_of_a_lost_connection_is_kept() -> None:
    async def delivers(peer: Peer) -> None:
        await peer.accept()
        await peer.receipt(await peer.frame())
        await peer.send(message(1))

    events = Told()
    async with (
        serving(delivers) as address,
        connect(f"stomp://{address}", reconnect=SOON, on_events=events) as client,
    ):
        await client.subscribe("/queue/q", ack="client")
        sessions: list[weakref.ref[object]] = []
        for number in range(2, 30):
            sessions.append(weakref.ref(client.session))
            await events.until(Connected, number)
        events.clear()
        gc.collect()
        assert sum(session() is not None for session in sessions) <= 2
        assert client.undelivered <= 1
        assert sum(task.get_name() == "reconnecting" for task in asyncio.all_tasks()) <= 1


async def test_a_connection_that_is_dropped_is_made_again_where_that_is_wanted() -> None:
    events = Told()
    async with serving(answers) as address:
        async with connect(f"stomp://{address}", reconnect=SOON, on_events=events) as client:
            client.drop_connection("not wanted")
            await events.until(Connected, 2)
            assert client.state.connection == 2
        events = Told()
        client = await connect(f"stomp://{address}", on_events=events)
        client.drop_connection("not wanted")
        assert (await client.closed).reason == "not wanted"
        client.drop_connection("once more")
        client.reconnect()
        await events.until(Connected, 2)
        await client.disconnect()
