"""Filters run over a capture: on a connection of their own, which can only read."""

from __future__ import annotations

import sqlite3
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from stomptui.capture import listed
from stomptui.capture.files import CaptureError
from stomptui.capture.filter.errors import Stopped, TookTooLong
from stomptui.capture.filter.expression import Filter
from stomptui.capture.filter.functions import NAMES, headers, register

SECONDS = 10.0
"""A slice that takes longer than this is given up."""
STEPS = 100_000
"""Instructions of SQLite between two looks at the clock, which need the interpreter's lock: milliseconds."""
FETCHED = 1_000
SAMPLE = 2_000
"""Frames looked at for names, from the newest back, and as many from the oldest on."""

TABLES = frozenset({"fact", "connection", "frame", "octets", "settling", "note", "checkpoint"})
FUNCTIONS = frozenset(
    {
        *NAMES,
        "stomptui_text",
        "count",
        "group_concat",
        "lower",
        "like",
        "glob",
        "instr",
        "substr",
        "length",
        "replace",
        "coalesce",
        "nullif",
    }
    | {"json_valid", "json_type", "json_extract"}
)
LIMITS = {
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 1_000_000,
    sqlite3.SQLITE_LIMIT_COMPOUND_SELECT: 1,
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
    sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH: 0,
    sqlite3.SQLITE_LIMIT_WORKER_THREADS: 0,
}


def prepare(db: sqlite3.Connection) -> None:
    """Make a connection one for filters: it reads the tables of a capture and can do nothing else.

    Neither a hostile file (views, triggers or functions in its schema) nor a hole in what turns expressions
    into SQL can write, attach, load or call anything. Raises sqlite3.Error.
    """
    register(db)
    db.execute("PRAGMA query_only = ON")
    db.execute("PRAGMA trusted_schema = OFF")
    for limit, most in LIMITS.items():
        db.setlimit(limit, most)
    db.set_authorizer(_allowed)


def _allowed(action: int, one: str | None, two: str | None, base: str | None, view: str | None) -> int:
    """What SQLite asks before it runs a statement: a table and its column, or a function."""
    allowed = action in (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_TRANSACTION)
    if action == sqlite3.SQLITE_READ:
        allowed = one in TABLES and view is None
    elif action == sqlite3.SQLITE_FUNCTION:
        allowed = two in FUNCTIONS
    return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY


def matches(
    db: sqlite3.Connection,
    wanted: Filter,
    first: int,
    last: int,
    *,
    backwards: bool = False,
    seconds: float = SECONDS,
) -> Iterator[int]:
    """The ids from `first` to `last` of records for which a filter is true, ascending or descending.

    Runs on a connection of `prepare`, one at a time, in a thread of its own: the interpreter's lock is free
    while SQLite looks. `db.interrupt()` in another thread ends it with Stopped, but does nothing between two
    slices. Raises TookTooLong after `seconds` of looking, CaptureError where the file cannot be read.
    """
    order = "DESC" if backwards else "ASC"
    query = (
        f"SELECT frame.id FROM {_table(wanted)} WHERE frame.id BETWEEN ? AND ? AND {wanted.where} "
        f"ORDER BY frame.id {order}"
    )
    with _limited(db, wanted, first, last, seconds) as limit:
        found = db.execute(query, (first, last, *wanted.values))
        while some := found.fetchmany(FETCHED):
            paused = time.monotonic()
            for row in some:
                yield row[0]
            limit.until += time.monotonic() - paused


def matching(
    db: sqlite3.Connection, wanted: Filter, first: int, last: int, *, seconds: float = SECONDS
) -> Sequence[int]:
    """What `matches` finds, ascending, all at once: the interpreter's lock is asked for but once.

    Raises the same.
    """
    with _limited(db, wanted, first, last, seconds):
        return listed.ids(db, _table(wanted), wanted.where, first, last, wanted.values)


def _table(wanted: Filter) -> str:
    return "frame LEFT JOIN octets ON octets.id = frame.id" if wanted.needs_octets else "frame"


@dataclass
class _Limit:
    """When a look is given up, by the monotonic clock."""

    until: float


@contextmanager
def _limited(
    db: sqlite3.Connection, wanted: Filter, first: int, last: int, seconds: float
) -> Iterator[_Limit]:
    """Gives a look up in time, and tells why it ended."""
    limit = _Limit(time.monotonic() + seconds)
    late = False

    def look() -> bool:
        nonlocal late
        late = time.monotonic() >= limit.until
        return late

    db.set_progress_handler(look, STEPS)
    try:
        yield limit
    except sqlite3.DatabaseError as error:
        if late:
            words = (
                f"the filter took longer than {seconds:g} s for records {first} to {last}; make it simpler"
            )
            raise TookTooLong(words, 0, len(wanted.text)) from None
        if "interrupted" in str(error):
            raise Stopped from None
        raise CaptureError(f"the capture cannot be read: {error}") from None
    finally:
        db.set_progress_handler(None, 0)


def header_names(db: sqlite3.Connection, sample: int = SAMPLE) -> list[str]:
    """Names of headers in the newest and the oldest `sample` frames, the most frequent first.

    For completion, and for `known_headers` of `parse`. Raises CaptureError.
    """
    names: Counter[str] = Counter()
    seen: set[int] = set()
    query = (
        "SELECT frame.id, octets.head, frame.protocol FROM frame JOIN octets ON octets.id = frame.id "
        "WHERE frame.kind = 0 ORDER BY frame.id {} LIMIT ?"
    )
    try:
        for order in ("DESC", "ASC"):
            for id_, head, protocol in db.execute(query.format(order), (sample,)):
                if id_ not in seen and isinstance(head, bytes) and isinstance(protocol, int):
                    seen.add(id_)
                    names.update({name for name, _ in headers(head, protocol)})
    except sqlite3.DatabaseError as error:
        raise CaptureError(f"the capture cannot be read: {error}") from None
    return [name for name, _ in names.most_common()]
