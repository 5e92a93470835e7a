"""Checkpoints of what is imported, where the source has none: as after redaction, or of a selection."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from stomptui.capture import checkpoint
from stomptui.capture.files import CaptureError
from stomptui.capture.moment import Moment, Moments
from stomptui.stomp.errors import StompError

if TYPE_CHECKING:
    from stomptui.stomp.dialect import Dialect
    from stomptui.stomp.frame import Frame


class Deriving:
    """Folds what came into `db` and writes the states down, in places like those of a live recording.

    It stays as many records behind as lie between two checkpoints: one of the source's own comes first, and
    where they come nothing is folded. Without `recognise` no state can be told, so none is written.
    """

    def __init__(self, db: sqlite3.Connection, recognise: Callable[[Frame], Dialect] | None) -> None:
        self._db = db
        self._recognise = recognise
        self._last: int | None = None
        self._spacing = checkpoint.EVERY
        self._own = self._derived = False

    def passed(self, id_: int) -> None:
        """The source has a checkpoint of its own after record `id_`."""
        self._last, self._spacing = id_, checkpoint.EVERY
        self._own, self._derived = True, False

    def go_on(self, last: int, *, ended: bool = False) -> Iterator[None]:
        """Write the checkpoints that are due, the last record in `db` being `last`; some milliseconds a step.

        What cannot be folded has no checkpoint, nor has what comes after it: whoever opens it is told why.
        """
        behind = 0 if ended and not self._own else checkpoint.EVERY
        while self._recognise is not None and (target := self._next(last)) + behind <= last:
            yield from self._write(target)
        if ended and self._recognise is not None and self._derived and self._last != last:
            yield from self._write(last)  # where a recording is opened

    def _next(self, last: int) -> int:
        if self._last is None:
            if last < checkpoint.EVERY:
                return last + 1
            window = "(SELECT coalesce(max(value), 1) FROM fact WHERE name = 'window')"
            (first,) = self._db.execute(f"SELECT min(id) FROM frame WHERE id >= {window}").fetchone()
            if type(first) is not int:
                return last + 1
            self._last = first - 1
        return self._last + self._spacing

    def _write(self, id_: int) -> Iterator[None]:
        assert self._recognise is not None
        # It begins at the checkpoint written last; a new one each time, as it keeps copies in memory.
        steps = Moments(self._db, self._recognise).seek(id_)
        moment: Moment
        while True:
            try:
                next(steps)
            except StopIteration as done:
                moment = done.value
                break
            except (CaptureError, StompError):
                self._recognise = None
                return
            yield
        states = moment.states.values()
        rows = checkpoint.checkpoint_rows(id_, states)
        self._db.executemany("INSERT INTO checkpoint VALUES (?, ?, ?)", rows)
        self._last, self._derived = id_, True
        self._spacing = checkpoint.spacing(states, checkpoint.EVERY)
