"""Connecting and logging in, and the one line that says why it failed."""

from __future__ import annotations

import asyncio
import socket
import ssl
import traceback

import pytest
import trustme

from stomptui import (
    BrokerError,
    ConnectionLost,
    LocalProtocolError,
    RemoteProtocolError,
    StompError,
    TimedOut,
    connect,
    parse_uri,
)
from stomptui.stomp.events import Closed, Connected, Event, FrameSent
from tests.net.peer import Peer, serving


async def failure(address: str, query: str = "", user: str = "") -> StompError:
    with pytest.raises(StompError) as caught:
        await connect(f"stomp://{user}{address}/{query}")
    assert "\n" not in str(caught.value)
    return caught.value


async def answered(data: bytes, query: str = "", user: str = "") -> StompError:
    """How connecting fails when CONNECT is answered with `data` and the end of the stream."""

    async def script(peer: Peer) -> None:
        await peer.frame()
        await peer.send(data)

    async with serving(script) as address:
        error = await failure(address, query, user)
        assert address in str(error)
        return error


async def test_logs_in_and_tells_it() -> None:
    connects = []

    async def script(peer: Peer) -> None:
        connects.append(await peer.accept())
        await peer.answer()

    events: list[Event] = []
    async with (
        serving(script) as address,
        connect(f"stomp://ops:secret@{address}/v%2Fx", on_events=events.extend) as client,
    ):
        assert client.state.version == "1.2"
        assert client.state.server == "scripted/1"
        assert [type(event) for event in events] == [FrameSent, Connected]
    assert connects[0].headers == (
        ("accept-version", "1.0,1.1,1.2"),
        ("host", "v/x"),
        ("login", "ops"),
        ("passcode", "secret"),
        ("heart-beat", "10000,10000"),
    )
    sent = events[0]
    assert isinstance(sent, FrameSent)
    assert b"secret" not in sent.frame.raw
    assert sent.frame.first("passcode") == "***"
    last = events[-1]
    assert isinstance(last, Closed) and last.clean and last.reason == "disconnected"


async def test_secrets_show_neither_in_what_is_told_nor_in_the_local_variables_of_a_traceback() -> None:
    async def script(peer: Peer) -> None:
        frame = await peer.frame()
        assert (frame.first("passcode"), frame.first("token")) == ("pw4711", "hidden")

    events: list[Event] = []
    async with serving(script) as address:
        endpoint = parse_uri(f"stomp://ops:pw4711@{address}")
        with pytest.raises(ConnectionLost) as caught:
            await connect(endpoint, headers={"token": "hidden"}, redact=["token"], on_events=events.extend)
    shown = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    assert "pw4711" not in "".join(shown.format())
    assert isinstance(events[0], FrameSent)
    assert (events[0].frame.first("passcode"), events[0].frame.first("token")) == ("***", "***")


async def test_a_uri_names_one_version_and_may_name_no_user() -> None:
    connects = []

    async def script(peer: Peer) -> None:
        connects.append(await peer.accept(b"CONNECTED\nversion:1.1\n\n\0"))
        await peer.answer()

    async with serving(script) as address, connect(f"stomp://{address}?version=1.1&heartbeat=0") as client:
        assert client.state.version == "1.1"
    assert connects[0].headers == (("accept-version", "1.1"), ("host", "/"))


async def test_refused() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        error = await failure(f"127.0.0.1:{port}")
    assert isinstance(error, ConnectionLost)
    assert f"127.0.0.1:{port}: connection refused" in str(error)


async def test_every_address_of_a_name_is_tried() -> None:
    async def script(peer: Peer) -> None:
        await peer.accept()
        await peer.answer()

    async with serving(script) as address, connect(f"stomp://localhost:{address.split(':')[1]}") as client:
        assert client.state.version == "1.2"


async def test_a_name_that_nobody_knows() -> None:
    error = await failure("no-such-host.invalid")
    assert isinstance(error, ConnectionLost)
    assert str(error).startswith("no-such-host.invalid: ")


async def test_silence() -> None:
    async def script(peer: Peer) -> None:
        await peer.reader.read()

    async with serving(script) as address:
        error = await failure(address, "?timeout=0.1")
    assert isinstance(error, TimedOut)
    assert "CONNECT was not answered within 0.1 s" in str(error)


async def test_an_answer_that_never_ends() -> None:
    async def script(peer: Peer) -> None:
        await peer.frame()
        await peer.send(b"CONNECTED\nversion:1.2\n")
        await peer.reader.read()

    async with serving(script) as address:
        error = await failure(address, "?timeout=0.1")
    assert isinstance(error, TimedOut)
    assert "only 22 octets came" in str(error)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"HTTP/1.1 400 Bad Request\r\n\r\n<html>", "an HTTP server, STOMP usually listens on 61613"),
        (b"<!DOCTYPE HTML>\n<html>", "an HTTP server"),
        (b"\x15\x03\x03\x00\x02\x02\x0a", "speaks TLS (a TLS alert came back); use stomp+ssl://"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "an SSH server"),
        (b"AMQP\x00\x00\x09\x01", "an AMQP port"),
        (b"-ERR unknown command\r\n", "does not speak STOMP, it began with b'-ERR unknown command"),
        (b"connected\nversion:1.2\n\n\0", "does not speak STOMP"),
    ],
)
async def test_what_is_no_stomp(data: bytes, words: str) -> None:
    error = await answered(data)
    assert isinstance(error, RemoteProtocolError)
    assert words in str(error)


async def test_what_is_no_stomp_is_seen_without_waiting_for_its_end() -> None:
    async def script(peer: Peer) -> None:
        await peer.send(b"220 mail.example ESMTP\r\n")
        await peer.reader.read()

    async with serving(script) as address:
        assert "a mail or FTP server" in str(await failure(address))


async def test_one_octet_of_a_tls_alert_is_not_judged_yet() -> None:
    async def script(peer: Peer) -> None:
        await peer.send(b"\x15")
        await peer.frame()
        await peer.send(b"\x03\x03\x00\x02\x02\x0a")

    async with serving(script) as address:
        assert "speaks TLS" in str(await failure(address))


async def test_a_real_tls_port() -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("localhost").configure_cert(context)
    server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0, ssl=context)
    async with server:
        error = await failure(f"127.0.0.1:{server.sockets[0].getsockname()[1]}")
    assert "stomp+ssl://" in str(error)


async def test_login_refused() -> None:
    data = b"ERROR\nmessage:Bad CONNECT\ncontent-length:32\n\nAccess refused for user 'guest'\n\0\n"
    error = await answered(data, user="guest:wrong@")
    assert isinstance(error, BrokerError)
    assert error.frame.first("message") == "Bad CONNECT"
    assert "Bad CONNECT: Access refused for user 'guest'; check the passcode of user 'guest'" in str(error)
    assert "wrong" not in str(error)


async def test_no_login_was_sent() -> None:
    trace = b"User name [null] or password is invalid."
    error = await answered(b"ERROR\nmessage:" + trace + b"\n\n" + trace + b"\0\n")
    assert str(error).count("is invalid") == 1
    assert "no login was sent" in str(error)


async def test_virtual_host_refused_names_the_one_that_was_sent() -> None:
    data = b"ERROR\nmessage:Bad CONNECT\n\nVirtual host 'v2' access denied\n\0\n"
    error = await answered(data, "v2")
    assert "Virtual host 'v2' access denied; host:v2 was sent" in str(error)


async def test_version_refused() -> None:
    data = b"ERROR\nmessage:Version mismatch\n\nSupported versions are 1.0\n\0"
    assert "STOMP 1.2 was offered" in str(await answered(data, "?version=1.2"))


async def test_an_error_that_leaves_the_connection_open() -> None:
    async def script(peer: Peer) -> None:
        await peer.frame()
        await peer.send(b"ERROR\nmessage:no\n\n\0")
        assert await peer.reader.read() == b""  # the client closes

    async with serving(script) as address:
        assert str(await failure(address)).endswith(": no")


async def test_end_of_stream_before_connected() -> None:
    error = await answered(b"")
    assert isinstance(error, ConnectionLost)
    assert "the peer closed the connection before CONNECTED and sent no ERROR" in str(error)
    assert "escape-connect" not in str(error)


async def test_end_of_stream_with_a_backslash_in_connect() -> None:
    assert "?escape-connect=yes" in str(await answered(b"", user="guest:a%5Cb@"))
    assert "try" not in str(await answered(b"", "?escape-connect=yes", user="guest:a%5Cb@"))


async def test_reset_before_connected() -> None:
    async def script(peer: Peer) -> None:
        await peer.frame()
        peer.reset()

    async with serving(script) as address:
        assert "reset the connection before CONNECTED" in str(await failure(address))


async def test_a_connect_that_cannot_be_written() -> None:
    async with serving(Peer.answer) as address:
        with pytest.raises(LocalProtocolError):
            await connect(f"stomp://{address}", headers=[("x", "a\nb")])


async def test_cancelled_connecting_leaves_no_socket_open() -> None:
    closed = asyncio.Event()
    asked = asyncio.Event()

    async def script(peer: Peer) -> None:
        await peer.frame()
        asked.set()
        await peer.reader.read()
        closed.set()

    async with serving(script) as address:
        connecting = asyncio.ensure_future(failure(address))
        await asked.wait()
        connecting.cancel()
        await closed.wait()
        with pytest.raises(asyncio.CancelledError):
            await connecting
