"""One row of the feed: pure, from a record and a layout to pieces of text that fill a width exactly."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size

from stomptui.capture.record import Kind
from stomptui.console.widgets.feed_columns import value
from stomptui.console.widgets.feed_words import Said, said
from stomptui.render.body import summary
from stomptui.render.text import printable
from stomptui.stomp.events import Settlement

if TYPE_CHECKING:
    from stomptui.capture.record import Record
    from stomptui.console.widgets.feed_columns import Column

Piece = tuple[str, str]
"""Text, safe and measured, and the name of its style."""

MARKS = {
    Settlement.NONE: (" ", ""),
    Settlement.AUTO: (".", "auto"),
    Settlement.UNSETTLED: ("*", "unsettled"),
    Settlement.ACKED: ("a", "acked"),
    Settlement.NACKED: ("x", "nacked"),
    Settlement.STAGED: ("t", "staged"),
    Settlement.LOST: ("!", "lost"),
}
"""The letter that says what became of a frame, and its style: the letter alone has to do."""

NARROW = 64
"""Below this width the time has no milliseconds."""
FURTHEST = 84
"""Cells behind the direction in which an outcome may stand: on a wide screen it stays near its frame."""
LEAST, WHOLE = 12, 24
"""Cells that are too few for anything more about a frame, and those below which it has to fit whole."""
LONG = 256
"""Characters at the end of a destination that are made safe to show."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How wide what is, in cells; `destination` is 0 while the column is not needed."""

    width: int
    number: int = 5
    destination: int = 0
    columns: tuple[Column, ...] = ()
    widths: tuple[int, ...] = field(default=())

    @property
    def most(self) -> int:
        """The widest that the destination column may become."""
        return max(8, min(32, (self.width - 26) // 5 + (1 if self.width < 80 else 2)))

    @property
    def outcome(self) -> int:
        """The cells on the right in which outcomes stand."""
        return 16 if self.width < 120 else 30


CUT = "~"
"""Stands for what has no room."""


def row(
    record: Record,
    layout: Layout,
    *,
    cursor: bool = False,
    selected: bool = False,
    covered: bool = False,
    sign: str = "",
) -> list[Piece]:
    """The row of `record`, `layout.width` cells together.

    `>` before the number is the cursor; behind it `+` is the selection, `=` what the ACK or NACK that is
    asked about covers: none is told by colour alone. `sign` stands for the mark of a message whose ACK or
    NACK is collected.
    """
    behind = "=" if covered else "+" if selected else " "
    number = f"{record.number:0{layout.number}d}" if record.number else " " * layout.number
    pieces = [
        (f"{'>' if cursor else ' '}{number}{behind}", "number"),
        (f"{clock(record.wall, short=layout.width < NARROW)} ", "time"),
        ("> " if record.to_broker else "< ", "to-broker" if record.to_broker else "to-client"),
    ]
    room = layout.width - sum(len(text) for text, _ in pieces)
    if room <= 0:
        return cut(pieces, layout.width)
    if record.kind is Kind.FRAME and record.frame is not None and record.frame.command == "MESSAGE":
        pieces += _message(record, layout, room, sign)
    else:
        pieces += _other(record, layout, room)
    return cut(pieces, layout.width)


def _message(record: Record, layout: Layout, room: int, sign: str) -> list[Piece]:
    frame = record.frame
    assert frame is not None
    pieces = _mark(record, sign)
    if layout.destination:
        name = printable((frame.first("destination") or "")[-LONG:])
        pieces.append((fit(ending(name, layout.destination), layout.destination) + " ", "destination"))
    pieces.append((f"{octets(frame.size + record.left):>4} ", "number"))
    for column, width in zip(layout.columns, layout.widths, strict=True):
        if width:
            pieces.append((fit(value(column, frame), width) + " ", "extra"))
    rest = room - sum(cell_len(text) for text, _ in pieces)
    if rest > 0:
        note = f"# {printable(record.note)}  " if record.note else ""
        pieces.append((fit(note + summary(frame, rest + 1), rest), ""))
    return pieces


def _mark(record: Record, sign: str = "") -> list[Piece]:
    """Four cells: what became of it; `R2` for the second delivery seen here, `R` for one after any number."""
    letter, style = (sign, "staged") if sign else MARKS[record.settlement]
    if record.deliveries < 2:
        if record.frame is None or record.frame.first("redelivered") != "true":
            return [(f"{letter}   ", style)]
        again = "R  "
    else:
        again = f"R{record.deliveries} " if record.deliveries < 10 else "R+ "
    return [(letter, style), (again, "redelivered")]


def _other(record: Record, layout: Layout, room: int) -> list[Piece]:
    words = said(record)
    pieces = _mark(record) if words.marked else []
    room -= sum(len(text) for text, _ in pieces)
    outcome = printable(f"{record.outcome}  # {record.note}" if record.note else record.outcome).strip()
    # What stands before it ends with a blank.
    tail = min(max(layout.outcome, cell_len(outcome) + 1), room // 2) if outcome else 0
    if not tail:
        return pieces + _about(words, room)
    start = min(room - tail, FURTHEST)
    return [*pieces, *_about(words, start), (fit(outcome, room - start), "outcome")]


def _about(words: Said, room: int) -> list[Piece]:
    """What a frame that is no MESSAGE says: its command, what it is about, then whatever has room."""
    command = f"{words.command} "
    left = room - cell_len(command)
    if left <= 0:
        return [(fit(command, room), words.style)]
    size = f"  {octets(words.size):>4}" if words.size is not None else ""
    about = ending(words.about, max(8, left - len(size) - 1)) if words.destination else words.about
    about = clip(about, left - 1)
    left -= cell_len(about)
    pieces = [(command, words.style), (about, "destination" if words.destination else "")]
    rest = f"  {words.rest()}" if left - len(size) > LEAST else ""
    rest = size + (rest if len(rest) < left - len(size) or left - len(size) > WHOLE else "")
    if left > 0:
        pieces.append((fit(clip(rest, left - 1), left), "extra"))
    return pieces


@lru_cache(maxsize=64)
def _second(second: int) -> str:
    return time.strftime("%H:%M:%S", time.localtime(second))


def clock(wall: float, *, short: bool = False) -> str:
    """The local time of day with milliseconds, or without."""
    second, rest = divmod(wall, 1)
    return _second(int(second)) if short else f"{_second(int(second))}.{int(rest * 1000):03d}"


def octets(size: int) -> str:
    """A size in at most four characters: `214`, `9999`, `10k`, `1.2M`."""
    if size < 10_000:
        return str(size)
    value, unit = size / 1000, "k"
    for larger in "MG":
        if value >= 999.5:
            value, unit = value / 1000, larger
    return f"{value:.1f}{unit}" if value < 9.95 else f"{value:.0f}{unit}"


def ending(text: str, width: int) -> str:
    """`text` if it has room in `width` cells, else its end: from a `/` on if one is in reach."""
    if cell_len(text) <= width:
        return text
    for at, letter in enumerate(text):
        if letter == "/" and at + 1 < len(text) and cell_len(text[at + 1 :]) <= width:
            return text[at + 1 :]
    end = len(text)
    room = width - 1
    while end and (size := cell_len(text[end - 1])) <= room:
        room -= size
        end -= 1
    return CUT + text[end:]


def clip(text: str, width: int) -> str:
    """`text`, cut to at most `width` cells; `~` stands where it was cut, as a cut number is another one."""
    if cell_len(text) <= width:
        return text
    return set_cell_size(text, width - 1).rstrip() + CUT if width > 0 else ""


def fit(text: str, width: int) -> str:
    """`text`, cut (as `clip` does) or filled to exactly `width` cells."""
    return set_cell_size(clip(text, width), width) if width > 0 else ""


def cut(pieces: list[Piece], width: int) -> list[Piece]:
    """The pieces, without what goes beyond `width` cells, and filled up to it."""
    line = "".join([text for text, _ in pieces])
    if line.isascii() and len(line) == width:  # most rows, and they are many
        return pieces
    out: list[Piece] = []
    room = width
    for text, style in pieces:
        size = cell_len(text)
        if size > room:
            text, size = fit(text, room), room
        if size > 0:
            out.append((text, style))
            room -= size
    if room > 0:
        out.append((" " * room, ""))
    return out
