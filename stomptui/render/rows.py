"""Octets of any size as rows to look at: found as far as needed, painted when visible.

A row is at most about `LONGEST` octets: a longer line goes on in the next row, so that one line of 10 MB
costs no more to show than 10 MB of short ones. Nothing here knows time: whoever asks for rows says how
many, and each costs a bounded amount of work.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable
from enum import IntEnum
from functools import lru_cache
from operator import methodcaller
from typing import TYPE_CHECKING, Protocol

from stomptui.render.growing import Octets, Offsets
from stomptui.render.strides import Stride, Strides

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from stomptui.render.strides import Again

Segment = tuple[str, str]
"""A piece of a row: text that is safe to print, and the name of its style (`""` for plain)."""

Whole = bytes | memoryview
"""All the octets of a body or frame: where they lie, as a large one is never copied to be looked at."""

Paint = Callable[[bytes, bool], list[Segment]]
"""Paints the octets of one row; the flag says that the row goes on from the one before."""

LONGEST = 1024
"""Octets of a row before it goes on in the next one: some lines of a screen, so few are painted unseen."""


class Rows(Protocol):
    """Rows that are found as they are asked for."""

    @property
    def done(self) -> bool:
        """Whether all rows have been found."""

    def __len__(self) -> int:
        """Count the rows found so far."""

    def __getitem__(self, index: int, /) -> list[Segment]:
        """Paint the row at `index`, which must have been found."""

    def grow(self, count: int) -> None:
        """Find more rows, up to about `count`; one call may find none and yet not be `done`."""

    def estimate(self) -> int:
        """Guess how many rows there will be; exact once `done`."""

    def continues(self, index: int) -> bool:
        """Whether the row at `index` goes on from the one before."""

    def place(self, offset: int) -> int | None:
        """The row that shows the octet at `offset` of the octets, or one shortly before it.

        None while it has not been found.
        """


class FixedRows:
    """Rows that are known from the start, as pieces."""

    done = True

    def __init__(self, rows: Sequence[list[Segment]] = ()) -> None:
        self._rows = rows

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, index: int, /) -> list[Segment]:
        return self._rows[index]

    def grow(self, count: int) -> None:
        """There are no more."""

    def estimate(self) -> int:
        return len(self._rows)

    def continues(self, index: int) -> bool:
        return False

    def place(self, offset: int) -> int | None:
        return 0


class TextRows:
    """The lines of `octets` as they are; a line longer than `longest` octets takes several rows."""

    def __init__(self, octets: Whole, paint: Paint, *, longest: int = LONGEST) -> None:
        self._octets = octets
        self._paint = paint
        self._ends = Offsets()
        self._found: Iterator[int] = map(methodcaller("end"), _lines(longest).finditer(octets))
        self.done = not octets

    def __len__(self) -> int:
        return len(self._ends)

    def grow(self, count: int) -> None:
        if self.done:
            return
        ends = self._ends
        ends.take(self._found, count)
        last = len(self._octets)
        if len(ends) and ends[len(ends) - 1] == last:
            # The search ends with an empty match at the end, which is no row.
            while len(ends) > 1 and ends[len(ends) - 2] == last:
                ends.pop()
            self.done = True

    def estimate(self) -> int:
        found = len(self._ends)
        if self.done or not found:
            return found
        return found * len(self._octets) // self._ends[found - 1] + 1

    def continues(self, index: int) -> bool:
        return index > 0 and self._octets[self._ends[index - 1] - 1] != 0x0A

    def place(self, offset: int) -> int | None:
        at = bisect_right(self._ends, offset)
        return at if at < len(self._ends) else max(at - 1, 0) if self.done else None

    def octets(self, index: int) -> bytes:
        """Return the octets of a row, its line end included, cut between characters of UTF-8."""
        start = self._ends[index - 1] if index else 0
        end = self._ends[index]
        if self.continues(index):
            start = min(start + _rest_of_character(self._octets[start : start + 3]), end)
        if end < len(self._octets) and self._octets[end - 1] != 0x0A:
            end += _rest_of_character(self._octets[end : end + 3])
        return bytes(self._octets[start:end])

    def __getitem__(self, index: int, /) -> list[Segment]:
        return self._paint(self.octets(index), self.continues(index))


def _rest_of_character(octets: Whole) -> int:
    """Count the octets of UTF-8 that only go on a character, three at most."""
    count = 0
    while count < len(octets) and octets[count] & 0xC0 == 0x80:
        count += 1
    return count


@lru_cache(8)
def _lines(longest: int) -> re.Pattern[bytes]:
    return re.compile(rb"[^\n]{0,%d}+\n?+" % longest)


class Begins(IntEnum):
    """What a piece of a pretty-printer begins."""

    NOTHING = 0
    """It goes on the row of the piece before."""
    ROW = 1
    NOTE = 2
    """A row of our own words."""


Piece = tuple[int, bytes, Begins]
"""What a pretty-printer makes: octets read so far, octets to show, and whether they begin a row."""


STEP = 64
"""Rows of a pretty-printer of which one is known for where in the octets it lies; the most of a stride."""


class PrettyRows:
    """Rows that a pretty-printer makes of `total` octets, a piece at a time, kept as octets.

    Those of a stride are kept as its place, and made by `again`; none may be longer than `longest`.
    """

    def __init__(
        self,
        pieces: Iterable[Piece | Stride],
        total: int,
        paint: Paint,
        *,
        longest: int = LONGEST,
        again: Again | None = None,
    ) -> None:
        self._pieces = iter(pieces)
        self._strides = Strides(again)
        self._total = total
        self._read = 0
        self._reached = Offsets()
        """How far was read when every row whose number is a multiple of `STEP` was found."""
        self._paint = paint
        self._longest = longest
        self._text = Octets()
        self._ends = Offsets()
        self._start = 0
        self._open = False
        self._goes_on: set[int] = set()
        self._notes: set[int] = set()
        self.done = False

    def __len__(self) -> int:
        # What follows the last end may still grow: it becomes a row when the next one begins.
        return len(self._ends) + self._strides.rows

    def grow(self, count: int) -> None:
        if self.done:
            return
        text, longest = self._text, self._longest
        while count > 0:
            piece = next(self._pieces, None)
            if piece is None:
                self._end_row()
                self.done = True
                return
            if isinstance(piece, Stride):
                count -= piece.rows
                self._stride(piece)
                continue
            count -= 1
            self._read, octets, begins = piece
            if begins:
                self._end_row()
                self._open = True
                if begins is Begins.NOTE:
                    self._notes.add(len(self._ends))
            if octets:
                self._open = True
                text.append(octets, begins=begins is not Begins.NOTHING)
                while len(text) - self._start > longest:
                    self._start += longest
                    self._end(self._start)
                    self._goes_on.add(len(self._ends))

    def _stride(self, stride: Stride) -> None:
        self._end_row()
        first = len(self)
        if first % STEP == 0 or first % STEP + stride.rows > STEP:
            self._reached.append(stride.read)
        self._strides.add(first, self._read, stride)
        self._read = stride.read

    def _end_row(self) -> None:
        if self._open:
            self._open = False
            self._start = len(self._text)
            self._end(self._start)

    def _end(self, offset: int) -> None:
        if not len(self) % STEP:
            self._reached.append(self._read)
        self._ends.append(offset)

    def place(self, offset: int) -> int | None:
        at = bisect_right(self._reached, offset)
        if at == len(self._reached) and not self.done:
            return None
        return min(max(at - 1, 0) * STEP, max(len(self) - 1, 0))

    def estimate(self) -> int:
        if self.done or not self._read:
            return len(self)
        return len(self) * self._total // self._read + 1

    def continues(self, index: int) -> bool:
        return bool(self._goes_on) and self._strides.row(index) in self._goes_on

    def __getitem__(self, number: int, /) -> list[Segment]:
        index = self._strides.row(number)
        if isinstance(index, bytes):
            return self._paint(index, False)
        start = self._ends[index - 1] if index else 0
        end = self._ends[index]
        goes_on = index in self._goes_on
        octets = self._text[start : end + 3]
        after = octets[end - start :]
        octets = octets[_rest_of_character(octets[:3]) if goes_on else 0 : end - start]
        if index in self._notes:
            return [(octets.decode("ascii", "replace"), "muted")]
        if index + 1 in self._goes_on:
            octets += after[: _rest_of_character(after)]
        return self._paint(octets, goes_on)


class Joined:
    """Rows of several parts, one after the other; the first ones must be `done`."""

    def __init__(self, first: Rows, rest: Rows) -> None:
        self._first, self._rest = first, rest
        self._offset = len(first)

    @property
    def above(self) -> int:
        """How many rows stand above the last part."""
        return self._offset

    @property
    def done(self) -> bool:
        return self._rest.done

    def __len__(self) -> int:
        return self._offset + len(self._rest)

    def grow(self, count: int) -> None:
        self._rest.grow(count)

    def estimate(self) -> int:
        return self._offset + self._rest.estimate()

    def continues(self, index: int) -> bool:
        if index < self._offset:
            return self._first.continues(index)
        return self._rest.continues(index - self._offset)

    def place(self, offset: int) -> int | None:
        at = self._rest.place(offset)
        return None if at is None else self._offset + at

    def __getitem__(self, index: int, /) -> list[Segment]:
        return self._first[index] if index < self._offset else self._rest[index - self._offset]


class Beginning:
    """Up to `most` of the first rows of what is not all there yet; the last row says so in `words`."""

    done = True

    def __init__(self, rows: Rows, words: str, most: int) -> None:
        self._rows = rows
        self._words = words
        while not rows.done and len(rows) < most:
            rows.grow(most)
        # Its last rows look as they do only because the rest is missing.
        self._count = min(len(rows), most) if len(rows) > most else max(len(rows) - 2, 0)

    def __len__(self) -> int:
        return self._count + 1

    def __getitem__(self, index: int, /) -> list[Segment]:
        return self._rows[index] if index < self._count else [(self._words, "muted")]

    def grow(self, count: int) -> None:
        """There are no more yet."""

    def estimate(self) -> int:
        return self._count + 1

    def continues(self, index: int) -> bool:
        return index < self._count and self._rows.continues(index)

    def place(self, offset: int) -> int | None:
        return min(self._rows.place(offset) or 0, self._count)
