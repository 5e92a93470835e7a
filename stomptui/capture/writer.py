"""The one thread that writes a capture file: batches in, one transaction each, and the oldest rows out."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from stomptui.capture import batch, retention, stored
from stomptui.capture.checkpoint import checkpoint_rows
from stomptui.capture.segment import PLAIN, Extra

if TYPE_CHECKING:
    from stomptui.capture.batch import Batch, Change, Link
    from stomptui.capture.retention import Limits, Trimmed

PAUSE = 0.05
"""Seconds between two transactions: what a kill can take, beside the one that is being written."""
AGAIN = 1.0
"""Seconds until what failed is tried again: somebody may make room on the disk."""
TRIM = 1.0
TRIM_RECORDS = 10_000
"""Seconds, or records written, between two looks at the size of the file."""
PACE = 2
"""Records that are deleted for each that is written, while there are too many: so the limit is met again."""

LINK = """
INSERT INTO connection (
    connection, endpoint, role, predecessor, version, server, dialect, opened, closed, reason)
VALUES (?1, ?2, 'client', ?3, ?4, ?5, ?6, ?7, ?8, ?9)
ON CONFLICT (connection) DO UPDATE SET
    endpoint = coalesce(?2, endpoint), predecessor = coalesce(?3, predecessor),
    version = coalesce(?4, version), server = coalesce(?5, server), dialect = coalesce(?6, dialect),
    opened = coalesce(opened, ?7),
    closed = coalesce(?8, closed), reason = coalesce(?9, reason)
"""
SETTLING = "INSERT OR REPLACE INTO settling VALUES %s"
SETTLE = """
UPDATE frame SET settlement = now.column2 FROM (VALUES %s) AS now WHERE frame.id = now.column1
"""
SETTLE_RUN = "UPDATE frame SET settlement = ? WHERE id BETWEEN ? AND ?"
RUN = 8
"""Records in a row that became the same, from which on one statement for all of them takes less."""
RUN_MOST = 500
"""Of one statement, in some tenths of a millisecond: nobody reads or stops the writer meanwhile."""
CHANGE = """
UPDATE frame SET settlement = ?, outcome = ?, deliveries = ?, earlier = ?, words = ?, beats = ?,
    about_first = ?, about_last = ?, about_frames = ? WHERE id = ?
"""


class Written(NamedTuple):
    """How far the file is: all up to record `last` is in it; `trouble` says why it does not go on."""

    last: int
    trouble: str = ""
    trimmed: Trimmed | None = None


class Writer:
    """Writes what `take` gives until `stop`; calls `told` from its own thread after each step."""

    def __init__(
        self,
        db: sqlite3.Connection,
        limits: Limits,
        take: Callable[[], Batch],
        told: Callable[[Written], None],
        *,
        base: int = 0,
    ) -> None:
        """`base` is what the numbers of this run's connections are raised by in the file."""
        self._db = db
        self._limits = limits
        self._take = take
        self._told = told
        self._base = base
        self._wake = threading.Event()
        self._ending = False
        self._trimmed_at = 0.0
        self._unlooked = 0
        self._short = ""
        self._waiting: list[threading.Event] = []
        self._thread = threading.Thread(target=self._run, name="capture", daemon=True)
        self._thread.start()

    def stop(self, wait: float | None = None) -> bool:
        """Write what is left and end the thread; whether it has ended within `wait` seconds."""
        self._ending = True
        self._wake.set()
        self._thread.join(wait)
        return not self._thread.is_alive()

    def settle_down(self, wait: float) -> bool:
        """Wait until what there is now is written and the limits are met; whether that took no longer."""
        quiet = threading.Event()
        self._waiting.append(quiet)
        self._wake.set()
        return quiet.wait(wait)

    def _run(self) -> None:
        failed: Batch | None = None
        while True:
            last_time = self._ending
            waiting = self._waiting[:]
            todo = failed or self._take()
            failed = None
            try:
                self._write(todo)
            except Exception as error:  # whatever it is: a thread that ends would lose all that comes after
                failed = todo
                self._undo()
                self._told(Written(0, _words(error)))
            else:
                self._told(Written(todo.last, self._short))
                if self._meet_limits(todo, at_once=bool(waiting)):
                    for quiet in waiting:
                        quiet.set()
                        self._waiting.remove(quiet)
            if last_time:
                return
            self._wake.wait(PAUSE if failed is None else AGAIN)
            self._wake.clear()

    def _meet_limits(self, todo: Batch, *, at_once: bool) -> bool:
        """Delete what is beyond the limits, or some of it; whether that could be done.

        It needs room on the disk too, and what was written before it is not written again.
        """
        last, left = todo.last, PACE * todo.records
        self._unlooked += todo.records
        try:
            while (trimmed := self._trim(at_once=at_once)) is not None:
                self._told(Written(last, trimmed=trimmed))
                left -= trimmed.dropped
                if not trimmed.more or (left <= 0 and not at_once):
                    break
        except Exception as error:
            self._undo()
            self._trimmed_at, self._unlooked, self._short = time.monotonic(), 0, _words(error)
            self._told(Written(last, self._short))
            return False
        return True

    def _write(self, todo: Batch) -> None:
        if todo.empty:
            return
        db = self._db
        db.execute("BEGIN IMMEDIATE")
        for part in todo.parts:
            for some in batch.rows(part, self._base):
                stored.insert_values(db, stored.PLAIN, stored.PLAIN_WIDTH, some.plain)
                stored.insert_values(db, stored.SETTLING, 9, some.settling, stored.SETTLING_ROW)
                stored.insert_values(db, stored.OCTETS, 3, some.octets)
                stored.insert(db, some.others)
        _change(db, todo.changes)
        stored.many_values(db, SETTLING, 4, todo.settlings)
        for link in todo.links:
            db.execute(LINK, self._named(link))
        for note in todo.notes:
            db.execute("DELETE FROM note WHERE frame = ?", (note.id,))
            if note.text:
                db.execute("INSERT INTO note VALUES (?, ?, '#', ?)", note)
        for id_, states in todo.checkpoints:
            for _, connection, state in checkpoint_rows(id_, states):
                row = id_, connection + self._base, state
                db.execute("INSERT OR REPLACE INTO checkpoint VALUES (?, ?, ?)", row)
        db.execute("COMMIT")

    def _named(self, link: Link) -> tuple[object, ...]:
        before = link.predecessor
        raised = link._replace(
            connection=link.connection + self._base, predecessor=before and before + self._base
        )
        return tuple(stored.text(value) if type(value) is str else value for value in raised)

    def _trim(self, *, at_once: bool) -> Trimmed | None:
        now = time.monotonic()
        if now - self._trimmed_at < TRIM and self._unlooked < TRIM_RECORDS and not at_once:
            return None
        trimmed = retention.trim(self._db, self._limits, time.time())
        if self._short:
            self._short = ""
            self._told(Written(0))
        if trimmed is None or not trimmed.more:  # else the next step follows at once
            self._trimmed_at, self._unlooked = now, 0
        return trimmed

    def _undo(self) -> None:
        try:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
        except sqlite3.Error:
            pass  # SQLite has rolled back by itself, as it does when the disk is full


def _change(db: sqlite3.Connection, changes: dict[int, Change]) -> None:
    """Write what became of records that are in the file; of most only whether they are settled."""
    settled: list[object] = []
    others: list[tuple[object, ...]] = []
    first = last = became = -1
    for id_, change in changes.items():
        if change.extra is not None and (change.outcome or change.extra != PLAIN):
            others.append(_changed(id_, change.settlement, change.outcome or "", change.extra))
        elif id_ == last + 1 and change.settlement == became and id_ - first < RUN_MOST:
            last = id_
        else:
            _settle_run(db, settled, became, first, last)
            first, last, became = id_, id_, change.settlement
    _settle_run(db, settled, became, first, last)
    stored.many_values(db, SETTLE, 2, settled)
    if others:
        db.executemany(CHANGE, others)


def _settle_run(db: sqlite3.Connection, settled: list[object], became: int, first: int, last: int) -> None:
    """Write that a run of records became the same, or leave it to the statement for `settled`."""
    if last - first + 1 >= RUN:
        db.execute(SETTLE_RUN, (became, first, last))
    elif first >= 0:
        for id_ in range(first, last + 1):
            settled += (id_, became)


def _changed(id_: int, settlement: int, outcome: str, extra: Extra) -> tuple[object, ...]:
    deliveries, earlier, words, beats, about = extra
    return (
        settlement,
        stored.text(outcome),
        deliveries,
        earlier,
        stored.text(words),
        beats,
        *(about or (None, None, None)),
        id_,
    )


def _words(error: Exception) -> str:
    return str(error) or type(error).__name__
