"""TLS at the other end."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from tests.brokers.certificates import Certificates

TLS_1_2, TLS_1_3 = ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3


def server_context(
    certificates: Certificates,
    name: str = "server",
    *,
    version: ssl.TLSVersion | None = None,
    clients: Path | None = None,
) -> ssl.SSLContext:
    """A server with the certificate `name`; it wants one of the clients' authority, and one version only."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(getattr(certificates, f"{name}_cert"), getattr(certificates, f"{name}_key"))
    if version is not None:
        context.minimum_version = context.maximum_version = version
    if clients is not None:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(clients)
    return context


@asynccontextmanager
async def blunt(context: ssl.SSLContext, data: bytes) -> AsyncIterator[str]:
    """A server that sends `data` and closes at once, as brokers do: it neither announces it nor waits."""

    def serve(wire: socket.socket) -> None:
        with context.wrap_socket(wire, server_side=True) as inside:
            inside.sendall(data)

    async with _one_connection(serve) as address:
        yield address


@asynccontextmanager
async def lingering(context: ssl.SSLContext, *, first: bool) -> AsyncIterator[str]:
    """A server that ends TLS, `first` or in answer, and keeps what is below until the client closes it."""

    def serve(wire: socket.socket) -> None:
        inside = context.wrap_socket(wire, server_side=True)
        while not first and inside.recv(65_536):
            pass
        with inside.unwrap() as below:
            while below.recv(65_536):
                pass

    async with _one_connection(serve) as address:
        yield address


@asynccontextmanager
async def told_why(context: ssl.SSLContext, told: list[str]) -> AsyncIterator[str]:
    """A server that the client refuses, and that notes the reason it is given."""

    def serve(wire: socket.socket) -> None:
        try:
            context.wrap_socket(wire, server_side=True).close()
        except ssl.SSLError as error:
            told.append(error.reason or "")

    async with _one_connection(serve) as address:
        yield address


@asynccontextmanager
async def refusing(context: ssl.SSLContext) -> AsyncIterator[str]:
    """A server that refuses the client and says why in an alert, which asyncio's own keeps back."""

    def serve(wire: socket.socket) -> None:
        with wire:
            inside = context.wrap_bio(
                incoming := ssl.MemoryBIO(), outgoing := ssl.MemoryBIO(), server_side=True
            )
            while data := wire.recv(65_536):
                incoming.write(data)
                with suppress(ssl.SSLError):
                    inside.do_handshake()
                wire.sendall(outgoing.read())

    async with _one_connection(serve) as address:
        yield address


@asynccontextmanager
async def _one_connection(serve: Callable[[socket.socket], None]) -> AsyncIterator[str]:
    def accept() -> None:
        wire, _ = listener.accept()
        serve(wire)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=accept)
        thread.start()
        yield f"127.0.0.1:{listener.getsockname()[1]}"
        await asyncio.to_thread(thread.join)
