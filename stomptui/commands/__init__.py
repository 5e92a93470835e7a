"""The command line: one module a command; what a command needs is imported when it runs."""

from __future__ import annotations

import click

from stomptui import __version__
from stomptui.commands.connect import connect
from stomptui.commands.demo import demo
from stomptui.commands.export import export
from stomptui.commands.import_ import import_
from stomptui.commands.open import open_
from stomptui.commands.peek import peek
from stomptui.commands.replay import replay
from stomptui.commands.send import send

__all__ = ["cli"]


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="stomptui", message="%(prog)s %(version)s")
def cli() -> None:
    """The console for STOMP brokers: watch, look into, ack, nack and send messages by hand."""


cli.add_command(connect)
cli.add_command(demo)
cli.add_command(export)
cli.add_command(import_)
cli.add_command(open_)
cli.add_command(peek)
cli.add_command(replay)
cli.add_command(send)
