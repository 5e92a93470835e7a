"""The file under a capture: what memory has let go of is read from here, and what is new goes there."""

from __future__ import annotations

import sqlite3
import threading
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from stomptui.capture import checkpoint, large, retention, stored
from stomptui.capture.batch import Batch, Change, Link, Note, Part
from stomptui.capture.columns import Line, is_open
from stomptui.capture.decode import VERSION_SHIFT
from stomptui.capture.recent import Recent
from stomptui.capture.record import About
from stomptui.capture.search import Piece
from stomptui.capture.segment import TO_BROKER, Extra
from stomptui.capture.writer import Writer, Written
from stomptui.stomp.events import Settlement

if TYPE_CHECKING:
    from stomptui.capture.recordings import Recording
    from stomptui.stomp.snapshot import Taken
    from stomptui.stomp.state import State

NOTES = 10_000
"""Notes that are read of a file, and there is nobody who wrote as many."""
READ = 1000
"""Rows of one look for unsettled messages."""


class Archive:
    """Records `window` to `written` without a gap, `kept_ids` before them, and changes on their way there.

    With a writer it takes what `parts` gives; without one (`recording.db` is read only) it never changes.
    All but the writer's thread is the business of one thread.
    """

    def __init__(self, recording: Recording) -> None:
        self.recording = recording
        self._db = recording.look
        self.written = retention.last_id(self._db)
        self.start = self.written + 1 if recording.writes else 1
        """The id of the first record of this run; of the first there can be, where it is only looked at."""
        self.trouble = ""
        """Why nothing more is written just now, in the words of SQLite; empty when all is well."""
        self.window = self.start if recording.writes else retention.window_of(self._db)
        self.kept_ids: Sequence[int] = ()
        self.dropped = 0
        if not recording.writes:
            try:
                self.kept_ids = retention.kept_ids(self._db, self.window)
                self.dropped = retention.dropped_of(self._db)
            except sqlite3.Error as error:
                self.trouble = str(error)
        self._lock = threading.Lock()
        self.handed = self.written
        """Up to this id records are in the file, or in the batch that goes there."""
        self._changes: dict[int, Change] = {}
        self._writing: dict[int, Change] = {}
        self._settlings: list[object] = []
        self._links: list[Link] = []
        self._notes: list[Note] = []
        self._checkpoints: list[tuple[int, list[Taken]]] = []
        self._checkpoint_id = self.written
        self._news: list[Written] = []
        self._recent: Recent[Line] = Recent()
        self._became: Recent[Change] = Recent()
        self._parts: Callable[[int], list[Part]] = lambda after: []
        self._writer: Writer | None = None
        self._named: dict[int, tuple[array[int], array[int]]] = {}
        """Of each connection the ids and the numbers of what was ever kept, up to id `_named_upto`."""
        self._named_upto = 0

    # -- writing --

    def begin(self, parts: Callable[[int], list[Part]]) -> None:
        """Write what `parts` gives, the records after an id; it is called from another thread."""
        self._parts = parts
        if self.recording.writes:
            self._writer = Writer(
                self.recording.db,
                self.recording.limits,
                self._take,
                self._news.append,
                base=self.recording.base,
            )

    def _take(self) -> Batch:
        with self._lock:
            parts = self._parts(self.handed)
            if parts:
                segment, _, stop = parts[-1]
                self.handed = segment.first + stop - 1
            self._writing, self._changes = self._changes, {}
            settlings, self._settlings = self._settlings, []
            links, self._links = self._links, []
            checkpoints, self._checkpoints = self._checkpoints, []
            notes, self._notes = self._notes, []
            return Batch(parts, self.handed, self._writing, settlings, links, checkpoints, notes)

    def catch_up(self) -> bool:
        """Take in what the writer, here or of another program, has done; whether rows are gone since."""
        if not self.recording.writes:
            return self._look_again()
        newest = None
        news = self._news
        while news:
            last, trouble, trimmed = news.pop(0)
            self.trouble = trouble
            self.written = max(self.written, last)
            if trimmed is not None:
                self.dropped += trimmed.dropped
                newest = trimmed
        if newest is None:
            return False
        self.window = max(self.window, newest.window)
        self.kept_ids = newest.kept[bisect_left(newest.kept, self.start) :]
        self._recent.clear()
        return True

    def _look_again(self) -> bool:
        try:
            window, last = retention.window_of(self._db), retention.last_id(self._db)
            if last == self.written and window == self.window:
                return False
            moved = window != self.window
            if moved:
                self.kept_ids = retention.kept_ids(self._db, window)
                self.dropped = retention.dropped_of(self._db)
        except sqlite3.Error as error:  # as while the other one holds it for long: the next look may do
            self.trouble = str(error)
            return False
        self.window, self.written, self.trouble = window, max(last, self.written), ""
        self._recent.clear()  # what became of them may have been written meanwhile
        self._became.clear()
        return moved

    def newest_number(self, first: int) -> int:
        """The number of the newest frame from record `first` on, 0 without any."""
        query = "SELECT number FROM frame WHERE number > 0 AND id >= ? ORDER BY id DESC LIMIT 1"
        return next((number for (number,) in self._rows(query, (first,)) if type(number) is int), 0)

    def change(self, id_: int, change: Change) -> None:
        """Have record `id_`, which is `handed` over, changed in the file too."""
        with self._lock:
            self._changes[id_] = change
        self._recent.forget(id_)
        self._became.forget(id_)

    def now(self, id_: int) -> Change | None:
        """What is said of record `id_` by now; None when it is not here."""
        change = self._changed(id_)
        if change is not None and change.extra is not None:
            return change
        found = self._became.get(id_)
        if found is None:
            try:
                for row in stored.light(self._db, id_):
                    settlement = row.settlement if change is None else change.settlement
                    found = self._became.put(id_, Change(settlement, row.outcome, extra_of(row)))
            except sqlite3.Error as error:
                self.trouble = str(error)
        return found

    def settle(self, id_: int, settlement: int) -> None:
        """Have record `id_`, which memory has let go of, say what became of it; all else stays."""
        before = self._changed(id_)
        self.change(id_, Change(settlement) if before is None else before._replace(settlement=settlement))

    def settling(self, id_: int, wall: float, settlement: int, number: int | None) -> None:
        """One more step in the history of a record."""
        with self._lock:
            self._settlings += (id_, wall, settlement, number)

    def settle_many(self, ids: Sequence[int], settlement: int, settlings: Iterable[object]) -> None:
        """Do as `settle`, for those that are `handed` over, and add to the history (see Batch)."""
        change = Change(settlement)
        with self._lock:  # what is handed over from here on is read from memory, which has it already
            there = [id_ for id_ in ids if id_ <= self.handed]
            if self._changes.keys().isdisjoint(there) and self._writing.keys().isdisjoint(there):
                self._changes.update(dict.fromkeys(there, change))
            else:
                for id_ in there:
                    self._changes[id_] = (self._changed(id_) or change)._replace(settlement=settlement)
            self._settlings += settlings
        self._recent.forget_many(there)
        self._became.forget_many(there)

    def link(self, link: Link) -> None:
        """Say more of a connection."""
        with self._lock:
            self._links.append(link)

    def note(self, note: Note) -> None:
        """Keep what the user wrote down."""
        with self._lock:
            self._notes.append(note)

    def notes(self) -> dict[int, str]:
        """What was written down of records of the file."""
        query = "SELECT CAST(frame AS INTEGER), CAST(text AS TEXT) FROM note ORDER BY wall LIMIT ?"
        return dict(self._rows(query, (NOTES,)))

    def checkpoint(self, id_: int, states: Iterable[State]) -> None:
        """Keep the states of connections as they are, right after record `id_`, if it is time to."""
        if id_ - self._checkpoint_id < checkpoint.EVERY:
            return
        held = list(states)
        if checkpoint.due(self._checkpoint_id, id_, held):
            self._checkpoint_id = id_
            with self._lock:
                self._checkpoints.append((id_, checkpoint.hold(held)))

    def end(self, wait: float) -> bool:
        """Write all that is left; whether nothing is at it any more after `wait` seconds."""
        ended = self._writer is None or self._writer.stop(wait)
        self.catch_up()
        return ended

    def settle_down(self, wait: float) -> bool:
        """Wait until all that there is now is written and the limits are met; whether that took no longer."""
        done = self.flush(wait)
        self.catch_up()
        return done

    def flush(self, wait: float) -> bool:
        """Wait, in any thread, until all that there is now is written; whether that took no longer."""
        return self._writer is None or self._writer.settle_down(wait)

    # -- reading --

    def line(self, id_: int) -> Line | None:
        """A record of the file as memory would have it, but of a large body only how it begins.

        None when it is not there.
        """
        line = self._recent.get(id_)
        if line is None:
            change = self._changed(id_)  # before the file is read: what leaves here is there
            try:
                row = large.brief(self._db, id_)
            except sqlite3.Error as error:
                self.trouble = str(error)
                return None
            if row is not None:
                line = self._line(row, change)
                self._recent.put(id_, line, len(line.raw))
        return line

    def whole(self, id_: int) -> Line | None:
        """The same with all its octets, however many."""
        line = self.line(id_)
        if line is None or not line.left:
            return line
        try:
            for row in stored.read(self._db, id_, id_):
                return self._line(row, self._changed(id_))
        except sqlite3.Error as error:
            self.trouble = str(error)
        return None

    def _line(self, row: stored.Row, change: Change | None) -> Line:
        flags = row.kind | (TO_BROKER if row.direction else 0) | row.protocol << VERSION_SHIFT
        return Line(
            row.connection - self.recording.base,
            row.number,
            row.time,
            row.wall,
            flags,
            row.settlement if change is None else change.settlement,
            row.raw,
            row.outcome if change is None or change.outcome is None else change.outcome,
            extra_of(row) if change is None or change.extra is None else change.extra,
            row.size - len(row.body) if row.body is not None else 0,
        )

    def _changed(self, id_: int) -> Change | None:
        return self._changes.get(id_) or self._writing.get(id_)

    def unsettled(self, after: int, before: int, *, backwards: bool = False) -> Iterator[int]:
        """The unsettled records whose ids lie between both, neither included; ascending, or descending."""
        order = "DESC" if backwards else "ASC"
        changed = {**self._writing, **self._changes}  # in this order: the newer one holds
        extra = sorted(
            (
                id_
                for id_, change in changed.items()
                if after < id_ < before and change.settlement == Settlement.UNSETTLED
            ),
            reverse=backwards,
        )
        while True:
            query = (
                "SELECT id FROM frame WHERE settlement = 2 AND id > ? AND id < ? "
                f"ORDER BY id {order} LIMIT {READ}"
            )
            found = [id_ for (id_,) in self._rows(query, (max(after, self.start - 1), before))]
            full = len(found) == READ
            ids = [id_ for id_ in found if self._is_unsettled(id_)]
            if extra:
                end = found[-1] if full else None
                mine = [i for i in extra if end is None or (i >= end if backwards else i <= end)]
                extra = extra[len(mine) :]
                ids = sorted({*ids, *mine}, reverse=backwards)
            yield from ids
            if not full:
                return
            after, before = (after, found[-1]) if backwards else (found[-1], before)

    def _is_unsettled(self, id_: int) -> bool:
        change = self._changed(id_)
        return change is None or change.settlement == Settlement.UNSETTLED

    def open_lines(self, before: int) -> Iterator[tuple[int, Line]]:
        """The records of this run below id `before` whose messages may still have to be settled."""
        where = f"frame.id >= ? AND frame.id < ? AND {retention.OPEN} ORDER BY frame.id"
        try:
            for row in stored.select(self._db, where, (self.start, before)):
                line = self._line(row, self._changed(row.id))
                if is_open(line.settlement, line.flags):
                    yield row.id, line
        except sqlite3.Error as error:
            self.trouble = str(error)

    def named(self, ids: Sequence[int]) -> Iterator[tuple[int, int]]:
        """The connection and the number of each of the records `ids`, ascending, that is here."""
        base = self.recording.base
        for start in range(0, len(ids), READ):
            some = ids[start : start + READ]
            marks = ",".join("?" * len(some))
            query = f"SELECT connection, number FROM frame WHERE id IN ({marks}) ORDER BY id"
            for connection, number in self._rows(query, some):
                yield connection - base, number

    def beats(self, first: int) -> Iterator[int]:
        """The ids of the heart-beats from `first` on, ascending."""
        query = "SELECT id FROM frame WHERE kind = 2 AND id BETWEEN ? AND ? ORDER BY id"
        return (id_ for (id_,) in self._rows(query, (first, self.written)))

    def _rows(self, query: str, values: Sequence[object]) -> Iterator[tuple[Any, ...]]:
        """What a look at the file gives, up to where it cannot be read."""
        try:
            yield from self._db.execute(query, values)
        except sqlite3.Error as error:
            self.trouble = str(error)

    def find_kept(self, connection: int, number: int) -> int | None:
        """The id of frame `number` of `connection`, if it is among `kept_ids`."""
        kept = self.kept_ids
        for start in range(bisect_right(kept, self._named_upto), len(kept), READ):  # those kept since
            some = kept[start : start + READ]
            marks = ",".join("?" * len(some))
            query = f"SELECT id, connection, number FROM frame WHERE id IN ({marks}) ORDER BY id"
            for id_, of, its in self._rows(query, some):
                ids, numbers = self._named.setdefault(of - self.recording.base, (array("Q"), array("Q")))
                ids.append(id_)
                numbers.append(its)
            self._named_upto = some[-1]
        ids, numbers = self._named.get(connection, (array("Q"), array("Q")))
        at = bisect_left(numbers, number)  # the frames of a connection are numbered as they come
        if at == len(numbers) or numbers[at] != number:
            return None
        found = bisect_left(kept, ids[at])
        return ids[at] if found < len(kept) and kept[found] == ids[at] else None

    def piece(self, id_: int, octets: int, backwards: bool) -> Piece | None:
        """Records from `id_` on, or up to it, at most `octets` together unless it is one."""
        raws: list[bytes] = []
        size = 0
        try:
            for raw in stored.raws(self._db, id_, backwards=backwards):
                size += len(raw)
                if raws and size > octets:
                    break
                raws.append(raw)
        except sqlite3.Error as error:
            self.trouble = str(error)
        if not raws:
            return None
        if backwards:
            raws.reverse()
            id_ -= len(raws) - 1
        return Piece(id_, b"".join(raws), list(accumulate(map(len, raws))))

    def find_id(self, connection: int, number: int) -> int | None:
        """The id of frame `number` of `connection`; looks through the whole file."""
        query = "SELECT id FROM frame WHERE connection = ? AND number = ? LIMIT 1"
        return next((id_ for (id_,) in self._rows(query, (connection + self.recording.base, number))), None)


def extra_of(row: stored.Row) -> Extra:
    """What few records have, of one of the file."""
    about = None
    if row.about_first is not None and row.about_last is not None:
        about = About(row.about_first, row.about_last, row.about_frames or 1)
    return Extra(row.deliveries, row.earlier, row.words, row.beats, about)
