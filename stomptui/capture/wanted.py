"""What a scan looks for, as a question to SQLite and as something to do in memory."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import TYPE_CHECKING

from stomptui.capture import listed, schema, search, stored
from stomptui.capture.decode import VERSION_SHIFT
from stomptui.capture.search import Finder

if TYPE_CHECKING:
    from stomptui.capture.filter import Filter
    from stomptui.capture.filter.sql import Value
    from stomptui.capture.store import Capture

NAME = "stomptui_text"
"""The function for texts with letters of which SQLite does not know the other case."""
OCTETS = "octets.head || octets.body"
SMALL_BODY = f"CASE WHEN length(octets.body) < {stored.LARGE} THEN octets.body END"
"""A body that may be copied at one go, while no other thread can do anything."""
END = " || CASE (SELECT kind FROM frame AS own WHERE own.id = octets.id) WHEN 0 THEN x'00' ELSE x'' END"
"""The NUL that ends a frame on the wire, for octets that may reach into it."""
QUICK = re.compile(rb"[ -~]{1,1000}")
"""What LIKE finds in either case, twice as fast as instr; it takes no pattern of any length."""
SIGN = re.compile("[!%_]")
MARK = "\x01"
"""Behind the octets that LIKE looks through: whoever does not come to see it was stopped by a NUL."""
FILLED = 6
"""Where more than this part of the octets is one letter, LIKE is slower than instr."""
AT_ONCE = 50
"""Records of memory that a filter looks at between two looks at the clock."""


@dataclass(frozen=True)
class Wanted:
    """Records that hold `text` (see `Capture.search`) and match `filter`, as far as there are these."""

    text: str = ""
    filter: Filter | None = None

    def prepare(self, db: sqlite3.Connection) -> None:
        """Make `db`, a connection that only reads, one for `ids`; raises sqlite3.Error."""
        self._register(db)
        if self.filter is not None:
            from stomptui.capture.filter import prepare

            prepare(db)

    def _register(self, db: sqlite3.Connection) -> None:
        how = search.finder(self.text)
        if how is None or how.plain:
            return
        sought = how

        def holds(head: object, body: object, id_: object) -> bool:
            if isinstance(head, bytes) and isinstance(body, bytes):
                return any(search.holds(head + body, sought))
            if not isinstance(head, bytes) or body is not None or not isinstance(id_, int):
                return False  # the file is not ours
            return _large_holds(db, head, id_, sought)

        db.create_function(NAME, 3, holds, deterministic=True)

    def ids(self, db: sqlite3.Connection, first: int, last: int) -> Sequence[int]:
        """The ids from `first` to `last` that match, ascending, from a file.

        SQLite looks without the interpreter's lock. Raises sqlite3.Error, CaptureError, TookTooLong, Stopped.
        """
        if self.filter is not None:
            from stomptui.capture.filter import matching

            return matching(db, self._both(self.filter, db, first, last), first, last)
        where, values = self._text(db, first, last)
        return listed.ids(db, "octets", where, first, last, values)

    def _text(self, db: sqlite3.Connection, first: int, last: int) -> tuple[str, tuple[Value, ...]]:
        how = search.finder(self.text)
        return condition(how, filled=how is not None and _filled(db, first, last, how.needles[0][:1]))

    def _both(self, wanted: Filter, db: sqlite3.Connection, first: int, last: int) -> Filter:
        if not self.text:
            return wanted
        where, values = self._text(db, first, last)
        both = f"({wanted.where} AND {where})"
        return replace(wanted, where=both, values=(*wanted.values, *values), needs_octets=True)

    def within(self, capture: Capture, first: int, last: int) -> Iterator[int | None]:
        """The same from memory, in slices: None wherever some milliseconds of looking found nothing."""
        if self.filter is None:
            how = search.finder(self.text)
            if how is not None:
                yield from search.between(capture, how, first, last + 1)
            return
        with closing(in_memory()) as db:
            from stomptui.capture.filter import register

            register(db)
            self._register(db)
            for start in range(first, last + 1, AT_ONCE):
                end = min(start + AT_ONCE - 1, last)
                stored.insert(db, list(rows_of(capture, range(start, end + 1))))
                yield from self.ids(db, start, end)
                db.execute("DELETE FROM frame")
                db.execute("DELETE FROM octets")
                yield None


def in_memory() -> sqlite3.Connection:
    """The tables of frames and their octets, as a file has them, with nothing in them."""
    db = sqlite3.connect(":memory:")
    for statement in schema.TABLES.split(";\n"):
        if statement.startswith(("CREATE TABLE frame", "CREATE TABLE octets")):
            db.execute(statement)
    return db


def _large_holds(db: sqlite3.Connection, head: bytes, id_: int, how: Finder) -> bool:
    """Whether record `id_` of `db` holds the text, its body read piece by piece."""
    try:
        with db.blobopen("octets", "body", id_, readonly=True) as blob:
            octets = head
            while piece := blob.read(how.piece):
                octets = (octets + piece).lower()
                if any(find(octets, 0) >= 0 for find in how.finds):
                    return True
                octets = octets[-how.longest :]
    except sqlite3.OperationalError:
        pass  # the file is not ours
    return False


def rows_of(capture: Capture, ids: Iterable[int]) -> Iterator[stored.Row]:
    """Records of memory as a file would keep them; those that are gone are left out."""
    for id_ in ids:
        record, line = capture.record(id_), capture.tiers.line(id_)
        if record is not None and line is not None:
            yield stored.row_of(record, line.flags >> VERSION_SHIFT)


def _filled(db: sqlite3.Connection, first: int, last: int, letter: bytes) -> bool:
    """Whether that letter, at which LIKE stops each time, fills much of the first octets there are."""
    query = (
        "SELECT CAST(lower(substr(head, 1, 1000) || substr(body, 1, 1000)) AS BLOB) FROM octets "
        "WHERE id BETWEEN ? AND ? ORDER BY id LIMIT 1"
    )
    row = db.execute(query, (first, last)).fetchone()
    return row is not None and isinstance(row[0], bytes) and row[0].count(letter) * FILLED > len(row[0])


def condition(how: Finder | None, *, filled: bool = False) -> tuple[str, tuple[Value, ...]]:
    """What SQLite is asked of `octets` to find a text, and the values of its question marks.

    LIKE is faster than instr, unless the octets are `filled` with the first letter of the text.
    """
    if how is None:
        return "0", ()
    some = how.needles
    octets = OCTETS + (END if any(b"\0" in needle for needle in some) else "")
    if how.folds and any(needle.upper() != needle for needle in some):
        octets = f"lower({octets})"  # of ASCII only; it minds neither a NUL nor what is no UTF-8
    octets = f"CAST({octets} AS BLOB)"
    values = some
    if len(some) == 1:
        where = f"instr({octets}, ?)"
    else:  # LIMIT keeps SQLite from writing the octets out in each of those places
        where = " OR ".join(["instr(given, ?)"] * len(some))
        if start := _shared(some):  # mostly that is missing already
            where, values = f"CASE WHEN instr(given, ?) THEN {where} ELSE 0 END", (start, *some)
        where = f"(SELECT {where} FROM (SELECT {octets} AS given LIMIT 1))"
    if not how.plain:
        # Of two conditions joined by AND, SQLite would ask the one without a SELECT first: for every record.
        where = f"(CASE WHEN {where} THEN {NAME}(octets.head, {SMALL_BODY}, octets.id) ELSE 0 END)"
    elif how.folds and not (filled and len(some) == 1) and all(map(QUICK.fullmatch, some)):
        return _quick(some, where, values, filled)
    return where, values


def _shared(some: Sequence[bytes]) -> bytes:
    """What all of them begin with."""
    pairs = zip(min(some), max(some), strict=False)
    return bytes(one for one, _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _quick(
    some: Sequence[bytes], exact: str, values: Sequence[bytes], filled: bool
) -> tuple[str, tuple[Value, ...]]:
    """The same by LIKE and GLOB, which see nothing behind a NUL: where there is one, `exact` looks again."""
    way = "instr(CAST(lower(given) AS BLOB), ?)" if filled else "given LIKE ? ESCAPE '!'"
    ways = [way] + [f"(given GLOB '*\\*' AND {way})"] * (len(some) - 1)  # as headers escape it
    patterns = ["%" + SIGN.sub(r"!\g<0>", needle.decode()) + "%" for needle in some]
    where = (
        f"(SELECT CASE WHEN {' OR '.join(ways)} THEN 1 WHEN given GLOB '*{MARK}' THEN 0 ELSE {exact} END "
        f"FROM (SELECT CAST({OCTETS} || '{MARK}' AS TEXT) AS given LIMIT 1))"
    )
    return where, (*(some if filled else patterns), *values)
