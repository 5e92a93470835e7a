"""`stomptui export FILE`: records of a capture as NDJSON, CSV, frames, or one file per body."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from stomptui.commands.connect import fail

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from stomptui.capture.transfer.pick import Runs

LOOK = 20_000
"""Records that a filter looks at together; it has some seconds for them."""


def size(ctx: click.Context, option: click.Parameter, given: str | None) -> int | None:
    """Read octets: `1500`, `64KiB`, `1M`."""
    if given is None:
        return None
    from stomptui.capture.transfer.rules import read_octets

    try:
        return read_octets(given)
    except ValueError as error:
        raise click.BadParameter(f"{error}.", ctx, option) from None


def moment(ctx: click.Context, option: click.Parameter, given: str | None) -> float | None:
    """Read a time in ISO 8601, this machine's unless it names a zone; gives seconds since 1970."""
    if given is None:
        return None
    try:
        return datetime.fromisoformat(given).timestamp()
    except (ValueError, OverflowError, OSError):
        raise click.BadParameter("write a time as 2026-11-23T18:00, or with its zone.", ctx, option) from None


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "-o", "--output", metavar="PATH", default="-", help="Where to; - is standard output. [default: -]"
)
@click.option(
    "--format",
    "form",
    type=click.Choice(("ndjson", "csv", "raw", "bodies")),
    default="ndjson",
    help="raw: the octets of frames; bodies: one file each, in a new folder. [default: ndjson]",
)
@click.option("--force", is_flag=True, help="Replace the file that is at PATH.")
@click.option("--filter", "expression", metavar="EXPRESSION", help="Records for which this holds.")
@click.option("--since", metavar="TIME", callback=moment, help="Records from this time on.")
@click.option("--until", metavar="TIME", callback=moment, help="Records before this time.")
@click.option("--command", "commands", metavar="NAME", multiple=True, help="Frames of this command.")
@click.option(
    "--connection", "connections", metavar="N", type=int, multiple=True, help="Records of this connection."
)
@click.option("--no-beats", is_flag=True, help="Leave heart-beats out.")
@click.option("--redact-header", metavar="NAME", multiple=True, help="Remove the values of this header.")
@click.option("--redact-json", metavar="PATH", multiple=True, help="Remove the values at user.card, ..card.")
@click.option("--redact-pattern", metavar="REGEX", multiple=True, help="Remove what matches, everywhere.")
@click.option("--bodies-over", metavar="SIZE", callback=size, help="Put size and SHA-256 for larger bodies.")
@click.option("--hash-bodies", is_flag=True, help="The same for every body.")
def export(
    file: Path,
    output: str,
    form: str,
    force: bool,
    expression: str | None,
    since: float | None,
    until: float | None,
    commands: tuple[str, ...],
    connections: tuple[int, ...],
    no_beats: bool,
    redact_header: tuple[str, ...],
    redact_json: tuple[str, ...],
    redact_pattern: tuple[str, ...],
    bodies_over: int | None,
    hash_bodies: bool,
) -> None:
    """Write the records of the capture FILE elsewhere: all, or those that every option lets through.

    NDJSON can be imported again and loses nothing. What redaction removes is gone from octets, columns and
    words alike; a line on standard error says what that was. Options that are repeated add to each other.
    """
    from contextlib import closing

    from stomptui.capture.files import CaptureError, look
    from stomptui.capture.transfer import export as exports
    from stomptui.capture.transfer.rules import rules
    from stomptui.capture.transfer.target import TransferError, refuse
    from stomptui.commands.transfers import orderly, run

    to_terminal = output == "-" and sys.stdout.isatty()
    if output == "-" and form == "bodies":
        fail("bodies go to a folder: name a new one with --output", 2)
    try:
        if output != "-":
            refuse(Path(output), force and form != "bodies")
        removing = rules(redact_header, redact_json, redact_pattern, 0 if hash_bodies else bodies_over)
        db = look(file)
    except (ValueError, CaptureError, TransferError) as error:
        fail(str(error), 2)
    with closing(db), orderly("what came is not all" if output == "-" else "nothing of it is left"):
        try:
            ids = chosen(db, since, until, commands, connections)
            if expression is not None:
                ids = matching(file, expression, ids)
            if output == "-":
                write = _Visible().write if to_terminal else _plain
                slices = exports.to_stream(db, write, form, ids=ids, beats=not no_beats, rules=removing)
            else:
                slices = exports.to_file(
                    db, Path(output), form, ids=ids, beats=not no_beats, rules=removing, force=force
                )
            bar = sys.stderr.isatty() and not to_terminal
            done = run(slices, f"Exporting {form}", lambda step: (step.done, step.total), bar)
            sys.stdout.flush()
        except TransferError as error:
            fail(str(error), 1)
        except BrokenPipeError:
            raise
        except OSError as error:
            fail(f"standard output cannot be written: {error.strerror or error}", 1)
    _say(done.records, done.removed, bool(removing))


def chosen(
    db: sqlite3.Connection,
    since: float | None,
    until: float | None,
    commands: tuple[str, ...],
    connections: tuple[int, ...],
) -> Runs | None:
    """The ids that the options let through, None for all; raises sqlite3.Error."""
    from stomptui.capture.transfer.pick import found

    conditions: list[str] = []
    values: list[object] = []
    for condition, value in (("wall >= ?", since), ("wall < ?", until)):
        if value is not None:
            conditions.append(condition)
            values.append(value)
    for column, some in (("command", [name.upper() for name in commands]), ("connection", connections)):
        if some:
            conditions.append(f"{column} IN ({', '.join('?' * len(some))})")
            values += some
    return found(db, " AND ".join(conditions), values) if conditions else None


def matching(file: Path, expression: str, ids: Runs | None) -> Runs:
    """The ids, of those or of all, for which a filter expression holds."""
    import sqlite3
    import time
    from contextlib import closing

    from stomptui.capture.files import CaptureError, look
    from stomptui.capture.filter import FilterError, TookTooLong, header_names, matches, parse, prepare
    from stomptui.capture.transfer.pick import has, runs

    with closing(look(file)) as db:  # a connection for filters alone
        prepare(db)
        try:
            wanted = parse(expression, now=time.time(), known_headers=header_names(db))
            found = (id_ for first, last in _slices(db) for id_ in matches(db, wanted, first, last))
            return runs(id_ for id_ in found if ids is None or has(ids, id_))
        except (FilterError, TookTooLong) as error:
            fail(f"--filter: {error}", 2)
        except (CaptureError, sqlite3.Error) as error:
            fail(f"{file}: {error}", 1)


def _slices(db: sqlite3.Connection) -> Iterator[tuple[int, int]]:
    """First and last id of the records that are looked at together; raises sqlite3.Error."""
    query, last = "SELECT id FROM frame WHERE id > ? ORDER BY id LIMIT 1", 0
    while True:  # from one that is there to the next: a hostile file may skip any number
        first = next((id_ for (id_,) in db.execute(query, (last,))), None)
        if first is None:
            return
        last = min(first + LOOK, 1 << 63) - 1
        yield first, last


def _plain(octets: bytes) -> None:
    sys.stdout.buffer.write(octets)


class _Visible:
    """Writes lines to the terminal, each made harmless."""

    def __init__(self) -> None:
        self._rest = b""

    def write(self, octets: bytes) -> None:
        *lines, self._rest = (self._rest + octets).split(b"\n")
        from stomptui.render.text import printable

        sys.stdout.write("".join([printable(line.removesuffix(b"\r")) + "\n" for line in lines]))


def _say(records: int, removed: tuple[str, ...], redacting: bool) -> None:
    """Say what was removed; what could not be found is not known."""
    from stomptui.render.text import printable

    if removed:
        click.echo(f"removed: {printable(', '.join(removed))}", err=True)
    elif redacting:
        click.echo("removed: nothing, for there was nothing to remove", err=True)
