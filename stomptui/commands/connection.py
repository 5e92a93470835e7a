"""What the commands that connect have in common: their options, and the broker that these mean."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from stomptui.commands.headers import SECRET, Pairs, must_be_sendable, named_values

if TYPE_CHECKING:
    from stomptui.stomp.failover import Failover

Command = TypeVar("Command", bound=Callable[..., Any])


def connection_options(of_connect: str = "--header") -> Callable[[Command], Command]:
    """Add the option for headers of CONNECT, which is called `of_connect`, --http-header and --origin."""
    options = (
        click.option(
            of_connect,
            metavar="NAME:VALUE",
            multiple=True,
            callback=named_values,
            help="A further header of CONNECT; repeat it for more.",
        ),
        click.option(
            "--http-header",
            metavar="NAME:VALUE",
            multiple=True,
            callback=named_values,
            help="A header of the HTTP request that opens a WebSocket; repeat it for more.",
        ),
        click.option("--origin", metavar="URL", help="The Origin of that request."),
    )

    def add(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return add


def broker_at(
    uri: str, headers: Pairs, http_headers: Pairs, origin: str | None, *, of_connect: str = "--header"
) -> Failover:
    """Read the URI; raises UriError, and LocalProtocolError for headers that cannot be sent there."""
    from stomptui.stomp.endpoint import WEB_SCHEMES
    from stomptui.stomp.failover import parse_failover
    from stomptui.stomp.percent import UriError

    failover = parse_failover(uri)
    if (http_headers or origin is not None) and not any(
        each.scheme in WEB_SCHEMES for each in failover.endpoints
    ):
        raise UriError(f"--http-header and --origin are for ws:// and wss://; {of_connect} adds to CONNECT")
    must_be_sendable(failover, headers, http_headers, origin)
    return failover


def secrets(headers: Pairs) -> tuple[str, ...]:
    """The names of those headers whose values nobody is shown."""
    return tuple(name for name, _ in headers if SECRET.search(name))
