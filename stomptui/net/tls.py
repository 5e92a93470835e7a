"""TLS between a transport and whoever reads it."""

from __future__ import annotations

import asyncio
import ssl
from contextlib import suppress
from typing import TYPE_CHECKING

from stomptui.net.certificates import context_of
from stomptui.net.stage import Stage, stage

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from stomptui.net.transport import Receiver, Transport
    from stomptui.stomp.uri import Endpoint

BUFFER = 64 * 1024
"""Octets passed on at once: as many as are read at once."""

PIECE = 256 * 1024
"""Octets encrypted at once: of a large frame all at once would take its size in memory twice more."""


class Encrypted:
    """TLS over a transport: the receiver of what that carries, and the transport of what is inside.

    asyncio's own would not do: it throws away what it has not passed on when the peer closes without
    waiting, and that is where an ERROR stands. Here nothing is kept: all that one read brings is passed on.
    """

    said = ""

    def __init__(self, receiver: Receiver, context: ssl.SSLContext, server_name: str) -> None:
        self._receiver: Receiver | None = receiver
        self._context = context
        self._server_name = server_name
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self._inside: ssl.SSLObject | None = None
        self._view = memoryview(bytearray(BUFFER))
        self._over = False  # the peer has announced its end, or broken the rules
        self._closing = False
        self._shaken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._carrier: Transport

    async def shake_hands(self, carrier: Transport) -> None:
        """Agree with the peer that `carrier` leads to; raises OSError, of which ssl.SSLError is one."""
        self._carrier = carrier
        try:
            self._inside = self._context.wrap_bio(
                self._incoming, self._outgoing, server_hostname=self._server_name
            )
            self._step(self._inside)
            await self._shaken
        except BaseException:  # cancelled too: the connection would be nobody's
            self._receiver = None
            carrier.close()
            raise

    # What the carrier tells.

    def received(self, data: memoryview) -> None:
        self._incoming.write(data)
        if self._inside is not None:
            self._step(self._inside)

    def write_ready(self, ready: bool) -> None:
        if self._receiver is not None:
            self._receiver.write_ready(ready)

    def ended(self, error: Exception | None) -> None:
        if self._shaken.done():
            self._end(error)
        else:
            self._shaken.set_exception(error or ssl.SSLEOFError(ssl.SSL_ERROR_EOF, "end of stream"))

    def _step(self, inside: ssl.SSLObject) -> None:
        if self._shaken.done():
            self._read(inside)
            return
        try:
            inside.do_handshake()
        except ssl.SSLWantReadError:
            self._flush()
        except ssl.SSLError as error:
            self._flush()  # the alert that tells the peer why
            self._receiver = None
            self._shaken.set_exception(error)
        else:
            self._flush()
            self._shaken.set_result(None)
            self._read(inside)

    def _read(self, inside: ssl.SSLObject) -> None:
        filled = 0
        over, failure = False, None
        while not over:
            try:
                count: int = inside.read(BUFFER, self._view[filled:])  # type: ignore[assignment]  # into a buffer
            except ssl.SSLWantReadError:
                break
            except ssl.SSLError as error:
                over, failure = True, error
            else:
                filled += count
                over = count == 0  # the peer has announced its end
            if filled == BUFFER:
                self._pass_on(filled)
                filled = 0
        if filled:
            self._pass_on(filled)
        self._flush()
        if over:
            self._over = True
            self._end(failure)
            if self._closing:
                self._carrier.close()

    def _pass_on(self, octets: int) -> None:
        if self._receiver is not None:
            self._receiver.received(self._view[:octets])

    def _end(self, error: Exception | None) -> None:
        receiver, self._receiver = self._receiver, None
        if receiver is not None:
            receiver.ended(error)

    def _flush(self) -> None:
        if self._outgoing.pending:
            self._carrier.write(self._outgoing.read())

    # What a link asks for.

    def write(self, *frames: bytes) -> None:
        if self._receiver is None or self._inside is None:
            return
        data = memoryview(b"".join(frames))
        for start in range(0, len(data), PIECE):
            rest = data[start : start + PIECE]
            while rest:
                rest = rest[self._inside.write(rest) :]
            self._flush()

    def backlog(self) -> int:
        return self._carrier.backlog()

    def pause_reading(self) -> None:
        self._carrier.pause_reading()

    def resume_reading(self) -> None:
        self._carrier.resume_reading()

    def close(self) -> None:
        """Announce the end and wait for the peer's; `abort` sets a limit to that.

        To close a socket that still gets something, as a session ticket, would destroy what is on its way.
        """
        self._receiver = None
        if self._closing or self._inside is None:
            return
        self._closing = True
        with suppress(ssl.SSLError):  # it wants to read the peer's end, which `_read` does
            self._inside.unwrap()
        self._flush()
        if self._over:
            self._carrier.close()
        else:
            self._carrier.resume_reading()

    def abort(self) -> None:
        self._receiver = None
        self._carrier.abort()

    async def gone(self) -> None:
        await self._carrier.gone()


async def with_tls(
    endpoint: Endpoint,
    receiver: Receiver,
    context: ssl.SSLContext | None,
    dial: Callable[[Receiver], Awaitable[Transport]],
) -> Transport:
    """Connect as `dial` does, which is given who receives, and speak TLS there if the endpoint asks for it.

    `context` replaces the one that the endpoint asks for. Raises what `dial` does, UriError for a file that
    cannot be used, and OSError, of which ssl.SSLError is one.
    """
    if not endpoint.tls:
        return await dial(receiver)
    # The name as certificates have it: no zone of an IPv6 address, no dot of the root at its end.
    name = endpoint.host.partition("%")[0].removesuffix(".")
    if context is None:  # in a thread: to read the system's authorities takes more than a frame of the screen
        context = await asyncio.to_thread(context_of, endpoint)
    encrypted = Encrypted(receiver, context, name)
    carrier = await dial(encrypted)
    with stage(Stage.TLS):
        await encrypted.shake_hands(carrier)
    return encrypted
