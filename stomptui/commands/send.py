"""`stomptui send URI DESTINATION`: send one message, and say what became of it."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from stomptui.commands.connection import connection_options


@click.command()
@click.argument("uri")
@click.argument("destination")
@click.argument("stdin", required=False, metavar="[-]")
@click.option(
    "--header",
    "headers",
    metavar="NAME:VALUE",
    multiple=True,
    help="A header of the message, in STOMP's escapes (\\n \\c \\\\, \\x9b for an octet); repeatable.",
)
@click.option("--body", metavar="TEXT", help="The body, as it stands.")
@click.option(
    "--body-file",
    metavar="FILE",
    type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
    help="Take the body from FILE, byte-exact.",
)
@click.option("--content-type", metavar="TYPE", help="The header content-type.")
@click.option(
    "--content-length/--no-content-length",
    default=None,
    help="Send the header content-length, or leave it out. [default: what suits the broker]",
)
@click.option(
    "--receipt/--no-receipt", default=True, show_default=True, help="Wait until the broker confirms it."
)
@connection_options("--connect-header")
def send(
    uri: str,
    destination: str,
    stdin: str | None,
    headers: tuple[str, ...],
    body: str | None,
    body_file: Path | None,
    content_type: str | None,
    content_length: bool | None,
    receipt: bool,
    connect_header: tuple[tuple[str, str], ...],
    http_header: tuple[tuple[str, str], ...],
    origin: str | None,
) -> None:
    """Send one message to DESTINATION at the broker at URI, which is written as for connect.

    The body is --body or --body-file, or what comes on standard input: with -, and where that is no terminal
    and neither is given. DESTINATION and headers are in STOMP's escapes. One line on standard error says what
    became of it.

    \b
    0  the broker confirmed it; with --no-receipt, it was written
    1  nothing was sent: no connection, a login that was refused, or what this broker cannot be sent
    2  nothing was sent: the command line, the URI or the file cannot be used
    3  the broker rejected it
    4  unknown: no receipt came in time
    5  unknown: the connection was lost before the receipt came
    """
    from stomptui.commands import send_message, send_run
    from stomptui.commands.connect import fail

    try:
        message = send_message.message(
            destination, headers, content_type, content_length=content_length, receipt=receipt
        )
    except send_message.BadOption as error:
        fail(str(error), send_run.UNUSABLE)
    asked = send_run.Asked(uri, connect_header, http_header, origin)
    sys.exit(send_run.carry_out(asked, message, send_message.Source(stdin, body, body_file)))
