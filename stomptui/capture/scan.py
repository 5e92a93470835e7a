"""Goes through a whole capture for what is wanted, beside everything else, and goes on with what arrives."""

from __future__ import annotations

import sqlite3
import threading
import time
from array import array
from collections import deque
from collections.abc import Iterator
from contextlib import closing
from typing import TYPE_CHECKING, NamedTuple

from stomptui.capture import files
from stomptui.capture.files import CaptureError
from stomptui.capture.found import Found, Way
from stomptui.capture.search import SLICE as LOOK

if TYPE_CHECKING:
    from pathlib import Path

    from stomptui.capture.store import Capture
    from stomptui.capture.wanted import Wanted

SLICE = 0.01
"""Seconds that a look at one part of the file shall take: how soon something is told, and given up."""
FEWEST, MOST = 250, 1 << 15
"""Ids of one part, and what it begins with; all of the most are made numbers in some milliseconds."""


class Part(NamedTuple):
    """The ids that were found among those from `first` to `last`."""

    first: int
    last: int
    ids: array[int]


class Scan:
    """Finds the records of `capture` that are `wanted`, the nearest to `start` first.

    Where there is a file, a thread looks through it with a connection of its own, and never stops: what is
    written later is looked at then. Without one, `look` goes through memory, some milliseconds each time.
    All but that thread is the business of one thread, which calls `look` again and again; nothing that is
    found goes away again but by falling off the limits of the capture, whatever becomes of the record.
    """

    def __init__(self, capture: Capture, wanted: Wanted, start: int, *, forwards: bool = True) -> None:
        """Look away from `start` in both directions, or not `forwards`: see `Way`."""
        self.capture = capture
        self.wanted = wanted
        self.found = Found()
        self.trouble = ""
        """Why nothing more is looked at, in words; empty when all is well."""
        self.archive = capture.archive
        self.cancelled = False
        self._version = capture.version
        self._way = Way(capture.first_id, self.reach, start, forwards=forwards)
        self._slices: Iterator[None] | None = None
        self._thread: _Reader | None = None
        if self.archive is not None:
            self._thread = _Reader(self.archive.recording.path, wanted, self._way)

    @property
    def reach(self) -> int:
        """The last id that can be looked at by now."""
        return self.capture.last_id if self.archive is None else self.archive.written

    @property
    def whole(self) -> bool:
        """Whether all that could be looked at was."""
        return self.found.covers(self.capture.first_id, self.reach)

    @property
    def share(self) -> float:
        """How much of all was looked at, 0 to 1."""
        first, last = self.capture.first_id, self.reach
        return 1.0 if last < first else self.found.looked(first, last) / (last + 1 - first)

    @property
    def pause(self) -> float:
        """Seconds after which `look` has more to do, while not the `whole` was looked at."""
        return 0.0 if self._thread is None else SLICE

    @property
    def adrift(self) -> bool:
        """Whether the file was given up meanwhile, so that another scan has to go on in memory."""
        return self.archive is not self.capture.archive

    def look(self) -> bool:
        """Take in what was found, and see that it goes on; whether anything is new."""
        before = len(self.found.ids), self.found.spans[-1:]
        if self._thread is None:
            self._look_in_memory()
        else:
            self._thread.grow(self.reach)
            for part in self._thread.take():
                self.found.add(part.first, part.last, self._kept(part))
            self.trouble = self._thread.trouble
        if self.capture.version != self._version:
            self._version = self.capture.version
            self.found.forget(self.capture.window_id, self.capture.kept_ids)
        return (len(self.found.ids), self.found.spans[-1:]) != before

    def _kept(self, part: Part) -> array[int]:
        """What is still there of what was found."""
        window = self.capture.window_id
        if part.first >= window:
            return part.ids
        kept = set(self.capture.kept_ids)
        return array("Q", [id_ for id_ in part.ids if id_ >= window or id_ in kept])

    def _look_in_memory(self) -> None:
        until = time.perf_counter() + LOOK
        self._way.grow(self.reach)
        while not self.cancelled and time.perf_counter() < until:
            if self._slices is None:
                self._slices = self._slice()
            if next(self._slices, self) is self:
                self._slices = None
                if self.whole:
                    return

    def _slice(self) -> Iterator[None]:
        span = self._way.take(FEWEST)
        if span is None:
            return
        ids = array("Q")
        try:
            for found in self.wanted.within(self.capture, *span):
                if found is None:
                    yield None
                else:
                    ids.append(found)
        except Exception as error:  # `_told` knows which of them are told; any other is raised again
            if (words := _told(error)) is None:
                raise
            self.trouble, self.cancelled = words, True
            return
        self.found.add(*span, self._kept(Part(*span, ids)))

    def next(self, id_: int, *, backwards: bool = False) -> int | None:
        """What was found next to record `id_`, round the end; 0 for nowhere, None while nobody knows yet."""
        ends = self.capture.first_id, self.reach
        return self.found.previous(id_, *ends) if backwards else self.found.next(id_, *ends)

    def cancel(self) -> None:
        """Look no further; what was found stays."""
        self.cancelled = True
        if self._thread is not None:
            self._thread.stop()

    def wait(self, seconds: float) -> bool:
        """Wait until a cancelled scan has let go of the file; whether it has."""
        return self._thread is None or self._thread.wait(seconds)


class _Reader:
    """The thread that looks through a file, part by part."""

    def __init__(self, path: Path, wanted: Wanted, way: Way) -> None:
        self.trouble = ""
        self._path = path
        self._wanted = wanted
        self._way = way
        self._parts: deque[Part] = deque()
        self._more = threading.Condition()
        self._stopped = False
        self._db: sqlite3.Connection | None = None
        self._thread = threading.Thread(target=self._run, name="scan", daemon=True)
        self._thread.start()

    def take(self) -> Iterator[Part]:
        """What was found since the last time."""
        while self._parts:
            yield self._parts.popleft()

    def grow(self, last: int) -> None:
        """There are ids up to `last` by now."""
        with self._more:
            if self._way.grow(last):
                self._more.notify()

    def stop(self) -> None:
        with self._more:
            self._stopped = True
            if self._db is not None:
                self._db.interrupt()
            self._more.notify()

    def wait(self, seconds: float) -> bool:
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _run(self) -> None:
        try:
            with closing(files.look(self._path)) as db:
                self._wanted.prepare(db)
                with self._more:
                    self._db = db
                try:
                    self._read(db)
                finally:
                    with self._more:  # nobody interrupts what is closed
                        self._db = None
        except Exception as error:  # what is cut off by `stop` is no fault, the rest is as in `_slice`
            if self._stopped:
                return
            if (words := _told(error)) is None:
                raise
            self.trouble = words

    def _read(self, db: sqlite3.Connection) -> None:
        size = FEWEST
        while (span := self._next(size)) is not None:
            began = time.perf_counter()
            ids = array("Q", self._wanted.ids(db, *span))
            self._parts.append(Part(*span, ids))
            seconds = time.perf_counter() - began
            if seconds < SLICE / 2:
                size = min(2 * size, MOST)
            elif seconds > 2 * SLICE:
                size = max(size // 2, FEWEST)

    def _next(self, size: int) -> tuple[int, int] | None:
        with self._more:
            while not self._stopped:
                span = self._way.take(size)
                if span is not None:
                    return span
                self._more.wait()
        return None


def _told(error: Exception) -> str | None:
    """Why a scan cannot go on, in words; None for a mistake of our own."""
    from stomptui.capture.filter import FilterError, Stopped

    if isinstance(error, FilterError):
        return error.words
    if isinstance(error, CaptureError | sqlite3.Error):
        return str(error) or "the capture cannot be read"
    return "stopped" if isinstance(error, Stopped) else None
