"""A client over WebSocket: what carries the frames makes no difference to it."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace

import pytest

from stomptui import (
    BrokerError,
    ConnectionLost,
    RemoteProtocolError,
    StompError,
    TimedOut,
    connect,
    parse_uri,
)
from stomptui.net.delivery import HIGH_WATER
from stomptui.stomp.events import Event, HeartBeatReceived, HeartBeatSent
from stomptui.stomp.frame import Frame
from stomptui.stomp.limits import Limits
from tests.net.conftest import Clock
from tests.net.peer import Peer, message, serving
from tests.net.web_peer import WebPeer, web_serving

BIG = bytes(range(1, 256)) * (12 * 1024 + 64)
"""3 MiB that are not UTF-8 and hold no NUL."""


async def test_frames_cut_and_joined_in_every_way() -> None:
    bodies = [b"one", b"two", b"caf\xe9", BIG, b"three", b"four", b"five"]
    frames = [message(number, body) for number, body in enumerate(bodies)]

    async def script(peer: WebPeer) -> None:
        await peer.accept()
        await peer.frame()
        await peer.text(frames[0] + b"\n" + frames[1])
        await peer.text(b"\n")
        await peer.text(frames[2])
        await peer.binary(frames[3][:100])
        await peer.text(frames[3][100:2_000_000])
        await peer.binary(frames[3][2_000_000:] + frames[4][:10])
        await peer.binary([frames[4][10:20], frames[4][20:], frames[5][:-1]])
        await peer.text(frames[5][-1:])
        await peer.text([bytes([octet]) for octet in frames[6]])
        await peer.answer()

    async with web_serving(script) as uri, connect(uri) as client:
        subscription = await client.subscribe("/queue/q", receipt=False)
        assert [(await anext(subscription)).body for _ in bodies] == bodies
    assert client.closed.result().clean


async def test_what_is_sent_is_a_message_a_frame() -> None:
    heard: list[str | bytes] = []

    async def script(peer: WebPeer) -> None:
        await peer.accept()
        await peer.frame()
        await peer.text(b"".join(message(number) for number in range(3)))
        peer.messages = heard
        await peer.answer()

    async with web_serving(script) as uri, connect(uri) as client:
        subscription = await client.subscribe("/queue/q", ack="client-individual", receipt=False)
        await client.send("/queue/other", "café", receipt=True)
        await client.send("/queue/other", BIG, receipt=True)
        numbers = [(await anext(subscription)).number for _ in range(3)]
        await client.settle_many("ACK", numbers)
    text, binary, *acks, last = heard
    assert isinstance(text, str) and text.endswith("\n\ncafé\0")
    assert isinstance(binary, bytes) and binary.endswith(BIG + b"\0")
    assert acks == [f"ACK\nid:{number}\n\n\0" for number in range(3)]
    assert isinstance(last, str) and last.startswith("DISCONNECT\n")


async def test_heart_beats_are_messages_of_their_own() -> None:
    events: list[Event] = []
    beats = asyncio.Event()

    def take(told: list[Event]) -> None:
        events.extend(told)
        if {HeartBeatReceived, HeartBeatSent} <= {type(event) for event in events}:
            beats.set()

    async def script(peer: WebPeer) -> None:
        await peer.accept(b"CONNECTED\nversion:1.2\nheart-beat:20,20\n\n\0")
        await peer.text(b"\n")  # the first end of line after a frame belongs to that
        await peer.text(b"\n")
        assert await peer.web.recv() == "\n"
        await peer.answer()

    async with web_serving(script) as uri, connect(f"{uri}?heartbeat=0.02,60", on_events=take) as client:
        await beats.wait()
        assert client.connected


async def test_a_slow_iteration_gets_everything_and_little_is_kept() -> None:
    count, body = 20_000, b"x" * 1000

    async def script(peer: WebPeer) -> None:
        await peer.accept()
        await peer.frame()
        for start in range(0, count, 10):  # a message of several frames, one of several fragments, ten of one
            frames = [message(number, body) for number in range(start, start + 10)]
            if start % 30 == 0:
                await peer.text(b"".join(frames))
            elif start % 30 == 10:
                await peer.binary(frames)
            else:
                for frame in frames:
                    await peer.text(frame)
        await peer.answer()

    async with web_serving(script) as uri, connect(uri) as client:
        numbers = []
        peak = 0
        async for one in await client.subscribe("/queue/q", receipt=False):
            peak = max(peak, client.undelivered + 1)
            numbers.append(int(one.first("message-id") or ""))
            if len(numbers) == count:
                break
            await asyncio.sleep(0)
        assert numbers == list(range(count))
        assert peak <= HIGH_WATER + 64 * 1024 // len(body)


async def test_a_ping_while_reading_is_stopped_does_not_end_it() -> None:
    stopped, pinged = asyncio.Event(), asyncio.Event()

    async def script(peer: WebPeer) -> None:
        await peer.accept()
        await peer.frame()
        await stopped.wait()
        pong = await peer.web.ping()
        await peer.text(message(1))
        pinged.set()
        await pong
        await peer.answer()

    async with web_serving(script) as uri, connect(uri) as client:
        subscription = await client.subscribe("/queue/q", receipt=False)
        client.stop_reading()
        stopped.set()
        await pinged.wait()
        assert client.undelivered == 0
        client.resume_reading()
        assert (await anext(subscription)).body == b"body"


async def test_disconnect_that_is_not_answered_by_a_receipt_but_by_the_close() -> None:
    """As RabbitMQ does it."""

    async def script(peer: WebPeer) -> None:
        await peer.accept()
        assert (await peer.frame()).command == "DISCONNECT"
        await peer.web.close(1000, "STOMP died")

    async with web_serving(script) as uri:
        client = await connect(uri)
        await client.disconnect()
        assert client.closed.result().clean
        assert client.failure is None


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (1001, "the broker closed the connection and sent no ERROR, it said: the disk is full"),
        (1011, "the broker closed the WebSocket with code 1011 (it failed itself): the disk is full"),
    ],
)
async def test_a_close_in_the_middle(code: int, reason: str) -> None:
    async def script(peer: WebPeer) -> None:
        await peer.accept()
        await peer.frame()
        await peer.text(message(1))
        await peer.web.close(code, "the disk is full")

    async with web_serving(script) as uri:
        client = await connect(uri)
        subscription = await client.subscribe("/queue/q", receipt=False)
        assert (await anext(subscription)).body == b"body"
        with pytest.raises(ConnectionLost):
            await anext(subscription)
        assert (await client.closed).reason == reason


async def test_a_message_larger_than_the_limits() -> None:
    async def script(peer: WebPeer) -> None:
        await peer.accept()
        await peer.binary(BIG)
        await peer.web.wait_closed()

    async with web_serving(script) as uri:
        limited = replace(parse_uri(uri), limits=Limits(head=1_000_000, body=2_000_000))
        client = await connect(limited)
        reason = (await client.closed).reason
        assert "limits `head` and `body`" in reason
        assert reason.endswith("; ?max-body=SIZE in a client's URI allows more")


async def not_connected(uri: str) -> StompError:
    with pytest.raises(StompError) as raised:
        await connect(uri)
    assert "\n" not in str(raised.value)
    return raised.value


async def test_a_refused_login() -> None:
    async def script(peer: WebPeer) -> None:
        await peer.frame()
        await peer.text(b"ERROR\nmessage:Bad CONNECT\n\nAccess refused for user 'guest'\0")
        await peer.web.close(1000, "STOMP died")

    async with web_serving(script) as uri:
        error = await not_connected(uri)
        assert type(error) is BrokerError
        assert str(error).endswith(
            ": Bad CONNECT: Access refused for user 'guest'; no login was sent: name a user as ws://USER@HOST"
        )


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (
            1000,
            "the peer closed the connection before CONNECTED and sent no ERROR, it said: no; "
            "is STOMP spoken at /ws?",
        ),
        (
            1008,
            "before CONNECTED the broker closed the WebSocket with code 1008 (a message broke its rules): no",
        ),
    ],
)
async def test_a_close_before_connected(code: int, words: str) -> None:
    async def script(peer: WebPeer) -> None:
        await peer.frame()
        await peer.web.close(code, "no")

    async with web_serving(script) as uri:
        error = await not_connected(uri)
        assert type(error) is ConnectionLost
        assert str(error) == f"{parse_uri(uri).address}: {words}"


async def test_a_websocket_that_does_not_carry_stomp() -> None:
    async def script(peer: WebPeer) -> None:
        await peer.web.send('{"hello": "world"}')
        await peer.web.wait_closed()

    async with web_serving(script) as uri:
        error = await not_connected(uri)
        assert type(error) is RemoteProtocolError
        assert 'does not speak STOMP, it began with b\'{"hello": "world"}\'' in str(error)


async def test_a_websocket_that_says_nothing(clock: Clock) -> None:
    async def script(peer: WebPeer) -> None:
        await peer.frame()
        await clock.forward(10)
        await peer.web.wait_closed()

    async with web_serving(script) as uri:
        error = await not_connected(uri)
        assert type(error) is TimedOut
        assert str(error).endswith(
            "the WebSocket is open but CONNECT was not answered within 10 s; is STOMP spoken at /ws?"
        )


async def test_a_plain_stomp_port_that_waits_for_a_frame(clock: Clock) -> None:
    async def script(peer: Peer) -> None:
        await peer.reader.readexactly(1)
        await clock.forward(10)
        await peer.reader.read()

    async with serving(script) as address:
        error = await not_connected(f"ws://{address}/ws")
        assert type(error) is TimedOut
        assert "the WebSocket handshake was not answered within 10 s" in str(error)


async def test_headers_origin_and_query_reach_the_server() -> None:
    seen: asyncio.Future[tuple[str, str | None, str | None]] = asyncio.get_running_loop().create_future()

    async def script(peer: WebPeer) -> None:
        request = peer.web.request
        assert request is not None
        seen.set_result((request.path, request.headers.get("Origin"), request.headers.get("X-Tenant")))
        await peer.accept()
        await peer.answer()

    async with (
        web_serving(script) as uri,
        connect(f"{uri}?query=a%3Db", http_headers={"X-Tenant": "7"}, origin="https://app.example"),
    ):
        assert await seen == ("/ws?a=b", "https://app.example", "7")


async def test_no_secret_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    async def script(peer: WebPeer) -> None:
        await peer.accept()
        await peer.answer()

    async with web_serving(script) as uri:
        address = uri.removeprefix("ws://")
        async with connect(f"ws://me:secret@{address}?query=secret", http_headers={"Cookie": "secret"}):
            pass
    ours = [record for record in caplog.records if not record.name.startswith("websockets.server")]
    assert not any("secret" in record.getMessage() for record in ours)


async def test_it_connects_again() -> None:
    connections = 0

    async def script(peer: WebPeer) -> None:
        nonlocal connections
        connections += 1
        await peer.accept()
        subscribe: Frame = await peer.frame()
        assert subscribe.command == "SUBSCRIBE"
        await peer.text(message(connections))
        if connections == 1:
            await peer.web.close(1012, "restarting")
        else:
            await peer.answer()

    async with web_serving(script) as uri, connect(f"{uri}?reconnect=yes&delay=0.01") as client:
        subscription = await client.subscribe("/queue/q", receipt=False)
        found = [(await anext(subscription)).first("message-id") for _ in range(2)]
        assert found == ["1", "2"]
