"""Headers of the command line: read, and refused where they cannot be sent or something else sets them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from stomptui.stomp.failover import Failover

Pairs = tuple[tuple[str, str], ...]

SECRET = re.compile("auth|token|secret|passw|passc", re.IGNORECASE)
"""In names of headers whose values the console does not show."""

SET_BY = {
    "accept-version": "?version= in the URI sets it",
    "heart-beat": "?heartbeat= in the URI sets it",
    "host": "the path of the URI sets it, or ?host=",
    "login": "the URI sets it, as stomp://USER@HOST or with ?login=",
    "passcode": "it is asked for, or taken from $STOMPTUI_PASSCODE or from where ?passcode= says",
}
"""Headers that CONNECT has already, and what sets them: of two, the broker takes the first."""


def named_values(ctx: click.Context, option: click.Parameter, given: tuple[str, ...]) -> Pairs:
    """Read each NAME:VALUE; the value is kept as it is, of HTTP's without the blanks around it."""
    pairs = []
    http = option.name == "http_header"
    for text in given:
        name, colon, value = text.partition(":")
        if not colon or not name.strip():
            raise click.BadParameter("write NAME:VALUE.", ctx, option)
        if not http and (other := SET_BY.get(name.strip())):
            raise click.BadParameter(f"CONNECT has a header {name.strip()} already: {other}.", ctx, option)
        pairs.append((name, value.strip() if http else value))
    return tuple(pairs)


def must_be_sendable(brokers: Failover, header: Pairs, http_header: Pairs, origin: str | None) -> None:
    """Raise LocalProtocolError for what CONNECT, or the request that opens a WebSocket, cannot carry."""
    from stomptui.stomp.endpoint import WEB_SCHEMES
    from stomptui.stomp.session import Session

    for each in brokers.endpoints:
        session = Session(
            each.virtual_host, login=each.login, headers=header, escape_connect=each.escape_connect
        )
        session.connect(0.0)
        if each.scheme in WEB_SCHEMES and (http_header or origin is not None):
            import logging

            from stomptui.net.upgrade import protocol, request

            request(protocol(each, origin, logging.getLogger("stomptui")), http_header)
