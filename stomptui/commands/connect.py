"""`stomptui connect URI`: log in, subscribe, open the console."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from stomptui.commands.connection import broker_at, connection_options, secrets
from stomptui.commands.ordered import Ordered, subscriptions

if TYPE_CHECKING:
    from stomptui.capture.retention import Limits

MODES = ("auto", "client", "client-individual")


def limits(ctx: click.Context, option: click.Parameter, given: tuple[str, ...]) -> Limits | None:
    """Read each LIMIT of --keep; None when there is none."""
    if not given:
        return None
    from stomptui.commands.recording import parse_limits

    try:
        return parse_limits(given)
    except ValueError as error:
        raise click.BadParameter(str(error), ctx, option) from None


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
@connection_options()
@click.option(
    "--capture",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Record to FILE, and go on there if it is a recording. [default: a file that a clean end removes]",
)
@click.option(
    "--keep",
    metavar="LIMIT",
    multiple=True,
    callback=limits,
    help="Drop what is older than the newest LIMIT of the recording: 500MB, 100000 (records), 6h; repeat it. "
    "[default: 2GB, or a quarter of the free disk]",
)
@click.option(
    "--read-only",
    "guards",
    multiple=True,
    flag_value="read-only",
    help="Send nothing that takes or changes something, until it is unlocked (!).",
)
@click.option(
    "--ask",
    "guards",
    multiple=True,
    flag_value="ask",
    help="Ask before each SEND, ACK, NACK and COMMIT.",
)
@click.option(
    "--no-guard", "guards", multiple=True, flag_value="", help="Neither, whatever the settings say."
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
    header: tuple[tuple[str, str], ...],
    http_header: tuple[tuple[str, str], ...],
    origin: str | None,
    capture: Path | None,
    keep: Limits | None,
    guards: tuple[str, ...],
    no_mouse: bool,
    theme: str | None,
) -> None:
    """Open the console on the broker at URI.

    URI is stomp://USER@HOST:PORT/VIRTUAL-HOST, all but HOST optional; stomp+ssl:// for TLS, ws:// and wss://
    with the path of a WebSocket; failover:(URI,URI) for several brokers, of which one is used at a time. The
    passcode is asked for, or taken from $STOMPTUI_PASSCODE, the user from $STOMPTUI_LOGIN.

    \b
    ?host=NAME ?heartbeat=SECONDS ?heartbeat-grace=SECONDS ?version=1.1 ?timeout=SECONDS
    ?escape-connect=yes
    ?login=env:NAME ?passcode=file:PATH ?ca=FILE ?cert=FILE ?key=FILE ?verify=none
    ?query=TEXT ?bind=ADDRESS
    ?max-body=SIZE ?max-head=SIZE ?max-header=SIZE ?max-headers=N
    ?reconnect=no ?attempts=N ?delay=SECONDS ?max-delay=SECONDS ?randomize=yes
    """
    first = subscriptions(ctx, subscribe, ack, prefetch)
    if len(set(guards)) > 1:
        raise click.UsageError("--read-only, --ask and --no-guard exclude each other.", ctx)
    from stomptui.commands.prompts import with_credentials
    from stomptui.stomp.errors import LocalProtocolError
    from stomptui.stomp.percent import UriError

    try:
        brokers = broker_at(uri, header, http_header, origin)
        need_a_terminal()
        brokers = with_credentials(brokers)
    except (UriError, LocalProtocolError) as error:
        fail(str(error), 2)
    from stomptui.commands.recording import recorded
    from stomptui.commands.session import Plan, run
    from stomptui.console.guard import Kind, Lock

    kept, greeting = recorded(capture, keep)
    plan = Plan(
        brokers,
        first,
        capture=kept,
        greeting=greeting,
        reconnect=not no_reconnect,
        headers=header,
        redact=secrets(header),
        http_headers=http_header,
        origin=origin,
        mouse=not no_mouse,
        theme=theme,
        lock=Lock(Kind(guards[0]) if guards else None),
    )
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
