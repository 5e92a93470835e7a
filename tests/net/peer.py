"""A peer that plays what a test scripts, on a real socket."""

from __future__ import annotations

import asyncio
import socket
import ssl
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from stomptui.stomp.codec import Decoder
from stomptui.stomp.frame import Frame

CONNECTED = b"CONNECTED\nversion:1.2\nserver:scripted/1\n\n\0\n"


class Peer:
    """One accepted connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer
        self._decoder = Decoder()
        self.beats = 0

    async def frame(self) -> Frame:
        """The next frame of the client; heart-beats are counted."""
        while True:
            for item in self._decoder:
                if isinstance(item, Frame):
                    return item
                self.beats += 1
            data = await self.reader.read(65536)
            if not data:
                raise EOFError("the client closed the connection")
            self._decoder.receive(data)

    async def frames(self) -> AsyncIterator[Frame]:
        """All frames until the client closes."""
        while True:
            try:
                yield await self.frame()
            except (EOFError, ConnectionResetError):
                return

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def accept(self, connected: bytes = CONNECTED) -> Frame:
        """Read CONNECT and answer it."""
        frame = await self.frame()
        await self.send(connected)
        return frame

    async def receipt(self, frame: Frame) -> None:
        await self.send(f"RECEIPT\nreceipt-id:{frame.first('receipt')}\n\n\0".encode())

    async def answer(self) -> None:
        """Give every frame that asks for a receipt its receipt, until the client closes."""
        async for frame in self.frames():
            if frame.first("receipt") is not None:
                await self.receipt(frame)

    def reset(self) -> None:
        """End the connection with RST."""
        connection = self.writer.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()


@asynccontextmanager
async def serving(
    script: Callable[[Peer], Awaitable[None]], context: ssl.SSLContext | None = None, host: str = "127.0.0.1"
) -> AsyncIterator[str]:
    """Serve connections with `script`, closing each at its end; yields `127.0.0.1:port`.

    With a `context` they are over TLS.

    What a script raises is raised here, scripts that wait for ever are cancelled.
    """
    running: list[asyncio.Task[None]] = []

    async def serve(peer: Peer) -> None:
        try:
            await script(peer)
        finally:
            peer.writer.close()

    def accepted(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        running.append(asyncio.ensure_future(serve(Peer(reader, writer))))

    server = await asyncio.start_server(accepted, host, 0, ssl=context)
    try:
        port = server.sockets[0].getsockname()[1]
        yield f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    finally:
        server.close()
        for task in running:
            task.cancel()
        outcomes = await asyncio.gather(*running, return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, Exception) and not isinstance(outcome, ConnectionError | EOFError):
            raise outcome


def message(number: int, body: bytes = b"body", subscription: str = "1") -> bytes:
    head = (
        f"MESSAGE\nsubscription:{subscription}\nmessage-id:{number}\ndestination:/queue/q\nack:{number}\n\n"
    )
    return head.encode() + body + b"\0"
