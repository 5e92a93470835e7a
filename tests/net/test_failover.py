"""Which broker next, how often, as whom, and when it is given up."""

from __future__ import annotations

import asyncio
import random

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
    Offline,
    Retrying,
    connect,
)
from stomptui.net.reconnect import LASTED
from tests.net.conftest import Clock
from tests.net.lost import REFUSED, SOON, Script, Told, answers, closes, in_turn, stays_away, subscribed
from tests.net.peer import CONNECTED, Peer, message, serving


async def frozen(peer: Peer) -> None:
    await peer.reader.read()


async def hangs_up(peer: Peer) -> None:
    await peer.frame()


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


PASSING = [
    b"Broker is starting, try later",
    b"connection limit (100) is reached",
    b"access to vhost '/' refused for user 'guest': connection limit (100) is reached",
    b"Too many clients, retry later",
    b"the server is busy",
    b"Exceeded the maximum number of allowed client connections: 100",
    b"vhost / is shutting down",
    b"Service is starting",
    b"Virtual host 'shop' is not ready",
    b"Broker: b - Client: login-service already connected from tcp://1.2.3.4:5",
]
"""What a broker may say that takes nobody now: the login was none of its reasons."""


@pytest.mark.parametrize("words", PASSING)
async def test_what_may_pass_is_tried_again_and_does_not_end_the_walk(words: bytes) -> None:
    async def full(peer: Peer) -> None:
        await peer.accept(b"ERROR\nmessage:" + words + b"\n\n\0")

    events = Told()
    async with (
        serving(in_turn(closes, full, full, answers)) as address,
        connect(f"stomp://u:p@{address}", reconnect=SOON, on_events=events),
    ):
        await events.until(Connected, 2)
        assert not events.all(GivenUp)
    async with serving(full) as first, serving(answers) as second:
        async with connect(f"failover:(stomp://u:p@{first},stomp://u:p@{second})") as client:
            assert client.endpoint.address == second
        with pytest.raises(BrokerError):  # the only one, in its own words
            await connect(f"stomp://u:p@{first}")


LOGINS = [
    b"Access refused",
    b"no",
    b"try again later",
    b"temporarily unavailable",
    b"too many failed logins, try again later",
    b"too many connections of this account: it is locked",
    b"Wrong secret, try again later",
    b"invalid token, try again later",
    b"Unknown user, try later",
    b"Account is disabled, try again later",
    b"user suspended, retry later",
    b"Account temporarily unavailable",
    b"Virtual host 'x' is not available",
    b"too many failed attempts, connections refused",
    b"too many failed tries from clients",
    b"Bad user; server too busy",
    b"connection limit: user 'x' has been barred after too many failed signins",
    b"You have been banned: too many connections",
    b"Bad user or key; connection limit reached",
]
"""What a broker may say that is about the login, or may be: to try it again could lock an account."""


@pytest.mark.parametrize("words", LOGINS)
async def test_what_may_be_the_login_is_not_tried_again(words: bytes) -> None:
    async def refuses(peer: Peer) -> None:
        await peer.accept(b"ERROR\nmessage:" + words + b"\n\n\0")

    events = Told()
    async with (
        serving(in_turn(closes, refuses, answers)) as address,
        connect(f"stomp://u:p@{address}", reconnect=SOON, on_events=events),
    ):
        await events.until(GivenUp)
        assert len(events.all(Connected)) == 1


async def test_a_connection_that_lasted_begins_the_waits_again(clock: Clock) -> None:
    let_go = asyncio.Event()

    async def lasts(peer: Peer) -> None:
        await peer.accept()
        await let_go.wait()

    events = Told()
    async with serving(in_turn(closes, closes, lasts, answers)) as address:
        growing = Backoff(first=0.01, longest=1, jitter=0)
        client = await connect(f"stomp://{address}", reconnect=growing, on_events=events)
        await events.until(Connected, 3)
        await clock.forward(LASTED)
        let_go.set()
        await events.until(Connected, 4)
        client.abort_connection()
    waits = [(event.attempt, event.wait) for event in events.all(Retrying)]
    assert waits == [(1, 0.01), (2, 0.02), (1, 0.01)]


async def test_waits_are_shortened_by_chance() -> None:
    events = Told()
    random.seed(1)
    by_chance = Backoff(first=0.01, longest=0.01, jitter=1, attempts=5)
    async with serving(closes) as address:
        client = await connect(f"stomp://{address}", reconnect=by_chance, on_events=events)
        await client.closed
    waits = [event.wait for event in events.all(Retrying)]
    assert len(set(waits)) == 5
    assert all(0 <= wait <= 0.01 for wait in waits)


async def test_the_list_is_walked_by_chance_where_that_is_asked_for() -> None:
    taken: dict[str, set[str]] = {"no": set(), "yes": set()}
    async with serving(answers) as one, serving(answers) as other:
        for randomize, addresses in taken.items():
            for seed in range(10):
                random.seed(seed)
                uri = f"failover:(stomp://{one},stomp://{other})?randomize={randomize}"
                async with connect(uri) as client:
                    addresses.add(client.endpoint.address)
    assert taken == {"no": {one}, "yes": {one, other}}


async def test_a_list_by_chance_is_walked_to_its_end() -> None:
    async with serving(closes) as gone:
        pass
    async with serving(answers) as there:
        for seed in range(10):
            random.seed(seed)
            uri = f"failover:(stomp://{gone},stomp://{there})?randomize=yes"
            async with connect(uri) as client:
                assert client.endpoint.address == there


@pytest.mark.parametrize(
    ("then", "words"),
    [
        (
            frozen,
            "the port is open but CONNECT was not answered within 0.1 s; the broker answered there before, "
            "so it hangs, or has too much to do",
        ),
        (
            hangs_up,
            "the peer closed the connection before CONNECTED and sent no ERROR; the broker answered there "
            "before: it may be stopping, or starting",
        ),
    ],
)
async def test_a_broker_that_was_there_is_not_taken_for_something_else(then: Script, words: str) -> None:
    events = Told()
    tries = Backoff(first=0.01, longest=0.01, attempts=1)
    async with serving(in_turn(closes, then)) as address:
        client = await connect(f"stomp://{address}?timeout=0.1", reconnect=tries, on_events=events)
        await client.closed
    assert events.all(GivenUp)[0].reason == f"{address}: {words}"


async def test_another_broker_of_the_list_is_not_taken_for_one_that_was_there() -> None:
    async with serving(in_turn(closes, hangs_up)) as one, serving(hangs_up) as other:
        events = Told()
        uri = f"failover:(stomp://{one},stomp://{other})?attempts=1&delay=0.01"
        client = await connect(uri, reconnect=True, on_events=events)
        await client.closed
    reason = events.all(GivenUp)[0].reason
    assert reason.count("answered there before") == 1
    assert reason.endswith("is it a plain STOMP port? For TLS use stomp+ssl://")
