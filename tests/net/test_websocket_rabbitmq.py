"""What is particular to the real RabbitMQ over WebSocket; what every way in has is in tests/brokers."""

from __future__ import annotations

import pytest

from stomptui import BrokerError, ConnectionLost, RemoteProtocolError, connect
from stomptui.stomp.frame import Frame
from tests.brokers.real import RealBroker
from tests.brokers.ways import uri


async def test_bodies_that_go_as_text(rabbitmq: RealBroker, destination: str) -> None:
    bodies = [b"caf\xc3\xa9", b"", b"x" * 2 * 1024 * 1024]
    async with connect(uri(rabbitmq, "ws")) as client:
        subscription = await client.subscribe(destination)
        for body in bodies:
            await client.send(destination, body, receipt=True)
        assert [(await anext(subscription)).body for _ in bodies] == bodies


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


async def test_refused_logins(rabbitmq: RealBroker) -> None:
    with pytest.raises(BrokerError, match="check the passcode of user 'nobody'"):
        await connect(uri(rabbitmq, "ws", user=("nobody", "wrong")))
    with pytest.raises(BrokerError, match=r"host:nothere was sent, name another with \?host=NAME"):
        await connect(uri(rabbitmq, "ws", virtual_host="nothere"))


async def test_the_ports_of_others(rabbitmq: RealBroker) -> None:
    at = f"guest:guest@{rabbitmq.host}"
    with pytest.raises(RemoteProtocolError, match=r"speaks TLS \(a TLS alert came back\), use wss://"):
        await connect(f"ws://{at}:{rabbitmq.wss_port}/ws")
    with pytest.raises(ConnectionLost, match="does not speak TLS; if its port is plain, use ws://"):
        await connect(f"wss://{at}:{rabbitmq.ws_port}/ws")
    with pytest.raises(ConnectionLost, match="unknown here; name it as"):
        await connect(f"wss://{at}:{rabbitmq.wss_port}/ws")
