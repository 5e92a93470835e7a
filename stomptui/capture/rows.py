"""The ordered sequence of records that a feed shows."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stomptui.capture.store import Capture


class Beats:
    """The ids that are heart-beats, ascending: they turn an id into its place among the others and back.

    Heart-beat number j (from 0) with id b has the key b - 1 - j: how many others came before it. The keys
    ascend, so both directions are a binary search, and a record that is no heart-beat costs nothing.
    """

    def __init__(self) -> None:
        self.ids = array("Q")
        self._keys = array("q")
        self._forgotten = 0

    def add(self, id_: int) -> None:
        self._keys.append(id_ - 1 - self._forgotten - len(self.ids))
        self.ids.append(id_)

    def before(self, id_: int) -> int:
        """How many heart-beats have an id lower than `id_`; right for every id that is still kept."""
        return self._forgotten + bisect_left(self.ids, id_)

    def place(self, id_: int) -> int:
        """How many records that are no heart-beats came before `id_`."""
        return id_ - 1 - self.before(id_)

    def at(self, place: int) -> int:
        """The id of the record with `place` others before it."""
        return place + 1 + self._forgotten + bisect_right(self._keys, place)

    def forget(self, first_id: int) -> None:
        """Forget those below `first_id`, which are not kept any more."""
        gone = bisect_left(self.ids, first_id)
        if gone:
            del self.ids[:gone], self._keys[:gone]
            self._forgotten += gone


class Rows:
    """A live view: `rows[i]` is an id, in ascending order; with or without the heart-beats.

    What is appended does not move the rows before it. `version` changes when rows did move, since the
    oldest were dropped.
    """

    def __init__(self, capture: Capture, beats: bool) -> None:
        self._capture = capture
        self.beats = beats

    @property
    def version(self) -> int:
        return self._capture.version

    def __len__(self) -> int:
        capture = self._capture
        return len(capture.kept_ids) + self._place(capture.last_id + 1) - self._place(capture.window_id)

    def __getitem__(self, index: int) -> int:
        if not 0 <= index < len(self):
            raise IndexError(index)
        capture = self._capture
        kept = len(capture.kept_ids)
        if index < kept:
            return capture.kept_ids[index]
        place = self._place(capture.window_id) + index - kept
        return place + 1 if self.beats else capture.beats.at(place)

    def __iter__(self) -> Iterator[int]:
        return (self[index] for index in range(len(self)))

    def index(self, id_: int) -> int:
        """The row of record `id_`, or of the nearest one that is shown; 0 when there is none at all."""
        capture = self._capture
        kept = capture.kept_ids
        if id_ < capture.window_id:
            row = bisect_left(kept, id_)
        else:
            row = len(kept) + self._place(id_) - self._place(capture.window_id)
        return max(0, min(row, len(self) - 1))

    def after(self, id_: int) -> int:
        """How many rows come after record `id_`, whether that is still kept or not."""
        capture = self._capture
        if id_ >= capture.window_id:
            return max(0, self._place(capture.last_id + 1) - self._place(id_ + 1))
        return len(self) - bisect_right(capture.kept_ids, id_)

    def _place(self, id_: int) -> int:
        return id_ - 1 if self.beats else self._capture.beats.place(id_)
