"""One frame as it was on the wire: its octets in rows that can be read from either end, marks in place.

Octets are cut into sheets, so that the end of a large frame is as near as its beginning: the rows of a sheet
are found when somebody looks at it, and at no other time.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from rich.cells import cell_len

from stomptui.render import highlight
from stomptui.render.hexdump import FULL_WIDTH, HexRows
from stomptui.render.text import printable
from stomptui.render.views import longest_row

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from stomptui.render.rows import Segment
    from stomptui.stomp.frame import Mark

    Row = list[Segment]
    Sheet = list[Callable[[], Row]]
    """Rows, each painted when it is called."""

SHEET = 8
"""The longest rows of octets that a sheet holds: few milliseconds to find, were each octet a line end."""
KEPT = 4
"""Sheets of which the rows are kept: what a screen shows, and what lies next to it."""

_LONGEST_CHARACTER = 4
"""Octets of UTF-8."""
_HEX_BEGINS, _HALF = 10, 8
"""Columns before the first octet of a hexdump, and octets before its gap."""


class Sheets:
    """The rows of `octets` between those `before` and `after`, for `width` columns; `len()` counts sheets.

    `marks` are shown below the row that has their octet. With `hexadecimal` the octets are a hexdump.
    """

    def __init__(
        self,
        octets: memoryview,
        width: int,
        *,
        before: Sequence[Row] = (),
        after: Sequence[Row] = (),
        marks: Sequence[Mark] = (),
        hexadecimal: bool = False,
    ) -> None:
        self.marks = marks
        self._octets, self._width = octets, width
        self._before, self._after = before, after
        self._hex = HexRows(octets, width) if hexadecimal else None
        self._row = (16 if width >= FULL_WIDTH else 8) if hexadecimal else longest_row(width)
        self._each = 128 * self._row if hexadecimal else SHEET * self._row
        self._made: dict[int, Sheet] = {}

    def __len__(self) -> int:
        return max(-(-len(self._octets) // self._each), 1)

    def __getitem__(self, number: int) -> Sheet:
        made = self._made.get(number)
        if made is None:
            if len(self._made) >= KEPT:
                self._made.clear()
            made = self._made[number] = list(self._rows(number))
        return made

    def _rows(self, number: int) -> Iterator[Callable[[], Row]]:
        last = number == len(self) - 1
        if number == 0:
            yield from map(_still, self._before)
        first, end = self._start(number), self._start(number + 1)
        left = [mark for mark in self.marks if first <= mark.offset and (mark.offset < end or last)]
        for start, stop in self._spans(first, end):
            yield partial(self._painted, start, stop)
            while left and (left[0].offset < stop or stop == end):
                mark = left.pop(0)
                yield _still(pointed(mark, self._column(mark.offset, start, stop), self._width))
        yield from (_still(pointed(mark, 0, self._width)) for mark in left)
        if last:
            yield from map(_still, self._after)

    def _start(self, number: int) -> int:
        """Where a sheet starts; in text, not inside a character."""
        return self._between(min(number * self._each, len(self._octets)))

    def _between(self, at: int) -> int:
        octets = self._octets
        for _ in range(0 if self._hex is not None else _LONGEST_CHARACTER - 1):
            if 0 < at < len(octets) and octets[at] & 0xC0 == 0x80:
                at += 1
        return at

    def _spans(self, first: int, end: int) -> Iterator[tuple[int, int]]:
        """Where rows start and stop: at line ends, and where they are as long as they may be."""
        here = bytes(self._octets[first:end]) if self._hex is None else b""
        start = first
        while start < end:
            stop = min(self._between(start + self._row), end)
            line_end = here.find(b"\n", start - first, stop - first)
            stop = stop if line_end < 0 else first + line_end + 1
            yield start, stop
            start = stop

    def _painted(self, start: int, stop: int) -> Row:
        if self._hex is not None:
            return self._hex[start // self._row]
        return highlight.wire(bytes(self._octets[start:stop]), start > 0)

    def _column(self, offset: int, start: int, stop: int) -> int:
        """In which column of its row an octet is shown; that of the last one for what is behind it."""
        offset = min(offset, stop - 1)
        if self._hex is not None:
            at = offset - start
            return _HEX_BEGINS + 3 * at + (at >= _HALF)
        return cell_len(printable(bytes(self._octets[start:offset])))


def pointed(mark: Mark, column: int, width: int) -> Row:
    """Say what is wrong below the octet in `column`: to the right of a `^`, else to its left."""
    words = f"! {printable(mark.words)} ({mark.section})"
    if column + 2 + cell_len(words) <= width:
        text = f"{' ' * column}^ {words}"
    elif column < width and cell_len(words) < column:
        text = f"{words} ^".rjust(column + 1)
    else:
        text = f"^ {words}"
    return [(text, "protocol-mark")]


def _still(row: Row) -> Callable[[], Row]:
    return lambda: row
