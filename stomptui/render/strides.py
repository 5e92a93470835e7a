"""Rows of a pretty-printer that were counted, many at once, and are made only when somebody looks at them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator
from itertools import islice
from typing import NamedTuple

from stomptui.render.growing import Offsets

Again = Callable[[int, bytes], Iterator[bytes]]
"""(octets read before, what is open there) -> the octets of each row from there on."""

KEPT = 32
"""Strides of which the rows are kept once they were made: some screens of them."""


class Stride(NamedTuple):
    """So many `rows`, each shorter than a row may be: octets read with them, and what was open before."""

    read: int
    rows: int
    open: bytes


class Strides:
    """The strides among rows, by the number of their first row: 32 octets for each, however long its rows."""

    def __init__(self, again: Again | None) -> None:
        self.rows = 0
        """How many rows they have together."""
        self._again = again
        self._firsts = Offsets()
        self._before = Offsets()
        self._starts = Offsets()
        self._open: list[bytes] = []
        self._same: dict[bytes, bytes] = {}
        self._made: dict[int, list[bytes]] = {}

    def add(self, first: int, start: int, stride: Stride) -> None:
        """Take in a stride whose first row is `first` and which begins at the octet `start`."""
        self._firsts.append(first)
        self._before.append(self.rows)
        self._starts.append(start)
        self._open.append(self._same.setdefault(stride.open, stride.open))
        self.rows += stride.rows

    def row(self, index: int) -> bytes | int:
        """The octets of the row `index`; of one in no stride its number among such rows."""
        at = bisect_right(self._firsts, index) - 1
        if at < 0:
            return index
        first, before = self._firsts[at], self._before[at]
        end = self._before[at + 1] if at + 1 < len(self._before) else self.rows
        if index - first >= end - before:
            return index - end
        made = self._made.get(at)
        if made is None:
            assert self._again is not None
            if len(self._made) >= KEPT:
                self._made.clear()
            again = self._again(self._starts[at], self._open[at])
            made = self._made[at] = list(islice(again, end - before))
        return made[index - first]
