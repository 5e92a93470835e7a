"""What came and went up to a moment of a recording, counted beside the event loop."""

from __future__ import annotations

import asyncio
import sqlite3
from typing import TYPE_CHECKING

from stomptui.capture import files
from stomptui.capture.counts import Counts, count_on, from_file
from stomptui.capture.files import CaptureError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from stomptui.capture.record import Record

NEAR = 1_000
"""Records that are counted at once, in some milliseconds."""


class Counting:
    """Counts the recording `path` up to a record; `counts` are of the last one for which that is done.

    `near` reads the same file from the loop's thread; `told` is called there when `counts` is another.
    """

    def __init__(self, path: Path, near: sqlite3.Connection, told: Callable[[], object]) -> None:
        self.counts = Counts()
        self._path = path
        self._near = near
        self._told = told
        self._id = 0
        self._offset: float | None = None
        self._wanted: tuple[int, float] | None = None
        self._far: sqlite3.Connection | None = None
        self._task: asyncio.Task[None] | None = None

    def go_to(self, record: Record) -> None:
        """Have `counts` be as of then: at once when it was near and before, else a little later."""
        # To a millisecond: the wall clock of one session is its monotonic clock and a constant.
        offset = round(record.wall - record.time, 3)
        if self._task is None and offset == self._offset and 0 <= record.id - self._id <= NEAR:
            try:
                count_on(self.counts, self._near, self._id, record.id, offset=offset)
            except (sqlite3.Error, TypeError, ValueError, OverflowError):  # a file may hold anything
                return
            self.counts.version += 1
            self._id = record.id
            return
        self._wanted = record.id, offset
        if self._task is None:
            self._task = asyncio.create_task(self._count())
        elif self._far is not None:
            self._far.interrupt()

    async def _count(self) -> None:
        while (wanted := self._wanted) is not None:
            self._wanted = None
            id_, offset = wanted
            counts = await asyncio.to_thread(self._counted, id_, offset)
            if self._wanted is None:
                self.counts, self._id, self._offset = counts or Counts(), id_, offset
                self._told()
        self._task = None

    def _counted(self, id_: int, offset: float) -> Counts | None:
        try:
            if self._far is None:
                self._far = files.look(self._path)
            return from_file(self._far, offset=offset, last=id_)
        except (CaptureError, sqlite3.Error, TypeError, ValueError, OverflowError):
            return None  # it was interrupted, or removed, or holds anything

    def close(self) -> None:
        """Count no more."""
        self._wanted = None
        if self._far is not None:
            self._far.interrupt()
