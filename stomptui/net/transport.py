"""The seam between a connection and what carries its octets: TCP, TLS over it, WebSocket over either."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import ssl

    from stomptui.stomp.frame import Headers
    from stomptui.stomp.uri import Endpoint


class Receiver(Protocol):
    """Whom a transport tells what happens; all calls come from the event loop."""

    def received(self, data: memoryview) -> None:
        """Take octets that arrived; `data` is valid only during the call."""

    def write_ready(self, ready: bool) -> None:
        """Learn that what waits to be written went above (False) or below (True) the high-water mark."""

    def ended(self, error: Exception | None) -> None:
        """Learn, once, that nothing more will arrive: None is the peer's end of stream."""


class Transport(Protocol):
    """An open connection; none of the calls blocks or raises for a connection that has ended."""

    @property
    def said(self) -> str:
        """What the peer said as it closed in order; only a WebSocket carries that."""
        ...

    def write(self, *frames: bytes) -> None:
        """Write octets, whole frames each: a WebSocket makes a message of each."""

    def backlog(self) -> int:
        """Octets that were written and have not left."""
        ...

    def pause_reading(self) -> None: ...

    def resume_reading(self) -> None: ...

    def close(self) -> None:
        """Close once the backlog has left; the receiver hears nothing more."""

    def abort(self) -> None:
        """Close at once; the receiver hears nothing more."""

    async def gone(self) -> None:
        """Wait until the connection is closed for good."""


async def open_transport(
    endpoint: Endpoint,
    receiver: Receiver,
    *,
    context: ssl.SSLContext | None = None,
    http_headers: Headers = (),
    origin: str | None = None,
) -> Transport:
    """Connect to `endpoint`; the caller sets the time limit.

    `context` replaces the TLS context that the endpoint asks for; `http_headers` and `origin` go into the
    handshake of WebSocket.

    Raises OSError as the operating system and ssl word it, UriError for a file that cannot be used, and for
    WebSocket what `open_websocket` does.
    """
    if endpoint.scheme in ("ws", "wss"):
        from stomptui.net.websocket import open_websocket

        return await open_websocket(
            endpoint, receiver, context=context, http_headers=http_headers, origin=origin
        )
    from stomptui.net.tcp import open_tcp
    from stomptui.net.tls import with_tls

    straight = partial(open_tcp, endpoint.host, endpoint.port, bind=endpoint.bind)
    return await with_tls(endpoint, receiver, context, straight)
