"""Opening a WebSocket: what is asked for, and in one line why there is none."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from http import HTTPStatus

import pytest
from websockets.asyncio.server import ServerConnection
from websockets.http11 import Request, Response

from stomptui import (
    AccessRefused,
    ConnectionLost,
    LocalProtocolError,
    RemoteProtocolError,
    StompError,
    parse_uri,
)
from stomptui.net.websocket import open_websocket
from stomptui.stomp.frame import Headers
from tests.net.peer import Peer, serving
from tests.net.web_peer import Ear, WebPeer, accepting, web_serving

PATHS = "RabbitMQ has /ws, Spring often /ws or /stomp, with SockJS /websocket behind it"


async def nothing(peer: WebPeer) -> None:
    await peer.web.wait_closed()


async def asked(path: str, headers: Headers = (), origin: str | None = None) -> tuple[Request, str | None]:
    """The request that the server sees, and the sub-protocol that it chose."""
    seen: asyncio.Future[tuple[Request, str | None]] = asyncio.get_running_loop().create_future()

    async def script(peer: WebPeer) -> None:
        assert peer.web.request is not None
        seen.set_result((peer.web.request, peer.web.subprotocol))

    async with web_serving(script) as uri:
        endpoint = parse_uri(uri.replace("/ws", path))
        web = await open_websocket(endpoint, Ear(), http_headers=headers, origin=origin)
        web.abort()
        return await seen


async def test_the_sub_protocols_in_their_order_and_nothing_that_compresses() -> None:
    request, chosen = await asked("/ws")
    assert request.headers["Sec-WebSocket-Protocol"] == "v10.stomp, v11.stomp, v12.stomp"
    assert chosen == "v12.stomp"
    assert "Sec-WebSocket-Extensions" not in request.headers
    assert "Origin" not in request.headers


async def test_headers_and_origin() -> None:
    headers = [("Cookie", "a=1"), ("Cookie", "b=2"), ("Authorization", "Bearer x"), ("host", "broker.test")]
    request, _ = await asked("/ws", headers, "https://app.example")
    assert request.headers["Origin"] == "https://app.example"
    assert request.headers.get_all("Cookie") == ["a=1", "b=2"]
    assert request.headers["Authorization"] == "Bearer x"
    assert request.headers.get_all("Host") == ["broker.test"]


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("", "/"),
        ("/", "/"),
        ("/a%20b/ä", "/a%20b/%C3%A4"),
        ("/ws?query=token%253Dx%2526y", "/ws?token%3Dx%26y"),
    ],
)
async def test_path_and_query(written: str, sent: str) -> None:
    request, _ = await asked(written)
    assert request.path == sent


@pytest.mark.parametrize("headers", [[("X-A", "b\r\nX-C: d")], [("X A", "b")], [("X-A", "€")], [("", "b")]])
async def test_headers_that_http_cannot_carry(headers: Headers) -> None:
    with pytest.raises(LocalProtocolError, match="HTTP header"):
        await asked("/ws", headers)


async def test_an_origin_and_a_host_that_http_cannot_carry() -> None:
    with pytest.raises(LocalProtocolError, match="HTTP header Origin"):
        await asked("/ws", origin="x\r\ny")
    with pytest.raises(LocalProtocolError, match="not a host name"):
        await open_websocket(replace(parse_uri("ws://h/"), host="h\r\nX-A: b"), Ear())


async def not_opened(uri: str) -> StompError:
    ear = Ear()
    with pytest.raises(StompError) as raised:
        await open_websocket(parse_uri(uri), ear)
    assert not ear.end.done()
    words = str(raised.value)
    assert "\n" not in words
    host, port = uri.split("/")[2].split(":")
    assert words.startswith(f"{host}:{port}: ")
    raised.value.args = (words.removeprefix(f"{host}:{port}: "),)
    return raised.value


async def refused(status: HTTPStatus, body: str = "", **headers: str) -> StompError:
    """How a server's refusal of /ws is told."""

    def refuse(web: ServerConnection, request: Request) -> Response:
        response = web.respond(status, body)
        for name, value in headers.items():
            response.headers[name] = value
        return response

    async with web_serving(nothing, process_request=refuse) as uri:
        return await not_opened(uri)


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (404, f"HTTP 404 Not Found: no WebSocket at /ws; {PATHS}"),
        (405, f"HTTP 405 Method Not Allowed: no WebSocket at /ws; {PATHS}"),
        (200, f"HTTP 200 OK: /ws is an ordinary web page, no WebSocket; {PATHS}"),
        (
            401,
            "HTTP 401 Unauthorized: /ws is refused before any STOMP login; "
            "it may want HTTP authorisation (--http-header) or another Origin (--origin)",
        ),
        (
            403,
            "HTTP 403 Forbidden: /ws is refused before any STOMP login; "
            "it may want HTTP authorisation (--http-header) or another Origin (--origin)",
        ),
        (302, "HTTP 302 Found: sent on to nowhere; name that place in the URI, as ws:// or wss://"),
        (410, "HTTP 410 Gone: the WebSocket at /ws was refused"),
    ],
)
async def test_refused_with_a_status(status: int, words: str) -> None:
    error = await refused(HTTPStatus(status))
    assert type(error) is (AccessRefused if status in (401, 403) else RemoteProtocolError)
    assert str(error) == words


async def test_sent_on_to_another_place() -> None:
    error = await refused(HTTPStatus.MOVED_PERMANENTLY, Location="https://other.example/stomp")
    assert str(error) == (
        "HTTP 301 Moved Permanently: sent on to https://other.example/stomp; "
        "name that place in the URI, as ws:// or wss://"
    )


@pytest.mark.parametrize("status", [429, 500, 502, 503])
async def test_a_status_that_may_pass(status: int) -> None:
    error = await refused(HTTPStatus(status))
    assert type(error) is ConnectionLost
    assert str(error).endswith(": the server, or a gateway before it, cannot serve /ws now")


async def test_what_a_server_says_is_kept_short_and_on_one_line() -> None:
    assert str(await refused(HTTPStatus.BAD_REQUEST, "no\n\tway")).endswith("/ws was refused: no way")
    error = await refused(HTTPStatus.BAD_REQUEST, "x" * 10_000)
    assert str(error).endswith("x...")
    assert len(str(error)) < 300
    error = await refused(HTTPStatus.BAD_REQUEST, "The plain HTTP request was sent to HTTPS port")
    assert str(error) == "HTTP 400 Bad Request: this port speaks TLS, use wss://"


async def answered(answer: Callable[[bytes], bytes], *, read: bool = True) -> StompError:
    """How it is told that the peer answered the request with other octets; it does not close."""

    closed = asyncio.Event()

    async def script(peer: Peer) -> None:
        request = await peer.reader.readuntil(b"\r\n\r\n") if read else b""
        await peer.send(answer(request))
        if not read:
            peer.writer.write_eof()
        try:
            await peer.reader.read()
        finally:
            closed.set()

    async with serving(script) as address:
        error = await not_opened(f"ws://{address}/ws")
        await closed.wait()
        return error


@pytest.mark.parametrize(
    ("octets", "words"),
    [
        (b"\x15\x03\x03\x00\x02\x02\x0a", "this port speaks TLS (a TLS alert came back), use wss://"),
        (
            b"ERROR\nmessage:Unknown STOMP action: GET\n\n\0",
            "this port speaks STOMP without WebSocket, use stomp://",
        ),
        (
            b"HTTP/1.0 404 File not found\r\nServer: SimpleHTTP/0.6\r\n\r\n",
            f"HTTP 404 File not found: no WebSocket at /ws; {PATHS}",
        ),
        (
            b"SSH-2.0-OpenSSH\r\n",
            "what answers there is no web server, so no WebSocket; it began with b'SSH-2.0-OpenSSH\\r\\n'",
        ),
        (
            b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
            "the answer to the WebSocket handshake is wrong: missing Sec-WebSocket-Accept header; "
            "a proxy or gateway between may not pass WebSockets on",
        ),
    ],
)
async def test_answers_of_others(octets: bytes, words: str) -> None:
    error = await answered(lambda request: octets)
    assert type(error) is RemoteProtocolError
    assert str(error) == words


async def test_a_peer_that_speaks_first() -> None:
    error = await answered(lambda request: b"220 mail.example ESMTP\r\n", read=False)
    assert "no web server" in str(error)


async def test_a_peer_that_closes_without_a_word() -> None:
    async def script(peer: Peer) -> None:
        await peer.reader.readuntil(b"\r\n\r\n")

    async with serving(script) as address:
        error = await not_opened(f"ws://{address}/ws")
    assert type(error) is ConnectionLost
    assert str(error) == (
        "the peer closed the connection and gave no answer to the WebSocket handshake; "
        "is this port for TLS (wss://)?"
    )


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ("Sec-WebSocket-Protocol: mqtt\r\n", "unsupported subprotocol: mqtt"),
        ("Sec-WebSocket-Extensions: permessage-deflate\r\n", "no extensions supported"),
    ],
)
async def test_terms_that_were_not_offered(more: str, words: str) -> None:
    error = await answered(lambda request: accepting(request, more))
    assert str(error) == f"the server took the WebSocket on terms that were not offered: {words}"


async def test_no_sub_protocol_is_fine_and_what_comes_with_the_answer_is_not_lost() -> None:
    async def script(peer: Peer) -> None:
        request = await peer.reader.readuntil(b"\r\n\r\n")
        await peer.send(accepting(request, "") + b"\x81\x05early\x88\x02\x03\xe8")

    async with serving(script) as address:
        ear = Ear()
        web = await open_websocket(parse_uri(f"ws://{address}/ws"), ear)
        assert await ear.end is None
        assert ear.octets == b"early"
        await web.gone()


async def silent(peer: Peer) -> None:
    await peer.reader.readuntil(b"\r\n\r\n")


async def half_an_answer(peer: Peer) -> None:
    await peer.reader.readuntil(b"\r\n\r\n")
    await peer.send(b"HTTP/1.1 200 OK\r\n\r\nwithout end")


@pytest.mark.parametrize("script", [silent, half_an_answer])
async def test_cancelling_leaves_nothing_behind(script: Callable[[Peer], Awaitable[None]]) -> None:
    begun, closed = asyncio.Event(), asyncio.Event()

    async def watched(peer: Peer) -> None:
        await script(peer)
        begun.set()
        try:
            await peer.reader.read()
        finally:
            closed.set()

    async with serving(watched) as address:
        opening = asyncio.ensure_future(open_websocket(parse_uri(f"ws://{address}/ws"), Ear()))
        await begun.wait()
        others = asyncio.all_tasks() - {opening}
        opening.cancel()
        with pytest.raises(asyncio.CancelledError):
            await opening
        assert asyncio.all_tasks() <= others
        await closed.wait()


async def test_nothing_listens() -> None:
    async with serving(silent) as address:
        pass
    with pytest.raises(ConnectionRefusedError):
        await open_websocket(parse_uri(f"ws://{address}/ws"), Ear())
