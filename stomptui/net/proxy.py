"""Connecting as the environment wants it: straight, or through the proxy that it names."""

from __future__ import annotations

from base64 import b64encode
from functools import partial
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote_to_bytes, urlsplit
from urllib.request import getproxies, proxy_bypass

from stomptui.net.binding import NO_WAY, no_way
from stomptui.net.stage import Stage, stage
from stomptui.net.tcp import open_tcp
from stomptui.net.tls import with_tls
from stomptui.net.tunnel import Tunnel, by_http, by_socks
from stomptui.net.upgrade import ascii_host
from stomptui.stomp.endpoint import Endpoint
from stomptui.stomp.errors import ConnectionLost
from stomptui.stomp.percent import UriError

if TYPE_CHECKING:
    import ssl

    from stomptui.net.transport import Receiver, Transport

_SCHEMES = {"http": 80, "https": 443, "socks5": 1080, "socks5h": 1080}


class Proxy(NamedTuple):
    """A proxy for a broker; str() is how words about it begin."""

    broker: str
    """The address of the broker."""
    variable: str
    """The variable of the environment that names the proxy."""
    endpoint: Endpoint
    """Where the proxy is; `tls` if it is spoken to over TLS."""
    socks: bool
    login: tuple[bytes, bytes] | None

    def authorization(self) -> bytes:
        """The header line that logs in, or nothing."""
        if self.login is None:
            return b""
        return b"Proxy-Authorization: Basic " + b64encode(b":".join(self.login)) + b"\r\n"

    def __str__(self) -> str:
        return f"{self.broker}: its proxy {self.endpoint.address}"

    def __repr__(self) -> str:  # The login is nobody's to see.
        return f"Proxy({self})"


async def dial(endpoint: Endpoint, receiver: Receiver, context: ssl.SSLContext | None) -> Transport:
    """Connect to `endpoint`; raises OSError, UriError, and what a proxy says in words."""
    proxy = proxy_for(endpoint)
    straight = partial(open_tcp, endpoint.host, endpoint.port, bind=endpoint.bind)
    return await with_tls(
        endpoint, receiver, context, straight if proxy is None else partial(_through, proxy, endpoint)
    )


def proxy_for(endpoint: Endpoint) -> Proxy | None:
    """The proxy that the environment names for a WebSocket, None if it is to be reached straight.

    SOCKS is preferred to what https has, and that to what http has: RFC 6455 section 4.1. Raises UriError.
    """
    if proxy_bypass(f"{endpoint.host}:{endpoint.port}"):
        return None
    named = getproxies()
    for kind in ("wss", "socks", "https") if endpoint.tls else ("ws", "socks", "https", "http"):
        if named.get(kind):
            return _read(kind, named[kind], endpoint.address)
    return None


def _read(kind: str, text: str, broker: str) -> Proxy:
    # Nothing of the text is shown: it may hold a password.
    variable = f"{kind}_proxy"
    usual = "socks5" if kind == "socks" else "http"
    try:
        parts = urlsplit(text if "://" in text else f"{usual}://{text}")
        host, port = parts.hostname, parts.port
    except ValueError:
        host = port = None
    if not host:
        raise UriError(f"{variable} in the environment is no address of a proxy: write {usual}://HOST:PORT")
    if parts.scheme not in _SCHEMES:
        raise UriError(
            f"{variable} in the environment names a proxy of {parts.scheme}, which is not spoken: "
            f"{', '.join(_SCHEMES)} are"
        )
    login = None
    if parts.username is not None:
        login = (unquote_to_bytes(parts.username), unquote_to_bytes(parts.password or ""))
    place = Endpoint(host, port or _SCHEMES[parts.scheme], tls=parts.scheme == "https")
    return Proxy(broker, variable, place, parts.scheme.startswith("socks"), login)


async def _through(proxy: Proxy, endpoint: Endpoint, receiver: Receiver) -> Transport:
    place = proxy.endpoint
    tunnel = Tunnel(receiver)
    with stage(Stage.PROXY):
        try:
            straight = partial(open_tcp, place.host, place.port, bind=endpoint.bind)
            carrier = await with_tls(place, tunnel, None, straight)
        except OSError as error:
            if endpoint.bind is not None and error.errno in NO_WAY:
                raise ConnectionLost(f"{proxy} cannot be reached: {no_way(endpoint.bind, error)}") from error
            raise ConnectionLost(
                f"{proxy} cannot be reached: {error.strerror or error}; "
                f"correct {proxy.variable} in the environment, or name the broker in no_proxy"
            ) from error
        try:
            ask = by_socks if proxy.socks else by_http
            await ask(tunnel, carrier, proxy, ascii_host(endpoint.host), endpoint.port)
        except BaseException:  # cancelled too: the connection would be nobody's
            carrier.abort()
            raise
    tunnel.open()
    return carrier
