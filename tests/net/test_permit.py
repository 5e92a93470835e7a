"""A rule of the caller's that is asked before each frame."""

from __future__ import annotations

import asyncio

import pytest

from stomptui.demo.broker import Broker
from stomptui.net.connect import connect
from stomptui.stomp.errors import LocalProtocolError
from stomptui.stomp.events import Event, NotSubscribed
from stomptui.stomp.frame import AckMode, Frame
from stomptui.stomp.state import State


async def test_what_it_refuses_never_leaves_by_any_way() -> None:
    refused = {"SEND", "ACK", "NACK"}
    asked: list[tuple[str, bool, str]] = []

    def permit(command: str, frame: Frame | None, state: State) -> str | None:
        asked.append((command, frame is not None, state.host or ""))
        return f"{command} is for others" if command in refused else None

    async with Broker() as broker, connect(broker.uri, permit=permit) as client:
        subscription = await client.subscribe("/queue/q", ack=AckMode.CLIENT_INDIVIDUAL)
        broker.publish("/queue/q", b"one")
        message = await anext(aiter(subscription))
        for call in (
            lambda: client.send("/queue/q", b"x"),
            lambda: client.ack(message),
            lambda: client.ack(message, receipt=True),
            lambda: client.nack(message),
            lambda: message.ack(),
            lambda: client.request("/queue/q", b"x", reply_to="/queue/replies"),
        ):
            with pytest.raises(LocalProtocolError, match="is for others"):
                await call()
        done = await client.settle_many("ACK", [message.number])
        assert not done.sent and done.refused == ((message.number, "ACK is for others"),)
        with pytest.raises(LocalProtocolError, match="SEND is for others"):
            client.transmit(Frame("SEND", [("destination", "/queue/q")]), force=True)
        await client.ping()
        assert refused.isdisjoint(frame.command for frame in broker.received)
        assert len(client.state.ledger) == 1
        assert ("SUBSCRIBE", True, "/") in asked and ("ACK", False, "/") in asked
        refused.clear()
        await client.ack(message, receipt=True)
        assert [frame.command for frame in broker.received][-1] == "ACK"


async def test_what_it_refuses_is_not_subscribed_to_again() -> None:
    told: asyncio.Future[NotSubscribed] = asyncio.get_running_loop().create_future()
    refused: set[str] = set()

    def take(events: list[Event]) -> None:
        for event in events:
            if isinstance(event, NotSubscribed):
                told.set_result(event)

    async with Broker() as broker:
        permit = lambda command, frame, state: "no more" if command in refused else None  # noqa: E731
        async with connect(broker.uri, permit=permit, on_events=take, reconnect=True) as client:
            await client.subscribe("/queue/q", deliver=False)
            refused.add("SUBSCRIBE")
            broker.drop_connections()
            event = await asyncio.wait_for(told, 20)
            assert (event.destination, event.reason) == ("/queue/q", "no more")
            assert client.subscriptions == ()
            assert not broker.subscriptions("/queue/q")
