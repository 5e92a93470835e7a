"""The client through every listener of the real brokers: a message goes out, comes back, and is settled."""

from __future__ import annotations

import asyncio
import ssl

import pytest

from stomptui import BrokerError, ConnectionLost, RemoteProtocolError, connect
from stomptui.stomp.events import Closed, Event, HeartBeatMissed, HeartBeatReceived
from tests.brokers.certificates import Certificates
from tests.brokers.real import RealBroker
from tests.brokers.ways import OF, every_version, every_way, uri

BODY = bytes(range(256))
"""Every value an octet can have: NUL, line ends, and what is no UTF-8."""


@every_version
@every_way
async def test_a_message_goes_round(broker: RealBroker, way: str, version: str, destination: str) -> None:
    async with connect(uri(broker, way, version=version)) as client:
        assert client.state.version == version
        mode = "client" if version == "1.0" else "client-individual"
        subscription = await client.subscribe(destination, ack=mode)
        await client.send(destination, BODY, headers={"x-way": way}, receipt=True)
        message = await anext(subscription)
        assert (message.body, message.first("x-way")) == (BODY, way)
        await message.ack(receipt=True)
        assert not client.state.ledger
    assert client.closed.result().clean


async def test_beats_keep_every_way_open(rabbitmq: RealBroker, activemq: RealBroker) -> None:
    """Both brokers cut who is silent for three periods; until then that many beats of theirs have come."""

    async def beats(broker: RealBroker, way: str, count: int) -> None:
        events: asyncio.Queue[Event] = asyncio.Queue()

        def take(news: list[Event]) -> None:
            for event in news:
                events.put_nowait(event)

        async with connect(uri(broker, way, heartbeat="1"), on_events=take):
            while count:
                event = await events.get()
                assert not isinstance(event, Closed | HeartBeatMissed)
                count -= isinstance(event, HeartBeatReceived)

    await asyncio.gather(
        *(beats(rabbitmq, way, 7) for way in OF["rabbitmq"]),  # two a period
        *(beats(activemq, way, 4) for way in OF["activemq"]),  # one a period
    )


@pytest.mark.parametrize("way", OF["rabbitmq"])
async def test_virtual_hosts_keep_queues_apart(rabbitmq: RealBroker, way: str, destination: str) -> None:
    alice = (rabbitmq.second_login, rabbitmq.second_passcode)
    names = rabbitmq.second_virtual_host, rabbitmq.slashed_virtual_host
    first, second = [connect(uri(rabbitmq, way, user=alice, virtual_host=name)) for name in names]
    async with first as one, second as two:
        subscription = await two.subscribe(destination)
        await one.send(destination, b"in the first", receipt=True)
        await two.send(destination, b"in the second", receipt=True)
        assert (await anext(subscription)).body == b"in the second"


async def test_a_virtual_host_with_a_slash_is_a_path(rabbitmq: RealBroker) -> None:
    address = rabbitmq.uri_for(rabbitmq.second_login, rabbitmq.second_passcode, "/example")
    assert address.endswith("/%2Fexample")
    async with connect(address) as client:
        subscription = await client.subscribe("/exchange/example/a.*")
        await client.send("/exchange/example/a.b", b"by its exchange", receipt=True)
        assert (await anext(subscription)).body == b"by its exchange"


async def test_a_certificate_is_a_login(rabbitmq: RealBroker) -> None:
    """Only alice may use that virtual host: without her certificate nobody in particular is refused."""
    nobody = uri(rabbitmq, "tls", user=None, virtual_host="/example")
    with pytest.raises(BrokerError, match="host:/example was sent"):
        await connect(nobody)
    async with connect(
        uri(rabbitmq, "tls", user=None, virtual_host="/example", certificate="client")
    ) as client:
        await client.ping()


async def test_a_certificate_that_is_nobodys_is_refused(rabbitmq: RealBroker) -> None:
    words = "Access refused for user 'mallory'; no login was sent, only a client certificate"
    with pytest.raises(BrokerError, match=words):
        await connect(uri(rabbitmq, "tls", user=None, certificate="stranger"))


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
async def test_a_certificate_that_is_missing_is_asked_for(
    activemq: RealBroker, certificates: Certificates, version: ssl.TLSVersion
) -> None:
    """TLS 1.3 tells it when the handshake is done, TLS 1.2 within."""
    context = ssl.create_default_context(cafile=certificates.ca)
    context.maximum_version = version
    with pytest.raises(ConnectionLost, match="client certificate"):
        await connect(uri(activemq, "mtls", certificate=None), ssl=context)


@pytest.mark.parametrize("login", ["no\\body", "no:body", "no\\nbody"])
async def test_rabbitmq_reads_a_login_by_its_escapes(rabbitmq: RealBroker, login: str) -> None:
    """It names whom it refuses; unescaped, these would be somebody else, or nothing that it can read."""
    with pytest.raises(BrokerError) as caught:
        await connect(uri(rabbitmq, "tcp", user=(login, "secret"), **{"escape-connect": "yes"}))
    assert f"Access refused for user '{login}'" in str(caught.value)


async def test_a_tls_port_says_so_to_who_speaks_none(broker: RealBroker) -> None:
    with pytest.raises(RemoteProtocolError, match="speaks TLS"):
        await connect(f"stomp://{broker.host}:{broker.tls_port}")


async def test_a_web_port_says_so_to_who_speaks_stomp(rabbitmq: RealBroker) -> None:
    with pytest.raises(RemoteProtocolError, match="this is an HTTP server"):
        await connect(f"stomp://{rabbitmq.host}:{rabbitmq.ws_port}")


async def test_another_path_says_where_rabbitmq_listens(rabbitmq: RealBroker) -> None:
    with pytest.raises(
        RemoteProtocolError, match="HTTP 404 Not Found: no WebSocket at /stomp; RabbitMQ has /ws"
    ):
        await connect(f"ws://{rabbitmq.host}:{rabbitmq.ws_port}/stomp")
