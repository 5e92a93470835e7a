"""Whether a file is laid out as a capture is: nothing in it may run, or stand for more than it holds."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from functools import cache

from stomptui.capture import schema

LAYOUT = "SELECT name, type, tbl_name, sql FROM sqlite_schema"


def strange(db: sqlite3.Connection) -> str:
    """Say in words in what a file differs; empty when it does not. Raises sqlite3.Error.

    Tables and views beside those of a capture are nobody's business; a trigger, or an index of our tables,
    would run with every statement of ours.
    """
    ours = _ours()
    there = {str(name): (str(kind), str(table), sql) for name, kind, table, sql in db.execute(LAYOUT)}
    for name, made in ours.items():
        if there.get(name) != made:
            return f"its {made[0]} {name} {'differs' if name in there else 'is missing'}"
    for name, (kind, table, _) in there.items():
        if name not in ours and (kind == "trigger" or (kind == "index" and table in ours)):
            return f"it has the {kind} {name[:60]}"
    return ""


@cache
def _ours() -> dict[str, tuple[str, str, str | None]]:
    with closing(sqlite3.connect(":memory:")) as db:
        db.executescript(schema.TABLES)
        return {name: (kind, table, sql) for name, kind, table, sql in db.execute(LAYOUT)}
