"""Through the proxies that the environment names: the socket goes there, and all else stays as it is."""

from __future__ import annotations

import asyncio
import base64
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import trustme

from stomptui import ConnectionLost, RemoteProtocolError, StompError, TimedOut, UriError, connect, parse_uri
from stomptui.net.proxy import proxy_for
from stomptui.net.stage import Stage, stage, stage_of
from stomptui.net.tunnel import Tunnel
from stomptui.net.websocket import open_websocket
from stomptui.stomp.errors import AccessRefused
from tests.net.peer import Peer, serving
from tests.net.web_peer import Ear, WebPeer, web_serving

VARIABLES = ("ws_proxy", "wss_proxy", "socks_proxy", "https_proxy", "http_proxy", "all_proxy", "no_proxy")


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """One that names no proxy."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    return monkeypatch


async def pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65_536):
        writer.write(data)
        await writer.drain()
    writer.close()


async def lead(peer: Peer, host: str, port: int, answer: bytes) -> None:
    """Connect to the place and carry all octets both ways."""
    reader, writer = await asyncio.open_connection(host, port)
    await peer.send(answer)
    await asyncio.gather(pipe(reader, peer.writer), pipe(peer.reader, writer), return_exceptions=True)


class HttpProxy:
    """A proxy of HTTP; `heads` are those of the requests."""

    def __init__(self) -> None:
        self.heads: list[bytes] = []

    async def __call__(self, peer: Peer) -> None:
        self.heads.append(await peer.reader.readuntil(b"\r\n\r\n"))
        host, _, port = self.heads[-1].split()[1].decode().rpartition(":")
        await lead(
            peer, host.replace("broker.test", "127.0.0.1"), int(port), b"HTTP/1.1 200 Go\r\nA: b\r\n\r\n"
        )


class SocksProxy:
    """A proxy of SOCKS 5; `asked` are the places asked for."""

    def __init__(self, login: bytes = b"", bound: bytes = b"\x01\x7f\0\0\1") -> None:
        self.asked: list[tuple[bytes, int]] = []
        self._login = login
        self._bound = bound

    async def __call__(self, peer: Peer) -> None:
        read = peer.reader.readexactly
        _, count = await read(2)
        methods = await read(count)
        if self._login:
            assert 2 in methods
            await peer.send(b"\x05\x02")
            _, length = await read(2)
            user = await read(length)
            password = await read((await read(1))[0])
            if user + b":" + password != self._login:
                await peer.send(b"\x01\x01")
                return
            await peer.send(b"\x01\x00")
        else:
            await peer.send(b"\x05\x00")
        *_, kind = await read(4)
        address = await read(4 if kind == 1 else (await read(1))[0])
        port = int.from_bytes(await read(2), "big")
        self.asked.append((address, port))
        await lead(peer, "127.0.0.1", port, b"\x05\0\0" + self._bound + b"\x12\x34")


async def echo(peer: WebPeer) -> None:
    await peer.text(f"hello from {peer.web.request.headers['Host']}".encode())  # type: ignore[union-attr]
    async for message in peer.web:
        await peer.web.send(message)


@asynccontextmanager
async def web_server(scheme: str) -> AsyncIterator[tuple[int, ssl.SSLContext | None]]:
    """A server of WebSockets that echoes; its port, and the context for it."""
    if scheme == "ws":
        async with web_serving(echo) as uri:
            yield parse_uri(uri).port, None
        return
    authority = trustme.CA()
    here, there = ssl.create_default_context(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.configure_trust(here)
    authority.issue_cert("broker.test").configure_cert(there)
    async with web_serving(echo, ssl=there) as uri:
        yield parse_uri(uri).port, here


async def hears_the_echo(uri: str, context: ssl.SSLContext | None = None) -> bool:
    endpoint, ear = parse_uri(uri), Ear()
    web = await open_websocket(endpoint, ear, context=context)
    hello = f"hello from {endpoint.address}".encode()
    await ear.until(lambda: ear.octets == hello)
    web.write(b"x" * 8_000_000)
    assert web.backlog() > 0
    await ear.until(lambda: len(ear.octets) == len(hello) + 8_000_000)
    assert ear.ready == [False, True]
    web.close()
    await web.gone()
    return True


@pytest.mark.parametrize("scheme", ["ws", "wss"])
async def test_a_proxy_of_http(environment: pytest.MonkeyPatch, scheme: str) -> None:
    proxy = HttpProxy()
    async with serving(proxy) as address, web_server(scheme) as (port, context):
        environment.setenv("https_proxy", f"http://{address}")
        assert await hears_the_echo(f"{scheme}://broker.test:{port}/ws", context)
    assert proxy.heads == [
        f"CONNECT broker.test:{port} HTTP/1.1\r\nHost: broker.test:{port}\r\n\r\n".encode()
    ]


async def test_a_login(environment: pytest.MonkeyPatch) -> None:
    proxy = HttpProxy()
    async with serving(proxy) as address, web_server("ws") as (port, _):
        environment.setenv("http_proxy", f"http://al%40ice:p%3Aw@{address}")
        assert await hears_the_echo(f"ws://broker.test:{port}/ws")
    assert b"\r\nProxy-Authorization: Basic " + base64.b64encode(b"al@ice:p:w") + b"\r\n" in proxy.heads[0]


@pytest.mark.parametrize("bound", [b"\x01\x7f\0\0\1", b"\x03\x05hello", b"\x04" + bytes(16)])
@pytest.mark.parametrize("scheme", ["ws", "wss"])
async def test_a_proxy_of_socks(environment: pytest.MonkeyPatch, scheme: str, bound: bytes) -> None:
    proxy = SocksProxy(bound=bound)
    async with serving(proxy) as address, web_server(scheme) as (port, context):
        environment.setenv("socks_proxy", address)
        environment.setenv("https_proxy", "http://127.0.0.1:1")
        assert await hears_the_echo(f"{scheme}://broker.test:{port}/ws", context)
    assert proxy.asked == [(b"broker.test", port)]


async def test_a_proxy_of_socks_that_wants_a_login(environment: pytest.MonkeyPatch) -> None:
    proxy = SocksProxy(b"alice:secret")
    async with serving(proxy) as address, web_server("ws") as (port, _):
        environment.setenv("https_proxy", f"socks5h://alice:secret@{address}")
        assert await hears_the_echo(f"ws://127.0.0.1:{port}/ws")
        environment.setenv("https_proxy", f"socks5h://alice:wrong@{address}")
        with pytest.raises(RemoteProtocolError, match="wants a login, or another one: https_proxy=socks5://"):
            await open_websocket(parse_uri(f"ws://127.0.0.1:{port}/ws"), Ear())
    assert proxy.asked == [(b"\x7f\0\0\1", port)]


async def test_tls_through_a_proxy_that_is_spoken_to_over_tls(
    environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    environment.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    there = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(there)
    proxy = HttpProxy()
    server = await asyncio.start_server(lambda *ends: proxy(Peer(*ends)), "127.0.0.1", 0, ssl=there)
    async with server, web_server("wss") as (port, context):
        environment.setenv("wss_proxy", f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}")
        assert await hears_the_echo(f"wss://broker.test:{port}/ws", context)
    assert len(proxy.heads) == 1


async def test_a_broker_that_no_proxy_names(environment: pytest.MonkeyPatch) -> None:
    async with web_server("ws") as (port, _):
        environment.setenv("http_proxy", "http://127.0.0.1:1")
        environment.setenv("no_proxy", "other.test,127.0.0.1")
        assert await hears_the_echo(f"ws://127.0.0.1:{port}/ws")


@pytest.mark.parametrize(
    ("scheme", "named", "chosen"),
    [
        ("ws", {"http_proxy": "http://h:1", "https_proxy": "http://s:2"}, "https_proxy s:2"),
        ("ws", {"http_proxy": "http://h"}, "http_proxy h:80"),
        ("wss", {"http_proxy": "http://h"}, ""),
        ("wss", {"HTTPS_PROXY": "https://s/"}, "https_proxy s:443"),
        ("wss", {"https_proxy": "http://s", "wss_proxy": "w:3128"}, "wss_proxy w:3128"),
        ("ws", {"https_proxy": "http://s", "socks_proxy": "socks5://k"}, "socks_proxy k:1080"),
        ("ws", {"https_proxy": "http://s", "no_proxy": ".test"}, ""),
        ("ws", {"https_proxy": "http://s", "no_proxy": "*"}, ""),
    ],
)
def test_which_proxy(
    environment: pytest.MonkeyPatch, scheme: str, named: dict[str, str], chosen: str
) -> None:
    for name, value in named.items():
        environment.setenv(name, value)
    proxy = proxy_for(parse_uri(f"{scheme}://broker.test/ws"))
    assert (f"{proxy.variable} {proxy.endpoint.address}" if proxy else "") == chosen


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("http://al:pass@", "is no address of a proxy: write http://HOST:PORT"),
        ("http://[x", "is no address of a proxy"),
        ("http://h:99999", "is no address of a proxy"),
        (
            "socks4://h:1",
            "names a proxy of socks4, which is not spoken: http, https, socks5, socks5h are",
        ),
    ],
)
async def test_values_that_name_no_proxy(environment: pytest.MonkeyPatch, value: str, words: str) -> None:
    environment.setenv("https_proxy", value)
    with pytest.raises(UriError) as raised:
        await open_websocket(parse_uri("ws://broker.test/ws"), Ear())
    assert str(raised.value).startswith("https_proxy in the environment " + words)


async def failure(
    environment: pytest.MonkeyPatch, script: Callable[[Peer], Awaitable[None]], scheme: str = "http"
) -> StompError:
    """How a proxy's failing is told, the addresses left out."""
    async with serving(script) as address:
        environment.setenv("https_proxy", f"{scheme}://alice:secret@{address}")
        with pytest.raises(StompError) as raised:
            await open_websocket(parse_uri("ws://broker.test/ws"), Ear())
    words = str(raised.value)
    begin = f"broker.test:80: its proxy {address} "
    assert words.startswith(begin)
    assert "secret" not in words
    raised.value.args = (words.removeprefix(begin),)
    return raised.value


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        (
            b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 3\r\n\r\nno!",
            AccessRefused,
            "wants a login, or another one: https_proxy=http://USER:PASSWORD@HOST:PORT",
        ),
        (
            b"HTTP/1.0 403 Forbidden\r\n\r\n",
            RemoteProtocolError,
            "may not connect to it: HTTP 403 Forbidden; have it allowed, or use no_proxy",
        ),
        (b"HTTP/1.1 503 \r\n\r\n", ConnectionLost, "cannot connect to it: HTTP 503"),
        (
            b"",
            RemoteProtocolError,
            "does not answer as a proxy: it closed the connection; correct https_proxy in the environment",
        ),
        (
            b"SSH-2.0-x\r\n",
            RemoteProtocolError,
            "does not answer as a proxy: it began with b'SSH-2.0-x\\r\\n'; "
            "correct https_proxy in the environment",
        ),
        (b"x" * 100_000, RemoteProtocolError, None),
    ],
)
async def test_what_a_proxy_of_http_may_say(
    environment: pytest.MonkeyPatch, answer: bytes, kind: type[StompError], words: str | None
) -> None:
    async def script(peer: Peer) -> None:
        await peer.reader.readuntil(b"\r\n\r\n")
        await peer.send(answer)
        if len(answer) > 10_000:
            await peer.reader.read()

    error = await failure(environment, script)
    assert type(error) is kind
    assert words is None or str(error) == words


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ([b"\x05\xff"], "wants a login, or another one: https_proxy=socks5://USER:PASSWORD@HOST:PORT"),
        ([b"HT"], "does not answer as a proxy: it began with b'HT'; correct https_proxy in the environment"),
        (
            [b"\x05"],
            "does not answer as a proxy: it began with b'\\x05'; correct https_proxy in the environment",
        ),
        ([b"\x05\0", b"\x05\x05\0\x01"], "cannot connect to it: connection refused"),
        ([b"\x05\0", b"\x05\x63\0\x01"], "cannot connect to it: SOCKS code 99"),
        (
            [b"\x05\0", b""],
            "does not answer as a proxy: it closed the connection; correct https_proxy in the environment",
        ),
    ],
)
async def test_what_a_proxy_of_socks_may_say(
    environment: pytest.MonkeyPatch, answers: list[bytes], words: str
) -> None:
    async def script(peer: Peer) -> None:
        for answer in answers:
            await peer.reader.read(1000)
            await peer.send(answer)

    assert str(await failure(environment, script, "socks5")) == words


@pytest.mark.parametrize(
    ("more", "kind", "words"),
    [
        (b"", ConnectionLost, "gave no answer to the WebSocket handshake"),
        (b"SSH-2.0-x\r\n", RemoteProtocolError, r"it began with b'SSH-2\.0-x"),
    ],
)
async def test_what_comes_together_with_the_answer_of_the_proxy(
    environment: pytest.MonkeyPatch, more: bytes, kind: type[StompError], words: str
) -> None:
    async def script(peer: Peer) -> None:
        await peer.reader.readuntil(b"\r\n\r\n")
        await peer.send(b"HTTP/1.1 200 OK\r\n\r\n" + more)

    async with serving(script) as address:
        environment.setenv("http_proxy", f"http://{address}")
        with pytest.raises(kind, match=words):
            await open_websocket(parse_uri("ws://broker.test/ws"), Ear())


async def test_the_end_together_with_the_answer_of_the_proxy() -> None:
    ear = Ear()
    tunnel = Tunnel(ear)
    tunnel.received(memoryview(b"HTTP/1.1 200 OK\r\n\r\nand more"))
    tunnel.ended(None)
    assert await tunnel.until(b"\r\n\r\n") == b"HTTP/1.1 200 OK"
    tunnel.open()
    assert ear.octets == b"and more"
    assert await ear.end is None


async def test_a_proxy_that_says_nothing(environment: pytest.MonkeyPatch) -> None:
    async def script(peer: Peer) -> None:
        await peer.reader.read()

    async with serving(script) as address:
        environment.setenv("http_proxy", f"http://{address}")
        with pytest.raises(TimedOut, match="the proxy did not connect within"):
            await connect("ws://broker.test/ws?timeout=0.1")


async def test_what_takes_too_long_on_the_way_to_a_proxy_is_the_proxy() -> None:
    with pytest.raises(TimeoutError) as raised:
        async with asyncio.timeout(0):
            with stage(Stage.PROXY), stage(Stage.NAME):
                await asyncio.Event().wait()
    assert stage_of(raised.value) is Stage.PROXY


async def test_a_proxy_that_is_not_there(environment: pytest.MonkeyPatch) -> None:
    async with serving(HttpProxy()) as address:
        pass
    environment.setenv("http_proxy", f"http://{address}")
    with pytest.raises(ConnectionLost) as raised:
        await open_websocket(parse_uri("ws://broker.test/ws"), Ear())
    assert str(raised.value).startswith(f"broker.test:80: its proxy {address} cannot be reached: ")
    assert str(raised.value).endswith(
        "; correct http_proxy in the environment, or name the broker in no_proxy"
    )


async def test_cancelling_leaves_no_connection_to_the_proxy(environment: pytest.MonkeyPatch) -> None:
    begun, closed = asyncio.Event(), asyncio.Event()

    async def script(peer: Peer) -> None:
        await peer.reader.readuntil(b"\r\n\r\n")
        begun.set()
        await peer.reader.read()
        closed.set()

    async with serving(script) as address:
        environment.setenv("http_proxy", f"http://{address}")
        opening = asyncio.ensure_future(open_websocket(parse_uri("ws://broker.test/ws"), Ear()))
        await begun.wait()
        opening.cancel()
        with pytest.raises(asyncio.CancelledError):
            await opening
        await closed.wait()
