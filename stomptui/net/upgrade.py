"""The HTTP request that opens a WebSocket. RFC 6455 section 4.1."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from websockets.client import ClientProtocol
from websockets.typing import Origin, Subprotocol
from websockets.uri import WebSocketURI

from stomptui.stomp.errors import LocalProtocolError
from stomptui.stomp.frame import Headers, pairs

if TYPE_CHECKING:
    import logging

    from websockets.http11 import Request

    from stomptui.stomp.uri import Endpoint

SUBPROTOCOLS = ("v10.stomp", "v11.stomp", "v12.stomp")
"""All that there are: which version is spoken is settled by CONNECT, not by the one that a server picks."""

_HOST = re.compile(r"[\w.:%~-]{1,253}", re.ASCII)
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")


def protocol(endpoint: Endpoint, origin: str | None, log: logging.Logger) -> ClientProtocol:
    """Make the protocol of one connection; raises LocalProtocolError for what HTTP cannot carry."""
    limits = endpoint.limits
    return ClientProtocol(
        WebSocketURI(
            secure=endpoint.tls,
            host=ascii_host(endpoint.host),
            port=endpoint.port,
            path=quote(endpoint.path, safe="/%:@!$&'()*+,;=~"),
            query=quote(endpoint.query, safe="/%:@!$&'()*+,;=~?"),
        ),
        origin=None if origin is None else Origin(_value("Origin", origin)),
        # No compression: it costs both sides CPU for every message, and a few octets can unpack to gigabytes.
        extensions=None,
        subprotocols=[Subprotocol(name) for name in SUBPROTOCOLS],
        # A message may hold part of a frame, one, or several; the largest frame must fit.
        max_size=limits.head + limits.body,
        logger=log,
    )


def request(protocol: ClientProtocol, http_headers: Headers) -> Request:
    """Make the request, `http_headers` added to it; raises LocalProtocolError for what HTTP cannot carry."""
    made = protocol.connect()
    given = pairs(http_headers)
    for name, _ in given:
        made.headers.pop(name, None)  # what is given replaces what would be sent
    for name, value in given:
        if not _NAME.fullmatch(name):
            raise LocalProtocolError(f"{name!r} is no name of an HTTP header: write letters, digits and -")
        made.headers[name] = _value(name, value)
    return made


def ascii_host(host: str) -> str:
    """`host` as HTTP writes it; raises LocalProtocolError if that cannot be."""
    try:
        name = host if host.isascii() else host.encode("idna").decode()
    except UnicodeError:
        name = ""
    if not _HOST.fullmatch(name):
        raise LocalProtocolError(f"{host!r} is not a host name; check its spelling in the URI")
    return name


def _value(name: str, value: str) -> str:
    if not _VALUE.fullmatch(value):  # nothing of the value is shown: it may be a token
        raise LocalProtocolError(f"the HTTP header {name} holds a line end or a sign outside of Latin-1")
    return value
