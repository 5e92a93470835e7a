"""WebSocket on the real RabbitMQ: what a session does, over ws and wss."""

from __future__ import annotations

import asyncio

import pytest

from stomptui import BrokerError, ConnectionLost, RemoteProtocolError, connect
from stomptui.stomp.events import Event, HeartBeatReceived, HeartBeatSent
from stomptui.stomp.frame import Frame
from tests.brokers.real import RealBroker

NO_TEXT = bytes(range(256))
WEIGHT = 2 * 1024 * 1024


def uri(broker: RealBroker, scheme: str, *options: str, login: str | None = None, path: str = "/ws") -> str:
    assert broker.certificates is not None
    port = broker.wss_port if scheme == "wss" else broker.ws_port
    trust = (f"ca={broker.certificates.ca}",) if scheme == "wss" else ()
    user = login or f"{broker.login}:{broker.passcode}"
    return f"{scheme}://{user}@{broker.host}:{port}{path}?" + "&".join((*trust, *options))


@pytest.mark.parametrize("scheme", ["ws", "wss"])
@pytest.mark.parametrize("version", ["1.0", "1.1", "1.2"])
async def test_messages_of_all_kinds_there_and_back(
    rabbitmq: RealBroker, destination: str, scheme: str, version: str
) -> None:
    bodies = [b"caf\xc3\xa9", NO_TEXT, b"", NO_TEXT * (WEIGHT // 256), b"x" * WEIGHT]
    async with connect(uri(rabbitmq, scheme, f"version={version}")) as client:
        subscription = await client.subscribe(destination, ack="client", id="1")
        for body in bodies:
            await client.send(destination, body, receipt=True)
        for body in bodies:
            message = await anext(subscription)
            assert message.body == body
            await message.ack(receipt=True)
        await subscription.unsubscribe()
        async with client.transaction() as transaction:
            await transaction.send(destination, b"committed")
        again = await client.subscribe(destination)
        assert (await anext(again)).body == b"committed"
        await client.ping()
    assert client.closed.result().clean


async def test_many_messages_arrive_in_their_order(rabbitmq: RealBroker, destination: str) -> None:
    count = 3000
    async with connect(uri(rabbitmq, "ws")) as client:
        for number in range(count):
            await client.send(destination, f"{number} ".encode() * 100, receipt=number == count - 1)
        subscription = await client.subscribe(destination, ack="client-individual", prefetch=50)
        for number in range(count):
            message = await anext(subscription)
            assert message.body == f"{number} ".encode() * 100
            await message.ack()


@pytest.mark.parametrize("scheme", ["ws", "wss"])
async def test_heart_beats(rabbitmq: RealBroker, scheme: str) -> None:
    told: list[Event] = []
    both = asyncio.Event()

    def take(events: list[Event]) -> None:
        told.extend(events)
        if {HeartBeatReceived, HeartBeatSent} <= {type(event) for event in told}:
            both.set()

    async with connect(uri(rabbitmq, scheme, "heartbeat=0.1"), on_events=take) as client:
        await both.wait()
        assert client.connected


async def test_a_connection_that_it_ends_without_the_error_that_tcp_gets(
    rabbitmq: RealBroker, destination: str
) -> None:
    client = await connect(uri(rabbitmq, "ws"))
    subscription = await client.subscribe(destination, ack="client-individual")
    await client.send(destination, b"x")
    ack = Frame("ACK", {"id": (await anext(subscription)).first("ack") or ""})
    for _ in range(2):
        client.transmit(ack, force=True)
    assert (await client.closed).reason == (
        "the broker closed the connection and sent no ERROR, it said: STOMP died"
    )
    assert client.failure is None  # the code is 1000


async def test_an_error_that_leaves_the_connection_open(rabbitmq: RealBroker, destination: str) -> None:
    async with connect(uri(rabbitmq, "ws")) as client:
        with pytest.raises(BrokerError, match="Unknown destination"):
            await client.send("/nowhere/at/all", b"x", receipt=True)
        await client.send(destination, b"x", receipt=True)


async def test_refused_logins_and_paths(rabbitmq: RealBroker) -> None:
    with pytest.raises(BrokerError, match="check the passcode of user 'nobody'"):
        await connect(uri(rabbitmq, "ws", login="nobody:wrong"))
    with pytest.raises(BrokerError, match=r"host:nothere was sent, name another with \?host=NAME"):
        await connect(uri(rabbitmq, "ws", "host=nothere"))
    with pytest.raises(
        RemoteProtocolError, match="HTTP 404 Not Found: no WebSocket at /stomp; RabbitMQ has /ws"
    ):
        await connect(uri(rabbitmq, "ws", path="/stomp"))


async def test_the_ports_of_others(rabbitmq: RealBroker) -> None:
    at = f"guest:guest@{rabbitmq.host}"
    with pytest.raises(RemoteProtocolError, match=r"speaks TLS \(a TLS alert came back\), use wss://"):
        await connect(f"ws://{at}:{rabbitmq.wss_port}/ws")
    with pytest.raises(ConnectionLost, match="does not speak TLS; if its port is plain, use ws://"):
        await connect(f"wss://{at}:{rabbitmq.ws_port}/ws")
    with pytest.raises(ConnectionLost, match="unknown here; name it as"):
        await connect(f"wss://{at}:{rabbitmq.wss_port}/ws")
    with pytest.raises(RemoteProtocolError, match="this is an HTTP server"):
        await connect(f"stomp://{at}:{rabbitmq.ws_port}")
