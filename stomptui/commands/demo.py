"""`stomptui demo`: the console on an embedded broker with sample traffic."""

from __future__ import annotations

import sys

import click

from stomptui.commands.connect import fail, need_a_terminal
from stomptui.commands.ordered import First

GREETING = "Demo broker, keeps nothing. u: first unsettled message, ?: keys."


@click.command()
@click.option("--no-mouse", is_flag=True, help="Leave the mouse, and with it selection, to the terminal.")
@click.option("--theme", metavar="NAME", help="Colours, for this once.")
def demo(no_mouse: bool, theme: str | None) -> None:
    """Try the console on an embedded broker: orders flow, and nothing is kept."""
    need_a_terminal()
    from stomptui.commands.session import Plan, run
    from stomptui.console.guard import Kind, Lock
    from stomptui.demo.thread import serve_in_thread
    from stomptui.stomp.uri import parse_uri

    first = (First("/queue/orders", "client-individual", 10), First("/topic/prices", "auto"))
    try:
        with serve_in_thread() as uri:
            plan = Plan(
                parse_uri(uri),
                first,
                mouse=not no_mouse,
                theme=theme,
                greeting=GREETING,
                lock=Lock(Kind.NONE),  # whatever the settings guard, it is not this
            )
            status = run(plan)
    except OSError as error:
        fail(f"the demo broker cannot listen: {error.strerror or error}", 1)
    sys.exit(status)
