"""What leaves without a way back: CSV for spreadsheets, and the octets of frames one after another."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from io import StringIO

from stomptui.capture.record import Kind
from stomptui.capture.stored import Row
from stomptui.capture.transfer.lines import DIRECTIONS, KINDS, SETTLEMENTS

COLUMNS = (
    *("id", "connection", "number", "direction", "kind", "wall", "command", "destination", "subscription"),
    *("size", "settled", "deliveries", "earlier", "outcome", "words", "body"),
)

_FORMULA = re.compile("[\\s\0-\x20\ufeff\u200b-\u200f]*[=+\\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")


def table(rows: Iterable[Row]) -> Iterator[bytes]:
    """CSV in UTF-8: a line of names, then one a record, its body as text if it is UTF-8.

    A cell that a spreadsheet could take for a formula gets a `'` in front; NUL shows as U+2400.
    """
    text = StringIO(newline="")
    write = csv.writer(text).writerow
    write(COLUMNS)
    for row in rows:
        yield _taken(text)
        write(
            (
                *(
                    row.id,
                    row.connection,
                    row.number,
                    _word(DIRECTIONS, row.direction),
                    _word(KINDS, row.kind),
                ),
                *(
                    wall(row.wall),
                    _cell(row.command),
                    _cell(row.destination),
                    _cell(row.subscription),
                    row.size,
                ),
                *(_word(SETTLEMENTS, row.settlement) if row.settlement else "", row.deliveries, row.earlier),
                *(_cell(row.outcome), _cell(row.words), _body(row)),
            )
        )
    yield _taken(text)


def frames(rows: Iterable[Row]) -> Iterator[bytes]:
    """The octets of each frame, its NUL included, and an LF; what is no frame is left out."""
    for row in rows:
        yield row.raw + b"\n" if row.kind == Kind.FRAME and row.head is not None else b""


def wall(seconds: float) -> str:
    """A time since 1970 as ISO 8601 in UTC, to the microsecond; as a number where no calendar has it."""
    try:
        return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    except (ValueError, OverflowError, OSError):
        return _cell(str(seconds))


def _taken(text: StringIO) -> bytes:
    octets = text.getvalue().encode("utf-8", "surrogateescape")
    text.seek(0)
    text.truncate()
    return octets


def _word(words: tuple[str, ...], number: int) -> str:
    return words[number] if 0 <= number < len(words) else str(number)


def _body(row: Row) -> str:
    octets = bytes((row.head if row.kind != Kind.FRAME else row.body) or b"")
    if not octets:
        return ""
    try:
        return _cell(octets.decode())
    except UnicodeDecodeError:
        return f"[{len(octets)} octets that are no UTF-8]"


def _cell(text: str | None) -> str:
    if not text:
        return ""
    shown = text.replace("\0", "\u2400") if "\0" in text else text
    return f"'{shown}" if _FORMULA.match(text) else shown
