"""`stomptui connect URI`: log in, subscribe, open the console."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, NoReturn

import click

from stomptui.commands.ordered import Ordered, subscriptions

if TYPE_CHECKING:
    from stomptui.stomp.uri import Endpoint

PASSCODE = "STOMPTUI_PASSCODE"
"""The environment variable with the passcode of the URI's user."""

MODES = ("auto", "client", "client-individual")


@click.command(cls=Ordered)
@click.argument("uri")
@click.option(
    "--subscribe", metavar="DEST", multiple=True, help="Subscribe at once; repeat it for more destinations."
)
@click.option(
    "--ack",
    type=click.Choice(MODES),
    multiple=True,
    help="Mode of the --subscribe before it. [default: client-individual; auto on topics]",
)
@click.option(
    "--prefetch",
    type=click.IntRange(min=1),
    metavar="N",
    multiple=True,
    help="Unsettled messages that the --subscribe before it may hold. [default: 10]",
)
@click.option(
    "--no-reconnect",
    is_flag=True,
    help="Do not connect again by itself when the connection is lost; ?reconnect= in the URI wins.",
)
@click.option("--no-mouse", is_flag=True, help="Leave the mouse, and with it selection, to the terminal.")
@click.option("--theme", metavar="NAME", help="Colours, for this once.")
@click.pass_context
def connect(
    ctx: click.Context,
    uri: str,
    subscribe: tuple[str, ...],
    ack: tuple[str, ...],
    prefetch: tuple[int, ...],
    no_reconnect: bool,
    no_mouse: bool,
    theme: str | None,
) -> None:
    """Open the console on the broker at URI.

    URI is stomp://USER@HOST:PORT/VIRTUAL-HOST, all but HOST optional. The passcode is asked for, or taken
    from $STOMPTUI_PASSCODE. Options: ?heartbeat=SECONDS ?host=NAME ?timeout=SECONDS ?version=1.1
    ?escape-connect=yes
    """
    first = subscriptions(ctx, subscribe, ack, prefetch)
    from stomptui.stomp.uri import UriError, parse_uri

    try:
        endpoint = parse_uri(uri)
    except UriError as error:
        fail(str(error), 2)
    if endpoint.tls:
        fail(f"{endpoint.scheme}:// is not spoken by this version, only stomp://", 2)
    need_a_terminal()
    endpoint = with_passcode(endpoint)
    from stomptui.commands.session import Plan, run

    plan = Plan(endpoint, first, reconnect=not no_reconnect, mouse=not no_mouse, theme=theme)
    sys.exit(run(plan))


def fail(words: str, status: int) -> NoReturn:
    """Say why it ends, on one line of standard error."""
    from stomptui.render.text import printable

    click.echo(f"stomptui: {printable(words)}", err=True)
    sys.exit(status)


def need_a_terminal() -> None:
    """End with 2 unless there are keys to read and a screen to paint; Textual paints on standard error."""
    for stream, name in ((sys.stdin, "input"), (sys.stderr, "error")):
        if stream is None or not stream.isatty():
            fail(f"standard {name} is not a terminal, and the console needs one", 2)


def with_passcode(endpoint: Endpoint) -> Endpoint:
    """Add the passcode of the URI's user, from the environment or asked for."""
    if endpoint.login is None or endpoint.passcode is not None:
        return endpoint
    from dataclasses import replace

    from stomptui.render.text import printable

    passcode = os.environ.get(PASSCODE)
    if passcode is None:
        question = f"Passcode of {printable(endpoint.login)} at {printable(endpoint.address)}"
        try:
            passcode = click.prompt(question, hide_input=True, default="", show_default=False, err=True)
        except click.Abort:
            click.echo(err=True)
            sys.exit(130)
    return replace(endpoint, passcode=passcode)
