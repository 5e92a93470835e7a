"""How much a capture file keeps: the oldest rows go, but for messages that are still unsettled."""

from __future__ import annotations

import math
import shutil
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

AT_ONCE = 2000
"""Rows deleted in one transaction: some milliseconds, in which nothing is written."""
OPEN = "(settlement = 2 OR (settlement = 5 AND direction = 0))"
"""A message that may still have to be settled, as `columns.is_open` says it."""
DEFAULT_OCTETS = 2 << 30
SHARE = 4
"""At most this part of what is free on the disk, where that is less."""
LEAST = 32
"""Octets that a row of `frame` takes at least."""
BEYOND = 1 << 53
"""No file has so many records."""
SLACK = 0.98
"""Of the limit, down to which is deleted, so that it is not done for every batch."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a file may hold: octets on the disk, records, and seconds of age; None is no limit."""

    octets: int | None = None
    records: int | None = None
    age: float | None = None


class Trimmed(NamedTuple):
    """After a deletion: the first id without a gap, the ids kept before it, and how many rows went.

    `more` when the limits are not met yet.
    """

    window: int
    kept: tuple[int, ...]
    dropped: int
    more: bool


def default_limits(folder: Path) -> Limits:
    """2 GiB, or a quarter of what is free in `folder`."""
    return Limits(octets=min(DEFAULT_OCTETS, shutil.disk_usage(folder).free // SHARE))


def trim(db: sqlite3.Connection, limits: Limits, now: float) -> Trimmed | None:
    """Delete at most AT_ONCE of the oldest rows that are beyond a limit; None when nothing is.

    `now` is in seconds since 1970. What has been settled since it outlived a limit goes too. Raises
    sqlite3.Error.
    """
    window, last = window_of(db), last_id(db)
    over = _over(db, limits, now, window, last)
    settled = db.execute(f"SELECT 1 FROM frame WHERE id < ? AND NOT {OPEN} LIMIT 1", (window,)).fetchone()
    if over <= 0 and settled is None:
        return None
    upto = min(window + min(max(over, 0), AT_ONCE), last)  # the newest stays
    db.execute("BEGIN IMMEDIATE")
    try:
        db.execute("CREATE TEMP TABLE IF NOT EXISTS gone (id INTEGER PRIMARY KEY)")
        db.execute("DELETE FROM gone")
        db.execute(f"INSERT INTO gone SELECT id FROM frame WHERE id < ? AND NOT {OPEN}", (upto,))
        dropped = db.execute("SELECT count(*) FROM gone").fetchone()[0]
        for table, column in (("octets", "id"), ("settling", "frame"), ("note", "frame"), ("frame", "id")):
            db.execute(f"DELETE FROM {table} WHERE {column} IN (SELECT id FROM gone)")
        db.execute("DELETE FROM checkpoint WHERE id < ?", (upto - 1,))
        db.execute("UPDATE fact SET value = ? WHERE name = 'window'", (upto,))
        db.execute("UPDATE fact SET value = value + ? WHERE name = 'dropped'", (dropped,))
        db.execute("COMMIT")
    except sqlite3.Error:
        if db.in_transaction:  # else SQLite has rolled back by itself, as it does when the disk is full
            db.execute("ROLLBACK")
        raise
    return Trimmed(upto, kept_ids(db, upto), dropped, over > AT_ONCE)


def _over(db: sqlite3.Connection, limits: Limits, now: float, window: int, last: int) -> int:
    """How many of the oldest rows are beyond a limit."""
    over = 0
    if limits.records is not None:
        count = last + 1 - window
        if count > limits.records:
            over = count - math.ceil(limits.records * SLACK)
    if limits.octets is not None and (used := octets_used(db)) > limits.octets:
        share = 1 - limits.octets * SLACK / used
        over = max(over, int((last + 1 - window) * share) + 1)
    if limits.age is not None:
        query = "SELECT id FROM frame WHERE id >= ? AND wall >= ? ORDER BY id LIMIT 1"
        young = db.execute(query, (window, now - limits.age)).fetchone()
        over = max(over, (last + 1 if young is None else young[0]) - window)
    # What is left had better begin behind a checkpoint: with what went before, its state would go too.
    query = "SELECT max(id) FROM checkpoint WHERE id >= ? AND id < ?"
    (base,) = db.execute(query, (window, window + over)).fetchone()
    return over if base is None else base + 1 - window


def octets_used(db: sqlite3.Connection) -> int:
    """Octets of the file that hold something; freed pages are used again before it grows."""
    pages, free, size = (
        db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "freelist_count", "page_size")
    )
    return int((pages - free) * size)


def window_of(db: sqlite3.Connection) -> int:
    """The first id from which on there is no gap."""
    return max(1, min(_fact(db, "window"), last_id(db) + 1))


def dropped_of(db: sqlite3.Connection) -> int:
    """How many records went beyond the limits."""
    return _fact(db, "dropped")


def _fact(db: sqlite3.Connection, name: str) -> int:
    """A number from 0 to BEYOND, whatever a file says."""
    row = db.execute("SELECT CAST(value AS INTEGER) FROM fact WHERE name = ?", (name,)).fetchone()
    return 0 if row is None or row[0] is None else max(0, min(int(row[0]), BEYOND))


def last_id(db: sqlite3.Connection) -> int:
    """The id of the newest record, 0 in an empty file."""
    return min(int(db.execute("SELECT coalesce(max(id), 0) FROM frame").fetchone()[0]), BEYOND)


def is_dense(db: sqlite3.Connection) -> bool:
    """Whether the file is large enough for as many records as its numbers say that there are."""
    pages, size = (db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size"))
    return bool((last_id(db) - window_of(db)) * LEAST <= pages * size)


def kept_ids(db: sqlite3.Connection, window: int) -> tuple[int, ...]:
    """The ids below the window that are still there."""
    return tuple(id_ for (id_,) in db.execute("SELECT id FROM frame WHERE id < ? ORDER BY id", (window,)))
