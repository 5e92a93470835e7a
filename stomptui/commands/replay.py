"""`stomptui replay FILE URI`: send what a capture holds again."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from stomptui.commands.connection import connection_options

ABOVE_ZERO = click.FloatRange(min=0, min_open=True)


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.argument("uri")
@click.option(
    "--sends/--messages",
    default=True,
    help="Send the SENDs that were recorded, or the MESSAGEs that came, as SENDs. [default: --sends]",
)
@click.option("--original", is_flag=True, help="With the timing of the recording. [default]")
@click.option("--speed", type=ABOVE_ZERO, metavar="FACTOR", help="That many times as fast; 0.5 is slower.")
@click.option("--rate", type=ABOVE_ZERO, metavar="N", help="N a second.")
@click.option("--fast", is_flag=True, help="As fast as the broker confirms them.")
@click.option(
    "--map",
    "maps",
    metavar="FROM=TO",
    multiple=True,
    help="Send to TO what was for FROM; a * at the end of FROM, and of TO, is any rest. The first that fits.",
)
@click.option(
    "--set", "sets", metavar="NAME:VALUE", multiple=True, help="Set a header, in STOMP's escapes; repeatable."
)
@click.option("--remove", "removes", metavar="NAME", multiple=True, help="Leave a header out; repeatable.")
@click.option("--filter", "expression", metavar="EXPRESSION", help="Only what this holds for.")
@click.option(
    "--from", "first", type=click.IntRange(min=1), default=1, metavar="ID", help="From this record."
)
@click.option("--to", "last", type=click.IntRange(min=1), metavar="ID", help="Up to this record.")
@click.option("--dry-run", is_flag=True, help="Print what would be sent, and connect to nothing.")
@click.option("--keep-going", is_flag=True, help="Do not stop at a SEND that the broker refuses.")
@click.option(
    "--window",
    type=click.IntRange(1, 65536),
    default=256,
    show_default=True,
    metavar="N",
    help="SENDs that await their receipts at once; with 1 it is always clear which one is refused.",
)
@click.option("--resume", is_flag=True, help="Go on where an earlier run ended: confirmed ones stay out.")
@click.option(
    "--again-unknown",
    is_flag=True,
    help="Send those of unknown outcome too, one by one: they may come twice.",
)
@click.option(
    "--journal",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Keep the progress there, instead of in the folder for state.",
)
@click.option("--yes", is_flag=True, help="Send without asking.")
@connection_options()
def replay(
    file: Path,
    uri: str,
    sends: bool,
    original: bool,
    speed: float | None,
    rate: float | None,
    fast: bool,
    maps: tuple[str, ...],
    sets: tuple[str, ...],
    removes: tuple[str, ...],
    expression: str | None,
    first: int,
    last: int | None,
    dry_run: bool,
    keep_going: bool,
    window: int,
    resume: bool,
    again_unknown: bool,
    journal: Path | None,
    yes: bool,
    header: tuple[tuple[str, str], ...],
    http_header: tuple[tuple[str, str], ...],
    origin: str | None,
) -> None:
    """Send what the capture FILE holds to the broker at URI, which is written as for connect.

    It says first how many go where and asks; then each is sent with a receipt, and counted as confirmed,
    rejected or unknown. It stops at the first that is refused. Of SENDs in a
    transaction those are sent that were committed.

    The status is 0 only if everything was confirmed.
    """
    if sum((original, speed is not None, rate is not None, fast)) > 1:
        raise click.UsageError("--original, --speed, --rate and --fast exclude each other.")
    if again_unknown and not resume:
        raise click.UsageError("--again-unknown goes with --resume.")
    from stomptui.capture.pace import FAST, Pace
    from stomptui.commands.replay_carry import Asked, carry_out

    pace = FAST if fast else Pace(None, rate) if rate is not None else Pace(speed or 1.0)
    asked = Asked(
        file,
        uri,
        messages=not sends,
        pace=pace,
        maps=maps,
        sets=sets,
        removes=removes,
        expression=expression,
        first=first,
        last=last,
        keep_going=keep_going,
        window=window,
        resume=resume,
        again_unknown=again_unknown,
        journal=journal,
        yes=yes,
        headers=header,
        http_headers=http_header,
        origin=origin,
    )
    sys.exit(carry_out(asked, dry_run=dry_run))
