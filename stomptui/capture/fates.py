"""What became of recorded transactions."""

from __future__ import annotations

import sqlite3
from bisect import bisect_right
from enum import Enum
from typing import NamedTuple

from stomptui.capture import stored
from stomptui.stomp.events import Settlement


class Fate(Enum):
    """How the transaction of a SEND ended."""

    COMMITTED = "committed"
    ABORTED = "aborted or lost"
    UNKNOWN = "of which no end was recorded"


class _End(NamedTuple):
    id: int
    command: str


class Fates:
    """The ends of all transactions in a capture, up to record `last`; raises sqlite3.Error."""

    def __init__(self, db: sqlite3.Connection, last: int) -> None:
        self._ends: dict[tuple[int, str], list[_End]] = {}
        where = (
            "frame.kind = 0 AND frame.direction = 1 AND frame.id <= ? "
            "AND frame.command IN ('BEGIN', 'COMMIT', 'ABORT') ORDER BY frame.id"
        )
        for row in stored.select(db, where, (last,)):
            frame = stored.record_of(row).frame
            name = None if frame is None else frame.first("transaction")
            if name is not None and row.command is not None:
                self._ends.setdefault((row.connection, name), []).append(_End(row.id, row.command))

    def of(self, row: stored.Row, transaction: str) -> Fate:
        """What became of a SEND of `transaction`: committed only if a COMMIT followed and was not refused."""
        ends = self._ends.get((row.connection, transaction), [])
        at = bisect_right(ends, row.id, key=lambda end: end.id)
        # A BEGIN of the same name comes only when no end of the one before was recorded.
        command = ends[at].command if at < len(ends) else ""
        if command == "ABORT" or row.settlement == Settlement.LOST:
            return Fate.ABORTED
        if command == "COMMIT" and row.settlement != Settlement.STAGED:
            return Fate.COMMITTED
        return Fate.UNKNOWN
