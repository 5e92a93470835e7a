"""Which lines of folded rows are on the screen, and how that changes."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple

from stomptui.console.widgets.found import FOUND, set_off
from stomptui.console.widgets.wrap import wrap
from stomptui.render.rows import STEP, FixedRows

if TYPE_CHECKING:
    import re
    from collections.abc import Iterable, Iterator

    from stomptui.render.rows import Rows, Segment

SLICE = 0.008
"""Seconds that finding rows may take of the loop at a time."""

BATCH = 64
"""Rows asked for between two looks at the clock."""

NEAR = 2 * STEP
"""Rows behind the place of an octet in which what it is shown as must be."""

ENOUGH = 1 << 16
"""Rows looked at in vain where the octets have a text, about a second long, before it is given up."""

FAR = 1 << 16
"""Rows asked for at once, of which a slice of time finds as many as it can."""

FOLDED_KEPT = 512
"""Folded rows that are kept: several screens of them."""


class Line(NamedTuple):
    """One line of the screen: line `part` of the folded row `row`."""

    row: int
    part: int
    text: list[Segment]


class Window:
    """A window `width` cells and `height` lines large on `rows`; `top` is a row and a line of it.

    Only rows that are looked at are found, painted and folded. `short` says that rows which are wanted could
    not be found within `SLICE` seconds: `find` goes on with them.
    """

    def __init__(self) -> None:
        self.rows: Rows = FixedRows()
        self.width = 80
        self.height = 0
        self.top = (0, 0)
        self.short = False
        self._folded: dict[int, list[list[Segment]]] = {}
        self._wanted: re.Pattern[str] | None = None
        self._until = 0.0

    def look_at(self, rows: Rows, *, keep_place: bool = False) -> None:
        """Look at other rows, from the first one or from about where the old ones were."""
        self.rows = rows
        self._folded.clear()
        self.short = False
        if keep_place:
            self.find(self.top[0] + 1)
            self.top = (min(self.top[0], max(len(rows) - 1, 0)), 0)
            self.hold()
        else:
            self.top = (0, 0)

    def resize(self, width: int, height: int) -> None:
        """Fold to another width; the row at the top stays there as far as it can."""
        if (width, height) == (self.width, self.height):
            return
        if width != self.width:
            self._folded.clear()
            self.top = (self.top[0], 0)
        self.width, self.height = width, height
        self.hold()

    def begin_slice(self) -> None:
        """Let what is sought take a slice of time from now on, before it yields again."""
        self._until = time.perf_counter() + SLICE

    def find(self, wanted: int | None, until: float | None = None) -> None:
        """Find rows until there are `wanted` (None: all), for at most a slice of time or `until` then."""
        rows = self.rows
        until = time.perf_counter() + SLICE if until is None else until
        while not rows.done and (wanted is None or len(rows) < wanted):
            rows.grow(BATCH)
            if time.perf_counter() > until:
                break
        self.short = not rows.done and (wanted is None or len(rows) < wanted)

    def fold(self, index: int) -> list[list[Segment]]:
        """Return the lines of the row at `index`."""
        folded = self._folded.get(index)
        if folded is None:
            if len(self._folded) >= FOLDED_KEPT:
                self._folded.clear()
            row = self.rows[index]
            if self._wanted is not None:
                row = set_off(row, self._wanted)
            folded = self._folded[index] = wrap(row, self.width)
        return folded

    def set_off(self, wanted: re.Pattern[str] | None) -> None:
        """Set off what is wanted in every row; None ends that."""
        self._wanted = wanted
        self._folded.clear()

    def seek(self, index: int = 0, stop: int | None = None) -> Iterator[bool]:
        """Bring what is set off into view, from the row at `index` on and before the row `stop`.

        Yields False wherever the slice that was begun last is over, and True at the end if it was found.
        """
        if self._wanted is None:
            return
        while stop is None or index < stop:
            if time.perf_counter() >= self._until:
                yield False
            self.find(index + 1, self._until)
            if index < len(self.rows):
                if self._wanted.search("".join(text for text, _ in self.rows[index])):
                    self._bring(index)
                    yield True
                    return
                index += 1
            elif self.rows.done:
                return

    def seek_places(self, offsets: Iterable[int | None]) -> Iterator[bool]:
        """The same at each of the octets `offsets` of the body, ascending, wherever their rows are.

        None among them is a place to take breath at. Octets may hold a text again and again that no row
        shows, as it lies in two: no row is looked at twice, and no more than about `ENOUGH` of them.
        """
        looked = in_vain = 0
        for offset in offsets:
            if time.perf_counter() >= self._until:
                yield False
            if offset is None:
                continue
            while (index := self.rows.place(offset)) is None and not self.rows.done:
                self.find(len(self.rows) + FAR, self._until)
                yield False
            if index is not None and index + NEAR > looked:
                first, looked = max(index, looked), index + NEAR
                yield from self.seek(first, looked)
                in_vain += looked - first
                if in_vain >= ENOUGH:
                    return

    def _bring(self, index: int) -> None:
        """Move so that the first place in the row at `index` is in view, with some lines before it."""
        folded = self.fold(index)
        part = next((n for n, line in enumerate(folded) if any(style == FOUND for _, style in line)), 0)
        if not any((line.row, line.part) == (index, part) for line in self.lines()):
            self.top = (index, part)
            self.move(-(self.height // 3))

    def lines(self) -> list[Line]:
        """Return the lines in the window."""
        row, part = self.top
        self.find(row + self.height)
        lines: list[Line] = []
        while len(lines) < self.height and row < len(self.rows):
            folded = self.fold(row)
            lines += [Line(row, n, folded[n]) for n in range(part, min(len(folded), part + self.height))]
            row, part = row + 1, 0
        return lines[: self.height]

    def move(self, by: int) -> None:
        """Move by so many lines, downwards when positive, as far as there are any."""
        row, part = self.top
        part += by
        while part < 0 and row > 0:
            row -= 1
            part += len(self.fold(row))
        part = max(part, 0)
        while row < len(self.rows) and part >= (have := len(self.fold(row))):
            self.find(row + 2)
            if row + 1 >= len(self.rows):
                part = have - 1
                break
            row += 1
            part -= have
        self.top = (row, part)
        self.hold()

    def bottom(self) -> None:
        """Go to the last line of the rows found so far."""
        self.top = (max(len(self.rows) - 1, 0), 0)
        self.hold()
        last = len(self.rows) - 1
        if self.top[0] == last and len(self.fold(last)) > self.height:
            self.top = (last, len(self.fold(last)) - self.height)

    def hold(self) -> None:
        """Move up so that no line of the window is left empty while there are lines above it."""
        row, part = self.top
        self.find(row + self.height)
        below = -part
        for index in range(row, len(self.rows)):
            below += len(self.fold(index))
            if below >= self.height:
                return
        if not self.rows.done:
            return
        missing = self.height - below
        while missing > 0 and (row, part) > (0, 0):
            if part == 0:
                row -= 1
                part = len(self.fold(row))
            step = min(part, missing)
            part -= step
            missing -= step
        self.top = (row, part)

    def thumb(self, lines: list[Line] | None = None) -> tuple[int, int] | None:
        """First line and end of a scroll bar's thumb, None when the window holds all there is.

        `lines` spares asking for them again.
        """
        lines, height = self.lines() if lines is None else lines, self.height
        if not lines:
            return None
        first, last = lines[0], lines[-1]
        at_end = (
            self.rows.done and last.row == len(self.rows) - 1 and last.part == len(self.fold(last.row)) - 1
        )
        if at_end and (first.row, first.part) == (0, 0):
            return None
        # Rows stand for lines: a bar of a few cells cannot tell the difference.
        total = max(self.rows.estimate(), 1)
        size = max(1, min(height - 1, round(height * (last.row - first.row + 1) / total)))
        start = height - size if at_end else min(int(first.row / total * height), height - size - 1)
        return max(start, 0), max(start, 0) + size
