"""A WebSocket peer that plays what a test scripts, on a real socket."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import socket
import struct
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from stomptui import parse_uri
from stomptui.net.websocket import WebSocket, open_websocket
from stomptui.stomp.codec import Decoder
from stomptui.stomp.frame import Frame
from stomptui.stomp.limits import Limits
from tests.net.peer import CONNECTED

PROTOCOLS = ("v12.stomp", "v11.stomp", "v10.stomp")

BIG = bytes(range(256)) * (12 * 1024)
"""3 MiB that are not UTF-8."""


class WebPeer:
    """One accepted WebSocket."""

    def __init__(self, web: ServerConnection) -> None:
        self.web = web
        self.messages: list[str | bytes] = []
        """All messages that came, as text or binary."""
        self._decoder = Decoder()

    async def frame(self) -> Frame:
        """The next frame of the client."""
        while True:
            for item in self._decoder:
                if isinstance(item, Frame):
                    return item
            self.messages.append(await self.web.recv())
            last = self.messages[-1]
            self._decoder.receive(last if isinstance(last, bytes) else last.encode())

    async def text(self, data: bytes | Iterable[bytes] | AsyncIterable[bytes]) -> None:
        """Send a text message, of several fragments if there are several pieces, UTF-8 or not."""
        await self.web.send(data, text=True)

    async def binary(self, data: bytes | Iterable[bytes]) -> None:
        await self.web.send(data)

    async def accept(self, connected: bytes = CONNECTED) -> Frame:
        """Read CONNECT and answer it."""
        frame = await self.frame()
        await self.text(connected)
        return frame

    async def answer(self) -> None:
        """Give every frame that asks for a receipt its receipt, until the client closes."""
        while True:
            frame = await self.frame()
            if (receipt := frame.first("receipt")) is not None:
                await self.text(f"RECEIPT\nreceipt-id:{receipt}\n\n\0".encode())

    def reset(self) -> None:
        """End the connection with RST."""
        connection = self.web.transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.web.transport.abort()


@asynccontextmanager
async def web_serving(script: Callable[[WebPeer], Awaitable[None]], **options: Any) -> AsyncIterator[str]:
    """Serve WebSockets with `script`, closing each at its end; yields `ws://127.0.0.1:port/ws`.

    `options` are those of the library's server. What a script raises is raised here, scripts that wait for
    ever are cancelled.
    """
    raised: list[Exception] = []
    running: set[asyncio.Task[Any]] = set()

    async def accepted(web: ServerConnection) -> None:
        task = asyncio.current_task()
        assert task is not None
        running.add(task)
        try:
            await script(WebPeer(web))
        except ConnectionClosed:
            pass
        except Exception as error:
            raised.append(error)
        finally:
            running.discard(task)

    settings = {"subprotocols": PROTOCOLS, "max_size": None, "ping_interval": None, "close_timeout": 1}
    async with serve(accepted, "127.0.0.1", 0, **(settings | options)) as server:
        yield f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}/ws"
        for task in list(running):
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
    if raised:
        raise raised[0]


def accepting(request: bytes, more: str = "") -> bytes:
    """The answer that accepts the opening handshake `request`, with further header lines."""
    key = next(line[19:] for line in request.split(b"\r\n") if line.startswith(b"Sec-WebSocket-Key: "))
    digest = hashlib.sha1(key + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest()
    head = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    return f"{head}Sec-WebSocket-Accept: {base64.b64encode(digest).decode()}\r\n{more}\r\n".encode()


class Ear:
    """A receiver that keeps what it is told."""

    def __init__(self) -> None:
        self.octets = bytearray()
        self.ready: list[bool] = []
        self.end: asyncio.Future[Exception | None] = asyncio.get_running_loop().create_future()
        self._told = asyncio.Event()

    def received(self, data: memoryview) -> None:
        self.octets += data
        self._told.set()

    def write_ready(self, ready: bool) -> None:
        self.ready.append(ready)
        self._told.set()

    def ended(self, error: Exception | None) -> None:
        self.end.set_result(error)  # raises for a second one

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until what was told meets `condition`."""
        while not condition():
            self._told.clear()
            await self._told.wait()


def future() -> asyncio.Future[Any]:
    """What a script finds out."""
    return asyncio.get_running_loop().create_future()


@asynccontextmanager
async def opened(
    script: Callable[[WebPeer], Awaitable[None]], limits: Limits | None = None, **options: Any
) -> AsyncIterator[tuple[WebSocket, Ear]]:
    """A WebSocket to such a peer, and who hears it; aborted at the end."""
    async with web_serving(script, **options) as uri:
        endpoint = parse_uri(uri)
        ear = Ear()
        web = await open_websocket(replace(endpoint, limits=limits) if limits else endpoint, ear)
        try:
            yield web, ear
        finally:
            web.abort()
