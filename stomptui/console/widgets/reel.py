"""Which lines of a capture's octets are on the screen: frame after frame, without an end in either direction.

Only what is looked at is made. A place is a record, a sheet of it, a row of that and a line of the row: so
what arrives, and what is dropped far away, moves nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from stomptui.console.widgets.found import set_off
from stomptui.console.widgets.window import Line, Window
from stomptui.console.widgets.wrap import wrap

if TYPE_CHECKING:
    import re
    from collections.abc import Callable

    from stomptui.capture.rows import Rows
    from stomptui.console.widgets.sheets import Sheets
    from stomptui.render.rows import Segment

SHEETS_KEPT = 128
"""Records of which the sheets are kept: some screens of heart-beats."""
LINES_KEPT = 512
"""Folded rows that are kept: several screens of them."""


class Place(NamedTuple):
    """A line: of row `row` in a sheet of the record `id`."""

    id: int
    sheet: int = 0
    row: int = 0
    part: int = 0


class Reel(Window):
    """A window on all records of `ids`, of which `sheets` makes one; `place` is the line at its top.

    While it `follows`, the newest line is the last one of the window.
    """

    def __init__(self, ids: Rows, sheets: Callable[[int], Sheets]) -> None:
        super().__init__()
        self.place: Place | None = None
        self.follows = False
        self.last: int | None = None
        """The record of the last line shown."""
        self.ended = False
        """Whether the last line shown is the last there is."""
        self.shown: list[int] = []
        """The records shown, from the top."""
        self._ids = ids
        self._sheets = sheets
        self._kept: dict[int, Sheets] = {}
        self._lines_of: dict[Place, list[list[Segment]]] = {}

    # What is there.

    def forget(self) -> None:
        """Make all rows anew: they are for another width, or another way to look."""
        self._kept.clear()
        self._lines_of.clear()
        if self.place is not None:
            self.place = Place(self.place.id)

    def of(self, id_: int) -> Sheets:
        """The sheets of a record."""
        sheets = self._kept.get(id_)
        if sheets is None:
            if len(self._kept) >= SHEETS_KEPT:
                self._kept.clear()
            sheets = self._kept[id_] = self._sheets(id_)
        return sheets

    def _fold_at(self, place: Place) -> list[list[Segment]]:
        key = place._replace(part=0)
        lines = self._lines_of.get(key)
        if lines is None:
            if len(self._lines_of) >= LINES_KEPT:
                self._lines_of.clear()
            row = self.of(place.id)[place.sheet][place.row]()
            if self._wanted is not None:
                row = set_off(row, self._wanted)
            lines = self._lines_of[key] = wrap(row, self.width)
        return lines

    def _neighbour(self, id_: int, by: int) -> int | None:
        if not len(self._ids):
            return None
        at = self._ids.index(id_)
        if self._ids[at] != id_ and by > 0 and self._ids[at] > id_:
            return self._ids[at]  # it was dropped meanwhile
        at += by
        return self._ids[at] if 0 <= at < len(self._ids) else None

    def _after(self, place: Place) -> Place | None:
        """The next row."""
        id_, sheet, row, _ = place
        sheets = self.of(id_)
        if row + 1 < len(sheets[sheet]):
            return Place(id_, sheet, row + 1)
        if sheet + 1 < len(sheets):
            return Place(id_, sheet + 1)
        following = self._neighbour(id_, 1)
        return None if following is None else Place(following)

    def _before(self, place: Place) -> Place | None:
        """The row before."""
        id_, sheet, row, _ = place
        if row:
            return Place(id_, sheet, row - 1)
        if sheet:
            return Place(id_, sheet - 1, len(self.of(id_)[sheet - 1]) - 1)
        before = self._neighbour(id_, -1)
        return None if before is None else self._end_of(before)

    def _end_of(self, id_: int) -> Place:
        sheets = self.of(id_)
        sheet = len(sheets) - 1
        return Place(id_, sheet, len(sheets[sheet]) - 1)

    # Moving.

    def go_to(self, id_: int) -> None:
        """Put the first line of a record, or of the nearest one, at the top."""
        self.follows = False
        if len(self._ids):
            self.place = Place(self._ids[self._ids.index(id_)])

    def first(self) -> None:
        """Go to the oldest record."""
        if len(self._ids):
            self.go_to(self._ids[0])

    def follow(self) -> None:
        """Show the newest line as the last one, now and whenever `look` is called."""
        self.follows = True
        self.look()

    def look(self) -> None:
        """See what arrived, and what is not there any more."""
        if self.place is not None and not self.follows:
            near = self._ids[self._ids.index(self.place.id)] if len(self._ids) else None
            if near != self.place.id:
                self.place = None if near is None else Place(near)
        elif len(self._ids):
            end = self._end_of(self._ids[len(self._ids) - 1])
            self.place = end._replace(part=len(self._fold_at(end)) - 1)
            if self.follows:
                self._up(max(self.height - 1, 0))

    def move(self, by: int) -> None:
        """Move by so many lines; down, until the last record begins at the top or its end is shown."""
        self.follows = False
        if self.place is None:
            self.look()
        if by < 0:
            self._up(-by)
        elif by:
            self._down(by)

    def _up(self, by: int) -> None:
        place = self.place
        while place is not None and by > place.part:
            by -= place.part + 1
            before = self._before(place)
            if before is None:
                place, by = place._replace(part=0), 0
                break
            place = before._replace(part=len(self._fold_at(before)) - 1)
        if place is not None:
            self.place = place._replace(part=place.part - by)

    def _down(self, by: int) -> None:
        while by and self.place is not None:
            place = self.place
            if self._at_end(place):
                return
            part = place.part + 1
            if part < len(self._fold_at(place)):
                self.place = place._replace(part=part)
            else:
                self.place = self._after(place) or place
            by -= 1

    def _at_end(self, place: Place) -> bool:
        """Whether nothing is to be gained below: the last record begins at the top, or above it and ends."""
        if self._neighbour(place.id, 1) is not None:
            return False
        lines, at = -place.part, place
        while lines < self.height:
            lines += len(self._fold_at(at))
            following = self._after(at)
            if following is None:
                return lines <= self.height
            at = following
        return False

    def bottom(self) -> None:
        """Show the newest line as the last one."""
        self.follow()

    # What LinesView asks of a window.

    def resize(self, width: int, height: int) -> None:
        if width != self.width:
            self.width = width
            self.forget()
        self.height = height
        if self.follows:
            self.look()

    def set_off(self, wanted: re.Pattern[str] | None) -> None:
        super().set_off(wanted)
        self._lines_of.clear()

    def lines(self) -> list[Line]:
        """The lines in the window; `row` counts rows from its top."""
        out: list[Line] = []
        self.shown, self.last, self.ended = [], None, False
        place, row = self.place, 0
        while place is not None and len(out) < self.height:
            if self.last != place.id:
                self.last = place.id
                self.shown.append(place.id)
            folded = self._fold_at(place)
            out += [Line(row, part, folded[part]) for part in range(place.part, len(folded))]
            place, row = self._after(place), row + 1
        self.ended = place is None and len(out) <= self.height
        return out[: self.height]

    def thumb(self, lines: list[Line] | None = None) -> tuple[int, int] | None:
        """First line and end of a scroll bar's thumb, None when the window holds all there is.

        Records stand for lines.
        """
        count, height = len(self._ids), self.height
        if not self.shown or not count or not height:
            return None
        first, last = self._ids.index(self.shown[0]), self._ids.index(self.shown[-1])
        if first == 0 and self.ended and self.place == Place(self.shown[0]):
            return None
        size = max(1, min(height - 1, round(height * (last - first + 1) / count)))
        start = height - size if self.ended else min(first * height // count, height - size - 1)
        return max(start, 0), max(start, 0) + size
