"""Ids that a question to a file gives, all in one answer."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stomptui.capture.filter.sql import Value


def ids(
    db: sqlite3.Connection, table: str, where: str, first: int, last: int, values: Sequence[Value]
) -> Sequence[int]:
    """The ids of `table` (others may be joined to it) from `first` to `last` where `where` holds, ascending.

    One row is fetched, for each takes the interpreter's lock. Raises sqlite3.Error.
    """
    id_ = f"{table.split()[0]}.id"
    query = f"SELECT count(*), group_concat({id_}) FROM {table} WHERE {id_} BETWEEN ? AND ? AND {where}"
    count, found = db.execute(query, (first, last, *values)).fetchone()
    if count == last + 1 - first:
        return range(first, last + 1)
    return sorted(map(int, found.split(","))) if found else []
