"""Functions of the caller's that act on the client from within, or raise what they should not."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable

import pytest

from stomptui import (
    Client,
    Connected,
    ConnectionLost,
    Credentials,
    Endpoint,
    FrameSent,
    GivenUp,
    Offline,
    ReceiptReceived,
    Retrying,
    connect,
)
from stomptui.stomp.events import Closed, Event
from tests.net.lost import NEVER, REFUSED, SOON, Told, answers, closes, in_turn, subscribed
from tests.net.peer import CONNECTED, Peer, serving


class Acting(Told):
    """What was told, and `acts`, which is called with each event, the client given."""

    client: Client

    def __init__(self, acts: Callable[[Client, Event], object]) -> None:
        super().__init__()
        self._acts = acts

    def __call__(self, events: list[Event]) -> None:
        super().__call__(events)
        for event in events:
            if hasattr(self, "client"):
                self._acts(self.client, event)


async def refuses(peer: Peer) -> None:
    await peer.frame()
    await peer.send(REFUSED)


async def test_connecting_again_when_told_that_it_was_given_up() -> None:
    def once(client: Client, event: Event) -> None:
        if isinstance(event, GivenUp):
            client.reconnect()

    events = Acting(once)
    async with serving(in_turn(closes, refuses, answers)) as address:
        client = events.client = await connect(f"stomp://{address}", reconnect=SOON, on_events=events)
        await events.until(Connected, 2)
        assert client.connected and not client.closed.done()
        await client.disconnect()
        assert client.closed.result().clean


async def test_ending_it_when_told_that_it_is_connected_again_ends_the_calls_that_wait() -> None:
    def at_once(client: Client, event: Event) -> None:
        if isinstance(event, Connected):
            client.abort_connection()

    events = Acting(at_once)
    async with serving(in_turn(closes, answers)) as address:
        client = events.client = await connect(
            f"stomp://{address}", reconnect=NEVER, while_offline="queue", on_events=events
        )
        await events.until(Retrying)
        sends = [asyncio.ensure_future(client.send("/queue/q")) for _ in range(3)]
        await asyncio.sleep(0)
        client.reconnect()
        outcomes = await asyncio.gather(*sends, return_exceptions=True)
    assert all(isinstance(outcome, Offline) for outcome in outcomes)


async def test_leaving_when_told_that_it_is_connected_again_is_in_order() -> None:
    leaves: list[asyncio.Task[None]] = []

    def leave(client: Client, event: Event) -> None:
        if isinstance(event, Connected):
            leaves.append(asyncio.create_task(client.disconnect()))

    events = Acting(leave)
    async with serving(in_turn(closes, answers)) as address:
        client = events.client = await connect(f"stomp://{address}", reconnect=SOON, on_events=events)
        await events.until(Connected, 2)
        await leaves[0]
        assert client.closed.result().clean


async def test_ending_it_when_told_of_a_frame_ends_the_wait_for_its_receipt() -> None:
    def end(client: Client, event: Event) -> None:
        if isinstance(event, FrameSent) and event.frame.command == "SEND":
            client.abort_connection("enough")

    events = Acting(end)
    async with serving(answers) as address:
        client = events.client = await connect(f"stomp://{address}", on_events=events)
        stream = client.events()
        with pytest.raises(ConnectionLost, match="its outcome is unknown: enough"):
            await client.send("/queue/q", receipt=True)
        told = [event async for event in stream]
    assert isinstance(told[-1], Closed), "told to every one, though it ended within the telling"


async def test_a_function_that_raises_cancelled_error_costs_nothing() -> None:
    """As one does that asks a cancelled future for its result."""
    reported: list[BaseException] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, about: reported.append(about["exception"]))

    def raises(client: Client, event: Event) -> None:
        if isinstance(event, ReceiptReceived):
            raise asyncio.CancelledError

    events = Acting(raises)
    async with serving(answers) as address, connect(f"stomp://{address}", on_events=events) as client:
        events.client = client
        await client.send("/queue/q", receipt=True)
        del events.client
    assert [type(error) for error in reported] == [asyncio.CancelledError]


async def test_credentials_that_raise_cancelled_error_end_the_trying() -> None:
    reported: list[str] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, about: reported.append(about["message"]))
    asked: list[Endpoint] = []

    async def credentials(endpoint: Endpoint) -> Credentials:
        asked.append(endpoint)
        if len(asked) > 1:
            raise asyncio.CancelledError
        return Credentials("user", "passcode")

    async with serving(subscribed()) as address:
        client = await connect(f"stomp://{address}", reconnect=SOON, credentials=credentials)
        subscription = await client.subscribe("/queue/q")
        with pytest.raises(ConnectionLost, match="CancelledError"):
            await anext(subscription)
        assert client.closed.done()
    assert reported == ["reconnecting failed"]


async def test_the_reason_of_a_retry_is_that_of_the_newest_connection() -> None:
    async def breaks(peer: Peer) -> None:
        await peer.accept(CONNECTED + b"MESSAGE\ncontent-length:1000000000000\n\n")

    events = Told()
    async with (
        serving(in_turn(closes, breaks, answers)) as address,
        connect(f"stomp://{address}", reconnect=SOON, on_events=events),
    ):
        await events.until(Connected, 3)
    lost = [event.reason for event in events.all(Closed)]
    assert [event.reason for event in events.all(Retrying)] == lost[:2]


async def test_leaving_in_the_moment_in_which_it_connects_again_leaves_nothing_open() -> None:
    """The octets of CONNECTED are there when the client is left, and are read before its task ends."""
    loop = asyncio.get_running_loop()
    accepted: list[socket.socket] = []

    def answer() -> None:
        peer, _ = listener.accept()
        accepted.append(peer)
        peer.recv(65536)
        peer.sendall(CONNECTED)
        if len(accepted) == 1:
            peer.close()
        else:
            loop.call_soon(client.abort_connection)

    events = Told()

    def take(told: list[Event]) -> None:
        events(told)
        if isinstance(told[0], FrameSent):
            loop.call_soon(answer)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        client = await connect(f"stomp://127.0.0.1:{port}", reconnect=SOON, on_events=take)
        await events.until(FrameSent, 2)
        await client.closed
        with accepted[1] as peer:
            peer.setblocking(False)
            assert await loop.sock_recv(peer, 1) == b""
        assert not client.connected
