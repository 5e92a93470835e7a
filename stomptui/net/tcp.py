"""STOMP over TCP: name look-up, connecting, and a protocol that reads into one buffer of its own."""

from __future__ import annotations

import asyncio
import os
import socket
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, cast

from stomptui.net.binding import Bind, bound, of_family
from stomptui.net.stage import Stage, stage

if TYPE_CHECKING:
    from stomptui.net.transport import Receiver

BUFFER = 64 * 1024
"""Octets read at once: more gained nothing, and one read stays far below a slot of the read budget."""

LEFT_OVER_READS = 256
"""Reads of what a broken connection still holds: 16 MiB, more than a receive buffer of the kernel."""

ONE_OF_SEVERAL = 2.0
"""Seconds for an address that is not the last of its name: `localhost` and dual-stack names have two."""


class Tcp(asyncio.BufferedProtocol):
    """One TCP connection, the transport of a link; made by `open_tcp`."""

    said = ""

    def __init__(self, receiver: Receiver) -> None:
        self._receiver: Receiver | None = receiver
        self._buffer = bytearray(BUFFER)
        self._view = memoryview(self._buffer)
        self._loop = asyncio.get_running_loop()
        self._gone = self._loop.create_future()
        self._transport: asyncio.Transport

    # What asyncio tells.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        wire = transport.get_extra_info("socket")
        # An ACK must not wait 40 ms until the one before it is acknowledged; asyncio does not see to it for
        # a socket that was made elsewhere.
        wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # Without heart-beats this is the only thing that ever notices a peer that is gone.
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)

    def get_buffer(self, sizehint: int) -> bytearray:
        return self._buffer

    def buffer_updated(self, nbytes: int) -> None:
        if self._receiver is not None:
            self._receiver.received(self._view[:nbytes])

    def eof_received(self) -> None:
        self._end(None)

    def connection_lost(self, error: Exception | None) -> None:
        if error is not None and self._receiver is not None:
            self._read_left_over()
        self._end(error)
        if not self._gone.done():
            self._gone.set_result(None)

    def pause_writing(self) -> None:
        if self._receiver is not None:
            self._receiver.write_ready(False)

    def resume_writing(self) -> None:
        if self._receiver is not None:
            self._receiver.write_ready(True)

    def _read_left_over(self) -> None:
        # A write that fails (the broker sent an ERROR and closed) ends the connection before asyncio has read
        # what the kernel holds: those are the octets that say why.
        descriptor = self._transport.get_extra_info("socket").fileno()
        for _ in range(LEFT_OVER_READS):
            try:
                data = os.read(descriptor, BUFFER)
            except OSError:
                return
            if not data or self._receiver is None:
                return
            self._receiver.received(memoryview(data))

    def _end(self, error: Exception | None) -> None:
        receiver, self._receiver = self._receiver, None
        if receiver is not None:
            receiver.ended(error)

    # What a link asks for.

    def write(self, *frames: bytes) -> None:
        if not self._transport.is_closing():
            # A view: of what the socket does not take at once asyncio would copy the rest once more.
            self._transport.write(memoryview(b"".join(frames)))

    def backlog(self) -> int:
        return self._transport.get_write_buffer_size()

    def pause_reading(self) -> None:
        self._transport.pause_reading()

    def resume_reading(self) -> None:
        self._transport.resume_reading()

    def close(self) -> None:
        self._receiver = None
        self._transport.close()

    def abort(self) -> None:
        self._receiver = None
        self._transport.abort()

    async def gone(self) -> None:
        await asyncio.shield(self._gone)


Address = tuple[socket.AddressFamily, tuple[str, int]]


async def open_tcp(host: str, port: int, receiver: Receiver, *, bind: Bind | None = None) -> Tcp:
    """Connect to the first address of `host` that answers, from `bind` if it is given.

    Raises OSError (socket.gaierror for the name), and in words ConnectionLost where `bind` cannot be used.
    """
    with stage(Stage.NAME):
        addresses = await _look_up(host, port)
    if bind is not None:
        addresses = of_family(addresses, bind, host)
    failure = OSError("the name has no address")
    for index, address in enumerate(addresses):
        # An address that swallows packets must not take the time of those after it.
        limit = None if index == len(addresses) - 1 else ONE_OF_SEVERAL
        try:
            with stage(Stage.CONNECT):
                async with asyncio.timeout(limit):
                    return await _open_one(address, receiver, bind)
        except OSError as error:  # TimeoutError is one
            failure = error
    raise failure


async def _open_one(address: Address, receiver: Receiver, bind: Bind | None) -> Tcp:
    loop = asyncio.get_running_loop()
    family, place = address
    connection = socket.socket(family, socket.SOCK_STREAM)
    try:
        connection.setblocking(False)
        if bind is not None:
            bound(connection, bind)
        await loop.sock_connect(connection, place)
        _, protocol = await loop.create_connection(lambda: Tcp(receiver), sock=connection)
    except BaseException:  # cancelled too: the socket would be nobody's
        connection.close()
        raise
    return protocol


async def _look_up(host: str, port: int) -> list[Address]:
    # In a thread that nobody waits for: asyncio's own look-up runs in an executor that is joined at the end
    # of the run, so that a name server that does not answer would hold the program beyond its time limit.
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[list[Address]] = loop.create_future()

    def settle(found: list[Address], error: OSError | None) -> None:
        if answer.done():
            return
        if error is not None:
            answer.set_exception(error)
        else:
            answer.set_result(found)

    def look_up() -> None:
        found: list[Address] = []
        failure: OSError | None = None
        try:
            for family, _, _, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
                found.append((family, cast("tuple[str, int]", address)))
        except OSError as error:
            failure = error
        except UnicodeError:  # the IDNA codec, for an empty or overlong label
            failure = socket.gaierror(socket.EAI_NONAME, "not a host name")
        with suppress(RuntimeError):  # the loop was closed meanwhile: nobody waits for the answer
            loop.call_soon_threadsafe(settle, found, failure)

    threading.Thread(target=look_up, name="look-up", daemon=True).start()
    return await answer
