"""`stomptui peek URI DESTINATION`: look at what a queue holds, and give it back."""

from __future__ import annotations

import sys

import click

from stomptui.commands.connection import connection_options


@click.command()
@click.argument("uri")
@click.argument("destination")
@click.option(
    "-n",
    "--count",
    type=click.IntRange(1, 10_000),
    default=10,
    show_default=True,
    metavar="N",
    help="Look at N messages at most, the first ones.",
)
@click.option(
    "--wait",
    type=click.FloatRange(min=0, min_open=True),
    default=2.0,
    show_default=True,
    metavar="SECONDS",
    help="End when no message came for so long.",
)
@click.option(
    "--json", "as_json", is_flag=True, help="A line of JSON each: headers as pairs, body or body64 (base64)."
)
@click.option("--yes", is_flag=True, help="Look without asking.")
@connection_options()
def peek(
    uri: str,
    destination: str,
    count: int,
    wait: float,
    as_json: bool,
    yes: bool,
    header: tuple[tuple[str, str], ...],
    http_header: tuple[tuple[str, str], ...],
    origin: str | None,
) -> None:
    """Look at what the queue DESTINATION holds, and give it back; URI is written as for connect.

    The first messages are printed. None is acknowledged: ActiveMQ is browsed; elsewhere they are taken and
    given back at the end. What that changes on this broker is said first, and asked. DESTINATION is in
    STOMP's escapes.

    \b
    0  looked; the queue may have been empty
    1  not looked: no connection, a login that was refused, nothing is kept there, or it was not wanted
    2  not looked: the command line or the URI cannot be used, or there is nobody to ask
    3  the broker refused to subscribe
    4  the broker did not confirm the subscription in time
    5  the connection was lost; what was taken goes back
    """
    from stomptui.commands import peek_run, send_message
    from stomptui.commands.connect import fail
    from stomptui.commands.send_run import Asked

    try:
        place = send_message.message(destination, (), receipt=False).destination
    except send_message.BadOption as error:
        fail(str(error), peek_run.UNUSABLE)
    asked = Asked(uri, header, http_header, origin)
    sys.exit(peek_run.carry_out(asked, peek_run.Look(place, count, wait, as_json=as_json, yes=yes)))
