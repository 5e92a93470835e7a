"""Connecting as the environment wants it: straight, or through the proxy that it names."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from stomptui.net.tcp import open_tcp
from stomptui.net.tls import with_tls

if TYPE_CHECKING:
    import ssl

    from stomptui.net.transport import Receiver, Transport
    from stomptui.stomp.uri import Endpoint


async def dial(endpoint: Endpoint, receiver: Receiver, context: ssl.SSLContext | None) -> Transport:
    """Connect to `endpoint`; raises OSError, and ConnectionLost in words for what a proxy says."""
    return await with_tls(endpoint, receiver, context, partial(open_tcp, endpoint.host, endpoint.port))
