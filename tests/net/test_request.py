"""Requests and replies, on a temporary queue of the connection or where the caller says."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest

from stomptui import (
    BrokerError,
    ConnectionLost,
    LocalProtocolError,
    Retrying,
    TimedOut,
    connect,
)
from stomptui.demo import Broker
from tests.brokers.real import RealBroker
from tests.net.lost import NEVER, Told, in_turn, subscribed
from tests.net.peer import CONNECTED, Peer, serving


async def exchanged(uri: str, destination: str) -> None:
    async with connect(uri) as server, connect(uri) as client:
        subscription = await server.subscribe(destination)

        async def serve() -> None:
            async for message in subscription:
                await message.reply(message.body.upper(), content_type="text/plain")

        answering = asyncio.create_task(serve())
        replies = await asyncio.gather(
            *(client.request(destination, f"request {number}", timeout=20) for number in range(20))
        )
        assert [reply.body for reply in replies] == [b"REQUEST %d" % number for number in range(20)]
        assert replies[0].first("content-type") == "text/plain"
        live = [made for made in client.state.subscriptions.values() if not made.closed]
        assert len(live) <= 1, "one queue serves all requests"
        answering.cancel()
        with suppress(asyncio.CancelledError):
            await answering


async def test_on_the_demo_broker(demo: Broker) -> None:
    await exchanged(demo.uri, "/queue/requests")


async def test_on_real_brokers(broker: RealBroker, destination: str) -> None:
    await exchanged(broker.uri, destination)


async def test_replies_to_a_destination_of_ones_own(demo: Broker) -> None:
    async with connect(demo.uri) as server, connect(demo.uri) as client:
        requests = await server.subscribe("/queue/requests")
        asking = asyncio.create_task(
            client.request("/queue/requests", "x", reply_to="/queue/answers", headers={"correlation-id": "7"})
        )
        message = await anext(requests)
        assert (message.first("reply-to"), message.first("correlation-id")) == ("/queue/answers", "7")
        await server.send("/queue/answers", "another's", headers={"correlation-id": "8"})
        await message.reply("mine")
        assert (await asking).body == b"mine"


async def test_a_reply_that_does_not_come(demo: Broker) -> None:
    async with connect(demo.uri) as client:
        with pytest.raises(TimedOut, match=r"no reply from /queue/nobody came within 0\.05 s"):
            await client.request("/queue/nobody", timeout=0.05)


async def test_a_broker_without_temporary_queues() -> None:
    async def script(peer: Peer) -> None:
        await peer.accept()
        await peer.answer()

    async with serving(script) as address, connect(f"stomp://{address}") as client:
        with pytest.raises(LocalProtocolError, match="not known to have temporary queues"):
            await client.request("/queue/q")


async def test_a_request_that_is_refused() -> None:
    async def script(peer: Peer) -> None:
        await peer.accept()
        await peer.receipt(await peer.frame())
        frame = await peer.frame()
        await peer.send(f"ERROR\nmessage:not here\nreceipt-id:{frame.first('receipt')}\n\n\0".encode())
        await peer.answer()

    async with serving(script) as address, connect(f"stomp://{address}") as client:
        with pytest.raises(BrokerError, match="SEND was refused: not here"):
            await client.request("/queue/q", reply_to="/queue/answers")


@pytest.mark.parametrize("confirmed", [False, True])
async def test_a_connection_that_is_lost_meanwhile(confirmed: bool) -> None:
    async def script(peer: Peer) -> None:
        await peer.accept()
        await peer.receipt(await peer.frame())
        frame = await peer.frame()
        if confirmed:
            await peer.receipt(frame)

    async with serving(script) as address, connect(f"stomp://{address}") as client:
        with pytest.raises(ConnectionLost):
            await client.request("/queue/q", reply_to="/queue/answers")


async def test_an_error_that_is_nobodys_ends_it() -> None:
    async def script(peer: Peer) -> None:
        await peer.accept()
        for _ in range(2):
            await peer.receipt(await peer.frame())
        await peer.send(b"ERROR\nmessage:the house burns\n\n\0")
        await peer.answer()

    async with serving(script) as address, connect(f"stomp://{address}") as client:
        with pytest.raises(BrokerError, match="the house burns"):
            await client.request("/queue/q", reply_to="/queue/answers")


async def test_a_request_that_waits_twice(demo: Broker) -> None:
    async with connect(demo.uri) as client:
        same = {"correlation-id": "1"}
        first = asyncio.create_task(client.request("/queue/q", headers=same))
        await demo.until(lambda: bool(client.state.receipts.last_latency))
        with pytest.raises(LocalProtocolError, match="correlation-id 1 waits for its reply already"):
            await client.request("/queue/q", headers=same)
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first


async def test_a_request_joins_no_transaction(demo: Broker) -> None:
    async with connect(demo.uri) as server, connect(demo.uri) as client:
        requests = await server.subscribe("/queue/requests")
        await client.begin()
        asking = asyncio.create_task(client.request("/queue/requests", "now"))
        await (await anext(requests)).reply("at once")
        assert (await asking).body == b"at once"


async def test_nobody_asked_for_a_reply(demo: Broker) -> None:
    async with connect(demo.uri) as client:
        subscription = await client.subscribe("/queue/q")
        await client.send("/queue/q", "just so")
        with pytest.raises(LocalProtocolError, match="has no reply-to: no reply is expected"):
            await (await anext(subscription)).reply("hello")


async def test_a_request_that_waits_for_a_connection_is_not_ended_by_one_that_breaks_before() -> None:
    async def replies(peer: Peer) -> None:
        await peer.accept()
        async for frame in peer.frames():
            await peer.receipt(frame)
            if frame.command == "SEND":
                correlation = frame.first("correlation-id")
                head = f"MESSAGE\nsubscription:1\nmessage-id:1\ncorrelation-id:{correlation}\n\n"
                await peer.send(head.encode() + b"reply\0")

    breaks = CONNECTED + b"MESSAGE\ncontent-length:1000000000000\n\n"

    async def breaks_at_once(peer: Peer) -> None:
        await peer.accept(breaks)

    events = Told()
    async with (
        serving(in_turn(subscribed(), breaks_at_once, replies)) as address,
        connect(f"stomp://{address}", reconnect=NEVER, while_offline="queue", on_events=events) as client,
    ):
        await client.subscribe("/queue/replies", deliver=False)
        await events.until(Retrying)
        request = asyncio.ensure_future(client.request("/queue/q", reply_to="/queue/replies"))
        await asyncio.sleep(0)
        client.reconnect()
        await events.until(Retrying, 2)
        client.reconnect()
        assert (await request).body == b"reply"


async def test_a_reply_may_have_a_correlation_id_of_its_own(demo: Broker) -> None:
    async with connect(demo.uri) as client:
        inbox = await client.subscribe("/queue/answers")
        requests = await client.subscribe("/queue/requests")
        await client.send(
            "/queue/requests", headers={"reply-to": "/queue/answers", "correlation-id": "theirs"}
        )
        await (await anext(requests)).reply(headers={"correlation-id": "mine"})
        answer = await anext(inbox)
        assert [value for name, value in answer.headers if name == "correlation-id"] == ["mine"]
