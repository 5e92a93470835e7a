"""The records that match a filter, as rows of a feed: in the place of `Rows`."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from stomptui.capture.scan import Scan
from stomptui.capture.wanted import Wanted

if TYPE_CHECKING:
    from stomptui.capture.filter import Filter
    from stomptui.capture.store import Capture

NO_BEAT = "({} AND frame.kind <> 2)"


class Matches:
    """A live view like `Rows`, on what a scan has found when it was last looked at.

    What arrives and matches becomes a row as soon as it is written, at the end. A row stays whatever becomes
    of its record: `settled = 'unsettled'` shows what was unsettled when it was looked at. While the scan goes
    on rows appear before others too, so that a row's number changes, its id never.
    """

    def __init__(self, capture: Capture, wanted: Filter, beats: bool, start: int, *, forwards: bool) -> None:
        self.beats = beats
        self.filter = wanted
        where = wanted.where if beats else NO_BEAT.format(wanted.where)
        self.wanted = Wanted(filter=replace(wanted, where=where))
        self.scan = Scan(capture, self.wanted, start, forwards=forwards)
        self._capture = capture
        self._ids = self.scan.found.ids

    @property
    def version(self) -> int:
        return self._capture.version

    def look(self) -> bool:
        """Take in what was found; whether anything is new."""
        return self.scan.look()

    def __len__(self) -> int:
        return len(self._ids)

    def __getitem__(self, index: int) -> int:
        if index < 0:
            raise IndexError(index)
        return self._ids[index]

    def __iter__(self) -> Iterator[int]:
        return iter(self._ids)

    def __contains__(self, id_: object) -> bool:
        if not isinstance(id_, int):
            return False
        at = bisect_left(self._ids, id_)
        return at < len(self._ids) and self._ids[at] == id_

    def hides(self, id_: int) -> bool:
        """Whether record `id_` was looked at, and does not match."""
        return id_ not in self and self.scan.found.covers(id_, id_)

    def index(self, id_: int) -> int:
        """The row of record `id_`, or of the nearest one that is shown; 0 when there is none at all."""
        return max(0, min(bisect_left(self._ids, id_), len(self._ids) - 1))

    def after(self, id_: int) -> int:
        """How many rows come after record `id_`."""
        return len(self._ids) - bisect_right(self._ids, id_)

    def next_unsettled(self, after: int, *, backwards: bool = False) -> int | None:
        """The unsettled message after `after` (or before it) that is a row, then from the other end on."""
        end = self._capture.last_id + 1
        for first, last in [(0, after), (0, end)] if backwards else [(after, end), (0, end)]:
            some = self._capture.tiers.unsettled(first, min(last, end), backwards=backwards)
            if (found := next((id_ for id_ in some if id_ in self), None)) is not None:
                return found
        return None
