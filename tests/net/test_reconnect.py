"""A connection that is lost is made again, with its subscriptions and never with its promises."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import pytest

from stomptui import (
    Backoff,
    BrokerError,
    Closed,
    Connected,
    ConnectionLost,
    Credentials,
    Endpoint,
    GivenUp,
    LocalProtocolError,
    Offline,
    Retrying,
    StaleMessage,
    TransactionLost,
    connect,
)
from stomptui.stomp.events import Event, TransactionEnded, Unconfirmed
from stomptui.stomp.frame import Frame
from tests.net.peer import CONNECTED, Peer, message, serving

SOON = Backoff(first=0.01, longest=0.02)

Script = Callable[[Peer], Awaitable[None]]

REFUSED = b"ERROR\nmessage:Bad CONNECT\n\nAccess refused for user 'guest'\0"


def in_turn(*scripts: Script) -> Script:
    """The first connection is played by the first script, and so on; the last plays all that come after."""
    left = list(scripts)

    async def script(peer: Peer) -> None:
        await (left.pop(0) if len(left) > 1 else left[0])(peer)

    return script


async def closes(peer: Peer) -> None:
    await peer.accept()


async def answers(peer: Peer) -> None:
    await peer.accept()
    await peer.answer()


E = TypeVar("E", bound=Event)


class Told(list[Event]):
    """Everything that `on_events` was told."""

    def __init__(self) -> None:
        super().__init__()
        self._more = asyncio.Event()

    def __call__(self, events: list[Event]) -> None:
        self.extend(events)
        self._more.set()

    def all(self, kind: type[E]) -> list[E]:
        return [event for event in self if isinstance(event, kind)]

    async def until(self, kind: type[E], count: int = 1) -> E:
        """Wait until `count` events of a kind were told, give the last of those."""
        while len(found := self.all(kind)) < count:
            self._more.clear()
            await self._more.wait()
        return found[count - 1]


async def stays_away(peer: Peer) -> None:
    pass


def subscribed(*deliveries: bytes, stays: bool = False) -> Script:
    """Accept, confirm one SUBSCRIBE, deliver, and close unless it `stays`."""

    async def script(peer: Peer) -> None:
        await peer.accept()
        frame = await peer.frame()
        assert frame.command == "SUBSCRIBE"
        await peer.receipt(frame)
        for delivery in deliveries:
            await peer.send(delivery)
        if stays:
            await peer.answer()

    return script


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


async def test_off_unless_asked_for() -> None:
    async with serving(closes) as address, connect(f"stomp://{address}") as client:
        closed = await client.closed
        assert not closed.clean
        assert not client.connected
        with pytest.raises(Offline, match="the connection has ended"):
            await client.send("/queue/q")


async def test_the_uri_turns_it_on_and_off() -> None:
    events = Told()
    async with (
        serving(in_turn(closes, answers)) as address,
        connect(f"stomp://{address}?reconnect=yes&delay=0.01", on_events=events),
    ):
        await events.until(Connected, 2)
    async with (
        serving(in_turn(closes, answers)) as address,
        connect(f"stomp://{address}?reconnect=no", reconnect=SOON) as client,
    ):
        await client.closed


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
            f"ACK of {stale.number:05d}: it came on connection 1, which has ended; "
            "the broker delivers it again"
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


async def test_sends_are_refused_while_offline() -> None:
    events = Told()
    async with serving(in_turn(closes, answers)) as address:
        never = Backoff(first=1000, longest=1000)
        async with connect(f"stomp://{address}", reconnect=never, on_events=events) as client:
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
    never = Backoff(first=1000, longest=1000)
    async with (
        serving(in_turn(closes, second)) as address,
        connect(f"stomp://{address}", reconnect=never, while_offline="queue", on_events=events) as client,
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


async def test_no_more_than_a_thousand_sends_wait() -> None:
    events = Told()
    never = Backoff(first=1000, longest=1000)
    async with serving(in_turn(closes, answers)) as address:
        client = await connect(f"stomp://{address}", reconnect=never, while_offline="queue", on_events=events)
        await events.until(Retrying)
        sends = [asyncio.ensure_future(client.send("/queue/q")) for _ in range(1000)]
        await asyncio.sleep(0)
        with pytest.raises(Offline, match="1000 calls wait for a connection already; nothing was sent"):
            await client.send("/queue/q")
        await client.disconnect()
        outcomes = await asyncio.gather(*sends, return_exceptions=True)
        assert all(isinstance(outcome, Offline) for outcome in outcomes)


async def test_a_refused_login_is_not_tried_again() -> None:
    async def refuses(peer: Peer) -> None:
        await peer.accept(REFUSED)

    events = Told()
    async with (
        serving(in_turn(subscribed(), refuses, subscribed(message(1), stays=True))) as address,
        connect(f"stomp://u:p@{address}", reconnect=SOON, on_events=events) as client,
    ):
        subscription = await client.subscribe("/queue/q")
        with pytest.raises(ConnectionLost, match="Access refused"):
            await anext(subscription)
        given_up = await events.until(GivenUp)
        assert "a refused login is not tried again by itself" in given_up.reason
        assert client.closed.done()
        assert not client.connected
        client.reconnect()
        assert (await anext(subscription)).body == b"body"
        assert client.connected
        assert not client.closed.done()


async def test_credentials_are_asked_for_each_connection() -> None:
    asked: list[Endpoint] = []
    seen: list[tuple[str | None, str | None]] = []

    async def token(endpoint: Endpoint) -> Credentials:
        asked.append(endpoint)
        return Credentials("me", f"token-{len(asked)}")

    def logs_in(stays: bool) -> Script:
        async def script(peer: Peer) -> None:
            frame = await peer.accept()
            seen.append((frame.first("login"), frame.first("passcode")))
            if stays:
                await peer.answer()

        return script

    events = Told()
    async with (
        serving(in_turn(logs_in(False), logs_in(True))) as address,
        connect(f"stomp://{address}", reconnect=SOON, credentials=token, on_events=events),
    ):
        await events.until(Connected, 2)
    assert seen == [("me", "token-1"), ("me", "token-2")]
    assert "token" not in repr(events)


async def test_a_callback_that_fails_ends_it(caplog: pytest.LogCaptureFixture) -> None:
    answered = iter([Credentials(None, None)])

    def once(endpoint: Endpoint) -> Credentials:
        try:
            return next(answered)
        except StopIteration:
            raise ValueError("no token is left") from None

    async with serving(closes) as address:
        client = await connect(f"stomp://{address}", reconnect=SOON, credentials=once)
        assert "no token is left" in (await client.closed).reason
    assert "reconnecting failed" in caplog.text


async def test_tries_are_counted_until_a_connection_lasts() -> None:
    events = Told()
    few = Backoff(first=0.001, longest=0.002, attempts=3)
    async with serving(closes) as address:
        client = await connect(f"stomp://{address}", reconnect=few, on_events=events)
        closed = await client.closed
    assert not closed.clean
    assert [event.attempt for event in events.all(Retrying)] == [1, 2, 3]
    assert [type(event) for event in events[-2:]] == [Closed, GivenUp]


async def test_a_broker_that_is_gone_is_given_up_in_words() -> None:
    events = Told()
    few = Backoff(first=0.001, longest=0.002, attempts=2)
    gone = asyncio.Event()

    async def script(peer: Peer) -> None:
        await peer.accept()
        await gone.wait()

    async with serving(script) as address:
        client = await connect(f"stomp://{address}", reconnect=few, on_events=events)
        subscription = await client.subscribe("/queue/q", receipt=False)
    gone.set()
    assert "connection refused" in (await client.closed).reason
    with pytest.raises(ConnectionLost, match="connection refused"):
        await anext(subscription)


async def test_disconnect_ends_the_waiting() -> None:
    events = Told()
    never = Backoff(first=1000, longest=1000)
    async with serving(subscribed()) as address:
        client = await connect(f"stomp://{address}", reconnect=never, on_events=events)
        subscription = await client.subscribe("/queue/q")
        await events.until(Retrying)
        await client.disconnect()
        assert client.closed.done()
        with pytest.raises(ConnectionLost):
            await anext(subscription)
        with pytest.raises(LocalProtocolError):
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
    never = Backoff(first=1000, longest=1000)
    commands: list[str] = []

    async def second(peer: Peer) -> None:
        await peer.accept()
        async for frame in peer.frames():
            commands.append(frame.command)
            await peer.receipt(frame)

    async with (
        serving(in_turn(subscribed(), second)) as address,
        connect(f"stomp://{address}", reconnect=never, on_events=events) as client,
    ):
        subscription = await client.subscribe("/queue/q")
        await events.until(Retrying)
        await subscription.unsubscribe()
        assert [one async for one in subscription] == []
        client.reconnect()
        await events.until(Connected, 2)
    assert commands == ["DISCONNECT"]


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

    async with (
        serving(in_turn(first, second)) as address,
        connect(f"stomp://{address}", reconnect=SOON) as client,
    ):
        gone = await client.subscribe("/queue/gone")
        other = await client.subscribe("/queue/other")
        with pytest.raises(BrokerError, match="/queue/gone could not be made again: no such queue"):
            await anext(gone)
        with pytest.raises(StopAsyncIteration):
            await anext(gone)
        assert (await anext(other)).body == b"of the other"


async def test_the_list_is_walked_in_its_order() -> None:
    served: list[str] = []

    def named(name: str, *, stays: bool) -> Script:
        async def script(peer: Peer) -> None:
            served.append(name)
            await peer.accept(CONNECTED.replace(b"scripted/1", name.encode()))
            if stays:
                await peer.answer()

        return script

    events = Told()
    async with serving(named("b", stays=True)) as second:
        async with serving(in_turn(named("a", stays=False), stays_away)) as first:
            uri = f"failover:(stomp://{first},stomp://{second})"
            client = await connect(uri, reconnect=SOON, on_events=events)
            assert client.endpoint.address == first
            await events.until(Connected, 2)
        assert client.endpoint.address == second
        await client.disconnect()
    assert served == ["a", "b"]


async def test_no_broker_of_the_list() -> None:
    async with serving(closes) as one, serving(closes) as other:
        pass
    with pytest.raises(ConnectionLost) as caught:
        await connect(f"failover:(stomp://{one},stomp://{other})?timeout=5")
    assert str(caught.value) == (
        f"none of the 2 brokers can be reached: "
        f"{one}: connection refused; is the broker running, and is this its STOMP port?; "
        f"{other}: connection refused; is the broker running, and is this its STOMP port?"
    )


async def test_a_broker_that_refuses_ends_the_walk() -> None:
    async def refuses(peer: Peer) -> None:
        await peer.accept(REFUSED)

    others = 0

    async def other(peer: Peer) -> None:
        nonlocal others
        others += 1

    async with serving(refuses) as first, serving(other) as second:
        with pytest.raises(BrokerError, match="Access refused"):
            await connect(f"failover:(stomp://u:p@{first},stomp://u:p@{second})")
    assert others == 0
