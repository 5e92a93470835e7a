"""`stomptui import NDJSON FILE`: a capture of what `stomptui export` wrote."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from stomptui.commands.connect import fail


@click.command("import")
@click.argument("ndjson")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Replace the FILE that is there.")
def import_(ndjson: str, file: Path, force: bool) -> None:
    """Make the capture FILE of an export in NDJSON; - is standard input."""
    from stomptui import brokers
    from stomptui.capture.transfer.load import load
    from stomptui.capture.transfer.target import TransferError, refuse
    from stomptui.commands.transfers import orderly, run
    from stomptui.render.text import printable

    try:
        refuse(file, force)
        source = sys.stdin.buffer if ndjson == "-" else open(ndjson, "rb")  # noqa: SIM115  # closed below
    except TransferError as error:
        fail(str(error), 2)
    except OSError as error:
        fail(f"{ndjson}: {error.strerror or error}", 2)
    with orderly(), source:
        try:
            total = 0 if ndjson == "-" else os.fstat(source.fileno()).st_size
            bar = sys.stderr.isatty() and total > 0
            slices = load(source, file, force=force, recognise=brokers.recognise)
            done = run(slices, "Importing", lambda step: (step.octets, total), bar)
        except TransferError as error:
            fail(f"{ndjson}: {error}", 1)
    if done.removed:
        click.echo(f"removed before: {printable(', '.join(done.removed))}", err=True)
